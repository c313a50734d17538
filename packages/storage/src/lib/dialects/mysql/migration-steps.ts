// Migrations that can be run again after a kill, where each DDL statement commits by itself: a table notes which statements were begun and which are done.
// Must not know what a statement does.
import { sql, type Compilable } from "kysely";
import type { MigrationStep } from "../../kernel/dialect-profile.ts";
import type { LatchkeyKysely } from "../../kernel/tables.ts";
import { duplicateEntry, errorNumber, isConnectionLoss } from "./mysql-faults.ts";

// What a statement answers that a killed process had run to its end: table, column, index or row exist, or what it would drop is gone.
const alreadyDone: ReadonlySet<number | undefined> = new Set([1050, 1060, 1061, duplicateEntry, 1091]);

/** Makes the notes' table where a killed process has not left it. The migration lock is held. */
export async function prepareSteps(connection: LatchkeyKysely): Promise<void> {
  await sql`create table if not exists latchkey_migration_steps (
    version bigint not null, step bigint not null, is_done tinyint not null, primary key (version, step)
  ) engine = InnoDB`.execute(connection);
}

/** Removes the notes of a migration that is recorded. */
export async function dropSteps(connection: LatchkeyKysely): Promise<void> {
  await sql`drop table latchkey_migration_steps`.execute(connection);
}

/** Runs a statement unless it is noted as done. One that fails is noted as not begun: whatever is in its way is somebody else's. */
export async function runStep(
  connection: LatchkeyKysely,
  { version, index }: MigrationStep,
  statement: Compilable,
): Promise<void> {
  const { rows } = await sql<{ is_done: number }>`
    select is_done from latchkey_migration_steps where version = ${version} and step = ${index}`.execute(connection);
  const note = rows[0];
  if (note?.is_done === 1) return;
  if (note === undefined) {
    await sql`insert into latchkey_migration_steps values (${version}, ${index}, 0)`.execute(connection);
  }
  try {
    await connection.executeQuery(statement);
  } catch (error) {
    if (note === undefined || !alreadyDone.has(errorNumber(error))) {
      if (!isConnectionLoss(error)) await forget(connection, version, index);
      throw error;
    }
  }
  await sql`update latchkey_migration_steps set is_done = 1 where version = ${version} and step = ${index}`.execute(
    connection,
  );
}

async function forget(connection: LatchkeyKysely, version: number, index: number): Promise<void> {
  await sql`delete from latchkey_migration_steps where version = ${version} and step = ${index}`
    .execute(connection)
    .catch(() => undefined);
}
