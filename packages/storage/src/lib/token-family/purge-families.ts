// Deletes families whose idle expiry has passed. `idle_expires_at` moves with every rotation and has no index for that reason; `purge_after` has one and stays behind.
// So a candidate may be alive: it is filed anew, at most once per idle lifetime, and the search goes on.
import type { Session } from "../kernel/session.ts";
import type { FamilyQueries, PurgeCandidate } from "./family-queries.ts";

/** Candidates read at once; also bounds the length of a DELETE's list. */
const candidatesAtOnce = 200;

/** Deletes at most `limit` families whose idle expiry lies before `before`, and says how many. */
export async function purgeFamilies(
  queries: FamilyQueries,
  session: Session,
  before: number,
  limit: number,
): Promise<number> {
  let deleted = 0;
  while (deleted < limit) {
    const window = Math.min(candidatesAtOnce, limit - deleted);
    const candidates = await queries.dueForPurge.rows(session, { before, limit: window });
    const dead = candidates.filter((row) => row.idle_expires_at < before);
    for (const [realm, ids] of idsByRealm(dead)) await session.run(queries.deleteThese(realm, ids));
    for (const row of candidates) {
      if (row.idle_expires_at < before) continue;
      await queries.refile.affected(session, { realm: row.realm, id: row.id, purgeAfter: row.idle_expires_at });
    }
    deleted += dead.length;
    if (candidates.length < window) break;
  }
  return deleted;
}

function idsByRealm(rows: readonly PurgeCandidate[]): ReadonlyMap<string, readonly Uint8Array[]> {
  const groups = new Map<string, Uint8Array[]>();
  for (const { realm, id } of rows) {
    const group = groups.get(realm);
    if (group === undefined) groups.set(realm, [id]);
    else group.push(id);
  }
  return groups;
}
