// Deletes what has expired, in bounded units with room between them; never inside a request.
import type { Stores } from "../../ports.ts";
import type { PurgeCounts } from "../background-counts.ts";
import type { Realm } from "../realm.ts";

/** Rows per unit at most where nobody says how many. */
export const defaultPurgeBatch = 500;
/** The least that is worth a unit: on a busy server most of its time is waiting for answers, however few rows it has. */
const leastUnit = 100;
/** What a unit should take: on SQLite a request may have to wait for one. */
const unitMilliseconds = 10;
/** For how many times as long as a unit took the database is left to others. */
const restPerWork = 2;
// A family stays an hour after its last token, so that a late refresh is told what happened.
const familyOutlives = 3_600_000;
const day = 86_400_000;
// Whoever is late is told that a code has expired.
const codeOutlives = 3_600_000;
const messageOutlives = 30 * day;

/** Runs until nothing that has expired is left, or until the signal, which is heeded between two units. */
export async function purge(
  realm: Realm,
  options: { readonly batch?: number; readonly onBatch?: (counts: PurgeCounts) => void; readonly signal?: AbortSignal },
): Promise<PurgeCounts> {
  const limit = options.batch ?? defaultPurgeBatch;
  const now = realm.clock.now();
  const counts = { families: 0, revocations: 0, events: 0, codes: 0, messages: 0, throttles: 0, keys: 0 };
  const drain = async (
    what: Exclude<keyof PurgeCounts, "keys">,
    work: (tx: Stores, limit: number) => Promise<number>,
  ): Promise<void> => {
    let size = Math.min(limit, leastUnit);
    while (options.signal?.aborted !== true) {
      const began = realm.clock.monotonic();
      const deleted = await realm.storage.transact((tx) => work(tx, size));
      counts[what] += deleted;
      options.onBatch?.({ ...counts });
      if (deleted < size) break;
      const took = realm.clock.monotonic() - began;
      size = Math.min(limit, paced(size, took));
      await new Promise<void>((resolve) => setTimeout(resolve, took * restPerWork));
    }
  };
  await drain("families", (tx, size) => tx.families.purge({ before: now - familyOutlives, limit: size }));
  await drain("revocations", (tx, size) => tx.revocations.purge({ before: now, limit: size }));
  const keptSince = now - realm.policy.eventRetentionDays * day;
  await drain("events", (tx, size) => tx.events.purge({ realm: realm.realm, before: keptSince, limit: size }));
  await drain("codes", (tx, size) => tx.codes.purge({ before: now - codeOutlives, limit: size }));
  await drain("messages", (tx, size) => tx.messages.purge({ before: now - messageOutlives, limit: size }));
  await drain("throttles", (tx, size) => tx.throttles.purge({ before: now, limit: size }));
  if (options.signal?.aborted !== true) counts.keys = await realm.ring.purge(now);
  return counts;
}

/** The size of the next unit: by half more where this one was quick, half where it took too long. */
function paced(size: number, tookMilliseconds: number): number {
  if (tookMilliseconds > unitMilliseconds) return Math.max(leastUnit, Math.floor(size / 2));
  return tookMilliseconds < unitMilliseconds / 2 ? Math.ceil(size * 1.5) : size;
}
