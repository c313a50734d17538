// The token families' part of the storage port over Kysely, but for rotation, which is a unit of its own.
// Must not decide when a family ends; it is told.
import type { FamilyReader, FamilyStore, RevokedFamily } from "@latchkey/core/ports";
import { familyIdBytes, readFamilyId } from "../kernel/row-values.ts";
import type { Session } from "../kernel/session.ts";
import type { FamilyQueries, GenerationRow } from "./family-queries.ts";
import { familyOf, newFamilyRow } from "./family-rows.ts";
import { purgeFamilies } from "./purge-families.ts";

const nobody = Buffer.alloc(0);

/** Reads of families in a session. */
export function createFamilyReader(queries: FamilyQueries, session: Session): FamilyReader {
  return {
    async byId({ realm, id: text }) {
      const id = familyIdBytes(text);
      const row = id && (await queries.byId.first(session, { realm, id }));
      return row && familyOf(row);
    },
    async listActive({ realm, accountId, now, after, limit }) {
      const rows = await queries.activePage.rows(session, {
        realm,
        accountId,
        now,
        createdAt: after?.createdAt ?? Number.MAX_SAFE_INTEGER,
        id: (after && familyIdBytes(after.id)) ?? nobody,
        limit,
      });
      return rows.map(familyOf);
    },
  };
}

/** The families inside a unit. */
export function createFamilyStore(queries: FamilyQueries, session: Session): FamilyStore {
  return {
    ...createFamilyReader(queries, session),
    async create(family) {
      if ((await queries.insert.affected(session, newFamilyRow(family))) === 0) {
        throw new TypeError(`There is a family ${family.id} already`);
      }
    },
    async revoke({ realm, id: text, at, reason }) {
      const id = familyIdBytes(text);
      // Locked before it is read: a rotation that is under way elsewhere would make the generation an old one.
      const row = id && (await queries.lockOne.first(session, { realm, id }));
      if (id === undefined || row === undefined) return undefined;
      await queries.revokeOne.affected(session, { realm, id, at, reason });
      return revokedOf(row);
    },
    async revokeOfAccount({ realm, accountId, except: text, at, reason }) {
      const owner = { realm, accountId, except: (text === undefined ? undefined : familyIdBytes(text)) ?? nobody };
      const rows = await queries.lockUnrevoked.rows(session, owner);
      if (rows.length > 0) await queries.revokeUnrevoked.affected(session, { ...owner, at, reason });
      return rows.map(revokedOf);
    },
    async revokeOfRealm({ realm, createdBefore, at, reason, limit }) {
      const rows = await queries.lockOlder.rows(session, { realm, createdBefore, limit });
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await session.run(queries.revokeThese(realm, ids, { at, reason }));
      return ids.length;
    },
    async restamp({ realm, accountId, accountVersion }) {
      const owner = { realm, accountId, except: nobody };
      const rows = await queries.lockUnrevoked.rows(session, owner);
      if (rows.length > 0) await queries.restamp.affected(session, { ...owner, accountVersion });
      return rows.map(revokedOf);
    },
    purge: ({ before, limit }) => purgeFamilies(queries, session, before, limit),
  };
}

function revokedOf(row: GenerationRow): RevokedFamily {
  return { id: readFamilyId(row.id, { table: "token_families", column: "id" }), generation: row.generation };
}
