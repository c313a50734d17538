// Deletes what has expired, in bounded units with room between them; never inside a request.
import type { Stores } from "../../ports.ts";
import type { PurgeCounts } from "../background-counts.ts";
import type { Realm } from "../realm.ts";

/** Rows per unit where nobody says how many. */
export const defaultPurgeBatch = 500;
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
    work: (tx: Stores) => Promise<number>,
  ): Promise<void> => {
    for (let deleted = limit; deleted === limit && options.signal?.aborted !== true;) {
      const began = realm.clock.monotonic();
      deleted = await realm.storage.transact(work);
      counts[what] += deleted;
      options.onBatch?.({ ...counts });
      // Others get as much time as the unit took, so that requests wait for one at most.
      const rest = realm.clock.monotonic() - began;
      await new Promise<void>((resolve) => setTimeout(resolve, rest));
    }
  };
  await drain("families", (tx) => tx.families.purge({ before: now - familyOutlives, limit }));
  await drain("revocations", (tx) => tx.revocations.purge({ before: now, limit }));
  const keptSince = now - realm.policy.eventRetentionDays * day;
  await drain("events", (tx) => tx.events.purge({ realm: realm.realm, before: keptSince, limit }));
  await drain("codes", (tx) => tx.codes.purge({ before: now - codeOutlives, limit }));
  await drain("messages", (tx) => tx.messages.purge({ before: now - messageOutlives, limit }));
  await drain("throttles", (tx) => tx.throttles.purge({ before: now, limit }));
  if (options.signal?.aborted !== true) counts.keys = await realm.ring.purge(now);
  return counts;
}
