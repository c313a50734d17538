import { expect, test } from "vitest";
import { WorkerPool } from "./worker-pool.ts";

const answerRequests = new URL("./answer-requests.ts", import.meta.url).href;

/** A pool whose threads count what they have done, and stop, throw or die where they are told to. */
function makePool(workers: number, row: number) {
  const [done, gate] = [new Int32Array(new SharedArrayBuffer(4)), new Int32Array(new SharedArrayBuffer(4))];
  const source = new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { workerData } from "node:worker_threads";
      import { answerRequests } from ${JSON.stringify(answerRequests)};
      const { done, gate } = workerData;
      answerRequests((request) => {
        if (request === "die") process.exit(7);
        if (request === "throw") throw new Error("no");
        if (request === "wait") Atomics.wait(gate, 0, 0);
        if (request === "take time") Atomics.wait(gate, 0, 0, 100);
        Atomics.add(done, 0, 1);
        return request;
      });`)}`,
  );
  const pool = new WorkerPool<string, string>({ source, name: "test", workers, row, data: { done, gate } });
  return {
    pool,
    done: () => Atomics.load(done, 0),
    open(): void {
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    },
  };
}

test("a thread that holds several answers them together, in order, when it has done the last", async () => {
  const { pool, done } = makePool(1, 3);
  const ask = async (request: string) => `${await pool.run(request)} ${done()}`;
  expect(await Promise.all(["a", "take time", "c"].map(ask))).toEqual(["a 3", "take time 3", "c 3"]);
});

test("class 10: a thread holds no more than its row, so that nobody waits for an endless one", async () => {
  const { pool, done, open } = makePool(1, 2);
  const first = pool.run("a");
  const others = ["b", "wait"].map((request) => pool.run(request));
  await first;
  expect(done()).toBe(2);
  open();
  expect(await Promise.all(others)).toEqual(["b", "wait"]);
});

test("who holds least is given the next: nobody waits behind a slow one while a thread is at rest", async () => {
  const { pool, open } = makePool(2, 2);
  const stuck = pool.run("wait");
  expect(await pool.run("a")).toBe("a");
  expect(await pool.run("b")).toBe("b");
  open();
  expect(await stuck).toBe("wait");
});

test("one that throws fails alone", async () => {
  const { pool } = makePool(1, 3);
  const all = await Promise.allSettled(["a", "throw", "b"].map((request) => pool.run(request)));
  expect(all.map((one) => (one.status === "fulfilled" ? one.value : (one.reason as Error).message))).toEqual([
    "a",
    "no",
    "b",
  ]);
});

test("a thread that dies fails what it holds; the next work gets a new one", async () => {
  const { pool } = makePool(1, 3);
  const all = await Promise.allSettled(["die", "a", "b", "c"].map((request) => pool.run(request)));
  expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "fulfilled"]);
  await expect(pool.run("d")).resolves.toBe("d");
});
