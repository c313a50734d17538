import { expect, test } from "vitest";
import { createHashQueue, type HashQueueOptions } from "./hash-queue.ts";

/** A queue on a clock that the test moves, with works that it ends. */
function bench(options: Partial<HashQueueOptions> = {}) {
  let time = 0;
  const running: (() => void)[] = [];
  const queue = createHashQueue({
    concurrency: 1,
    row: 4,
    maximumWaitMilliseconds: 5000,
    maximumQueue: 256,
    clock: { now: () => time, monotonic: () => time },
    ...options,
  });
  return {
    load: () => queue.load(),
    come(count: number, inRow: boolean): void {
      for (let index = 0; index < count; index++) {
        queue.run(() => new Promise<void>((resolve) => running.push(resolve)), inRow).catch(() => undefined);
      }
    },
    /** Ends the oldest `count` works at once, as a thread does with those that it had in a row. */
    async end(count: number, milliseconds = 0): Promise<void> {
      time += milliseconds;
      for (const finish of running.splice(0, count)) finish();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test("where few wait, a thread has one work at a time; where many wait, up to four in a row", async () => {
  const { load, come, end } = bench();
  come(4, true);
  expect(load()).toEqual({ running: 1, waiting: 3 });
  come(13, true);
  expect(load().running).toBeGreaterThan(1);
  for (let round = 0; round < 2; round++) {
    await end(load().running);
    come(17 - load().running - load().waiting, true);
  }
  expect(load()).toEqual({ running: 4, waiting: 13 });
  await end(4);
  await end(4);
  expect(load().running).toBeLessThan(4);
});

test("several threads have a row each, and each needs its own crowd", async () => {
  const { load, come, end } = bench({ concurrency: 3 });
  come(14, true);
  expect(load()).toEqual({ running: 3, waiting: 11 });
  come(60, true);
  await end(load().running);
  expect(load().running).toBe(12);
});

test("class 10: other work never runs beside a row, nor a row beside it", async () => {
  const { load, come, end } = bench();
  come(20, true);
  come(1, false);
  come(20, true);
  for (let done = 0; done < 20; done += 1) {
    expect(load().running).toBeLessThanOrEqual(4);
    await end(1);
  }
  expect(load()).toEqual({ running: 1, waiting: 20 });
  come(1, true);
  expect(load()).toEqual({ running: 1, waiting: 21 });
  await end(1);
  expect(load().running).toBe(4);
});

test("class 10: a row is measured as what each of its works took", async () => {
  const { load, come, end } = bench();
  come(40, true);
  for (let round = 0; round < 8; round++) await end(load().running, load().running * 100);
  come(256, true);
  // 100 ms each: some fifty fit into five seconds.
  expect(load().waiting).toBeGreaterThan(45);
  expect(load().waiting).toBeLessThan(55);
});

test("without the option nothing runs in a row", () => {
  const { load, come } = bench({ row: 1 });
  come(100, true);
  expect(load()).toEqual({ running: 1, waiting: 99 });
});
