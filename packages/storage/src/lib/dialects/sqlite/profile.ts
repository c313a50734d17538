// How SQLite does what engines do differently. Types, statements and faults; connections are the driver's.
// STRICT tables refuse values of another type, so a damaged or foreign writer is found when it writes.
import { StoreUnavailableError } from "@latchkey/core/errors";
import { sql } from "kysely";
import type { DialectProfile } from "../../kernel/dialect-profile.ts";
import { classifySqliteFault, isBusy } from "./sqlite-faults.ts";

/** How long a process waits for another one's migration. */
const migrationPatienceMilliseconds = 60_000;

/** The profile of SQLite 3.37 and later. */
export const sqliteProfile: DialectProfile = {
  name: "sqlite",
  types: {
    integer: "integer",
    // SQLite's default collation compares bytes.
    key: () => "text",
    text: "text",
    familyId: "blob",
  },
  finishTable: (table, { clustered }) => table.modifyEnd(clustered ? sql`without rowid, strict` : sql`strict`),
  dropIndex: (kysely, name) => kysely.schema.dropIndex(name),
  rotation: "unit",
  canHold: (text) => text.isWellFormed(),
  classify: classifySqliteFault,
  skipTaken: (insert) => insert.onConflict((conflict) => conflict.doNothing()),
  isOneOf: (realm, ids) => sql`realm = ${realm} and id in (${sql.join(ids)})`,
  // A unit has the whole database to itself from its BEGIN IMMEDIATE on.
  lockRows: (select) => select,
  // SQLite's lower() folds ASCII alone. Unlike LIKE, instr() has no wildcards, no length limit, and goes on after a NUL.
  hex: (column) => sql`nullif(lower(hex(${column})), '')`,
  contains: (column, text) => sql`instr(lower(${column}), ${text}) > 0`,
  // Units do not collide here: one that runs again was broken by its neighbour.
  retryDelayMilliseconds: () => 0,
  async migrateExclusively(kysely, work) {
    const since = performance.now();
    for (;;) {
      try {
        return await kysely.transaction().execute(work);
      } catch (error) {
        const locked = error instanceof StoreUnavailableError && isBusy(error.cause);
        if (!locked || performance.now() - since >= migrationPatienceMilliseconds) throw error;
      }
    }
  },
  async migrationStep(kysely, _step, statement) {
    await kysely.executeQuery(statement);
  },
  // A change token tells more.
  hint: () => undefined,
};
