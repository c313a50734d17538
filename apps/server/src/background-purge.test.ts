// When the server purges, and that it stops when it should.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startBackgroundPurge } from "./background-purge.ts";
import type { BackgroundPurgeOptions } from "./background-purge.ts";

type Purge = BackgroundPurgeOptions["providers"][number]["purge"];

const none = { families: 0, revocations: 0, events: 0, codes: 0, messages: 0, throttles: 0, keys: 0 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(options: Partial<BackgroundPurgeOptions> = {}) {
  const purge = vi.fn<Purge>(async () => none);
  const write = (): void => {};
  const log = {
    info: vi.fn<BackgroundPurgeOptions["log"]["info"]>(write),
    error: vi.fn<BackgroundPurgeOptions["log"]["error"]>(write),
  };
  const running = startBackgroundPurge({
    providers: [{ realm: "main", purge }],
    intervalSeconds: 600,
    batch: 50,
    log,
    random: () => 0.5,
    ...options,
  });
  return { purge, log, running };
}

describe("the background purge", () => {
  it("runs first at a random point of the interval, then each interval give or take a tenth, in batches of the set size", async () => {
    const points = [0.25, 0, 1];
    const { purge, running } = start({ random: () => points.shift()! });
    await vi.advanceTimersByTimeAsync(149_000);
    expect(purge).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(purge).toHaveBeenCalledExactlyOnceWith({ batch: 50, signal: expect.any(AbortSignal) });
    await vi.advanceTimersByTimeAsync(538_000);
    expect(purge).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(purge).toHaveBeenCalledTimes(2);
    await running.close();
  });

  it("never runs where the interval is null", async () => {
    const { purge, running } = start({ intervalSeconds: null });
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(purge).not.toHaveBeenCalled();
    await running.close();
  });

  it("survives a fault, logs it, purges the other realms, and tries again in the next round", async () => {
    const fault = new Error("the database is away");
    const sick = vi.fn<Purge>().mockRejectedValue(fault);
    const well = vi.fn<Purge>().mockResolvedValue({ ...none, families: 7 });
    const { log, running } = start({
      providers: [
        { realm: "sick", purge: sick },
        { realm: "well", purge: well },
      ],
    });
    await vi.advanceTimersByTimeAsync(301_000 + 601_000);
    expect(sick).toHaveBeenCalledTimes(2);
    expect(well).toHaveBeenCalledTimes(2);
    expect(log.error).toHaveBeenCalledWith({ err: fault, realm: "sick" }, expect.any(String));
    expect(log.info).toHaveBeenCalledWith({ realm: "well", ...none, families: 7 }, "Deleted what had expired");
    await running.close();
  });

  it("stops at once when it is closed: the batch under way ends, no other begins, and close waits for it", async () => {
    const batch = Promise.withResolvers<typeof none>();
    let signal: AbortSignal | undefined;
    const slow: Purge = (options) => {
      signal = options?.signal;
      return batch.promise;
    };
    const next = vi.fn<Purge>();
    const { running } = start({
      providers: [
        { realm: "slow", purge: slow },
        { realm: "next", purge: next },
      ],
    });
    await vi.advanceTimersByTimeAsync(301_000);
    let closed = false;
    const closing = running.close().then(() => (closed = true));
    await vi.advanceTimersByTimeAsync(0);
    expect(signal?.aborted).toBe(true);
    expect(closed).toBe(false);
    batch.resolve(none);
    await closing;
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(next).not.toHaveBeenCalled();
  });
});
