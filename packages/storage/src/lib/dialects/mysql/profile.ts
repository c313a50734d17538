// How MySQL and MariaDB do what engines do differently. Types, statements and faults; connections are the driver's.
// All text has a binary collation without padding: utf8mb4_bin itself takes "ann" and "ann " for one key.
import { StoreUnavailableError } from "@latchkey/core/errors";
import { sql, type Expression, type RawBuilder } from "kysely";
import type { DialectProfile } from "../../kernel/dialect-profile.ts";
import type { LatchkeyKysely } from "../../kernel/tables.ts";
import { collisionDelayMilliseconds, migrationPatienceSeconds } from "../server/pool-settings.ts";
import { dropSteps, prepareSteps, runStep } from "./migration-steps.ts";
import { classifyMysqlFault } from "./mysql-faults.ts";

/** Which of the two servers it is. */
export type MysqlFlavour = "mysql" | "mariadb";

/** What an insertion ends with whose taken keys are an outcome: the driver then answers 0 rows. IGNORE would also swallow values that do not fit. */
export const skipTakenMark = "/* a taken key is an outcome */";

/** The profile of MySQL 8.0.17 and later. */
export const mysqlProfile: DialectProfile = profileOf("mysql");

/** The profile of MariaDB 10.6 and later. */
export const mariadbProfile: DialectProfile = profileOf("mariadb");

function profileOf(flavour: MysqlFlavour): DialectProfile {
  return {
    name: flavour,
    types: {
      integer: "bigint",
      key: (maxLength) => `varchar(${maxLength})`,
      // Up to 16 MB; `text` would end at 64 KB.
      text: sql`mediumtext`,
      familyId: "binary(11)",
    },
    finishTable: (table) => table.modifyEnd(tableOptions[flavour]),
    dropIndex: (kysely, name, table) => kysely.schema.dropIndex(name).on(table),
    rotation: "optimistic",
    canHold: (text) => text.isWellFormed(),
    classify: classifyMysqlFault,
    skipTaken: (insert) => insert.modifyEnd(sql`/* a taken key is an outcome */`),
    lockRows: (select) => select.forUpdate(),
    isOneOf: (realm, ids) => sql`realm = ${realm} and id in (${sql.join(ids)})`,
    hex: (column) => sql`lower(hex(${column}))`,
    contains: (column, text) => sql`locate(${text}, ${foldAscii(column)}) > 0`,
    retryDelayMilliseconds: collisionDelayMilliseconds,
    migrateExclusively: (kysely, work) =>
      kysely.connection().execute((connection) => withMigrationLock(flavour, connection, work)),
    migrationStep: runStep,
    hint: () => undefined,
  };
}

const tableOptions: Readonly<Record<MysqlFlavour, RawBuilder<unknown>>> = {
  mysql: sql`engine = InnoDB row_format = dynamic default character set utf8mb4 collate utf8mb4_0900_bin`,
  mariadb: sql`engine = InnoDB row_format = dynamic default character set utf8mb4 collate utf8mb4_nopad_bin`,
};

// lower() would fold all of Unicode, and a search must find the same on every engine.
function foldAscii(text: Expression<string>): Expression<string> {
  let folded = text;
  for (const letter of "abcdefghijklmnopqrstuvwxyz") {
    folded = sql<string>`replace(${folded}, ${letter.toUpperCase()}, ${letter})`;
  }
  return folded;
}

// Each DDL statement commits by itself here, so a lock by name, which the server gives back when the connection ends, stands for the transaction.
async function withMigrationLock<T>(
  flavour: MysqlFlavour,
  connection: LatchkeyKysely,
  work: (kysely: LatchkeyKysely) => Promise<T>,
): Promise<T> {
  const patience = patienceOf[flavour];
  await patience.endless.execute(connection);
  const { rows } = await sql<{ held: number | null }>`
    select get_lock(concat('latchkey.', sha1(database())), ${migrationPatienceSeconds}) as held`.execute(connection);
  try {
    if (rows[0]?.held !== 1) {
      throw new StoreUnavailableError(`Another process has been migrating for ${migrationPatienceSeconds} seconds`);
    }
    await prepareSteps(connection);
    const result = await work(connection);
    await dropSteps(connection);
    return result;
  } finally {
    await sql`select release_lock(concat('latchkey.', sha1(database())))`.execute(connection).catch(() => undefined);
    await patience.former.execute(connection).catch(() => undefined);
  }
}

// A migration may take longer than any statement of a request.
const patienceOf: Readonly<
  Record<MysqlFlavour, { readonly endless: RawBuilder<unknown>; readonly former: RawBuilder<unknown> }>
> = {
  mysql: {
    endless: sql`set @latchkey_limit = @@session.max_execution_time, session max_execution_time = 0`,
    former: sql`set session max_execution_time = @latchkey_limit`,
  },
  mariadb: {
    endless: sql`set @latchkey_limit = @@session.max_statement_time, session max_statement_time = 0`,
    former: sql`set session max_statement_time = @latchkey_limit`,
  },
};
