// How PostgreSQL does what engines do differently. Types, statements and faults; connections are the driver's.
// All text has the collation "C": it is compared by bytes, and lower() folds ASCII alone.
import { sql, type RawBuilder } from "kysely";
import type { DialectProfile } from "../../kernel/dialect-profile.ts";
import { collisionDelayMilliseconds, migrationPatienceSeconds } from "../server/pool-settings.ts";
import { classifyPostgresFault } from "./postgres-faults.ts";

/** The channel on which processes tell one another of revocations; the payload names who tells. */
export const hintChannel = "latchkey_revocations";

/** The profile of PostgreSQL 13 and later. An open storage has one of its own, whose hints carry its name. */
export const postgresProfile: DialectProfile = {
  name: "postgres",
  types: {
    integer: "bigint",
    // A length would be checked with each write and saves nothing.
    key: () => sql`text collate "C"`,
    text: sql`text collate "C"`,
    familyId: "bytea",
  },
  // Room in each page for the next version of a row: a rotation then touches no index.
  finishTable: (table, { clustered }) => (clustered ? table.modifyEnd(sql`with (fillfactor = 80)`) : table),
  dropIndex: (kysely, name) => kysely.schema.dropIndex(name),
  rotation: "returning",
  canHold: (text) => text.isWellFormed() && !text.includes("\0"),
  classify: classifyPostgresFault,
  skipTaken: (insert) => insert.onConflict((conflict) => conflict.doNothing()),
  lockRows: (select) => select.forUpdate(),
  // Not "in" alone: while a table has no statistics, all rows of the realm look cheaper than 200 of them.
  isOneOf: (realm, ids) =>
    sql`(realm, id) in (values ${sql.join(ids.map((id) => sql`(${realm}::text, ${id}::bytea)`))})`,
  hex: (column) => sql`encode(${column}, 'hex')`,
  contains: (column, text) => sql`position(${text} in lower(${column})) > 0`,
  retryDelayMilliseconds: collisionDelayMilliseconds,
  // DDL is transactional here. The lock is the transaction's and ends with it, also when the process is killed.
  migrateExclusively: (kysely, work) =>
    kysely.transaction().execute(async (transaction) => {
      await sql`select set_config('statement_timeout', '0', true), set_config('lock_timeout', ${`${migrationPatienceSeconds}s`}, true)`.execute(
        transaction,
      );
      await sql`select pg_advisory_xact_lock(hashtextextended('latchkey migrations', 0))`.execute(transaction);
      return await work(transaction);
    }),
  async migrationStep(kysely, _step, statement) {
    await kysely.executeQuery(statement);
  },
  hint: (kysely) => hintFrom("").compile(kysely),
};

/** The statement that hints in the name of `sender`. */
export function hintFrom(sender: string): RawBuilder<unknown> {
  return sql`select pg_notify(${hintChannel}, ${sender})`;
}
