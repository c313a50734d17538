// Waiting for another process's lock on a timer: SQLite's own busy timeout sleeps in the event loop's thread and stops everything for seconds.
// Must not know what is being tried.
import { setTimeout as sleep } from "node:timers/promises";
import { StoreUnavailableError } from "@latchkey/core/errors";
import { isBusy } from "./sqlite-faults.ts";

/** Milliseconds until the next try: 1 to 5, by chance, so that two processes do not meet again and again. */
export function busyRetryMilliseconds(): number {
  return 1 + Math.random() * 4;
}

/**
 * Tries until `attempt` meets no lock.
 * @throws StoreUnavailableError after `limitMilliseconds`; other errors of `attempt` pass.
 */
export async function waitWhileBusy<T>(attempt: () => T, limitMilliseconds: number): Promise<T> {
  const since = performance.now();
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() - since >= limitMilliseconds) {
        throw new StoreUnavailableError(`Another process has locked the database for ${limitMilliseconds} ms`, error);
      }
    }
    await sleep(busyRetryMilliseconds());
  }
}
