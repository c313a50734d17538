// Brings a schema up to date, shows how, or checks that it is. Any number of processes may try at once: each step looks again once it has the database to itself.
// Must not know what a migration does.
import { CommitOutcomeUnknownError, StoreUnavailableError } from "@latchkey/core/errors";
import type { Database } from "../kernel/dialect-profile.ts";
import { asStoreFault } from "../kernel/session.ts";
import type { LatchkeyKysely } from "../kernel/tables.ts";
import { allMigrations, latestSchemaVersion } from "./all-migrations.ts";
import { MigrationFailedError, SchemaNotMigratedError, SchemaTooNewError } from "./schema-error.ts";

/** How far to migrate. */
export interface MigrateOptions {
  /** The version to stop at; default the latest. There is no way back. */
  readonly to?: number;
}

/** A migration that is due. */
export interface PlannedMigration {
  readonly version: number;
  readonly name: string;
  /** SQL in order, without the row in `latchkey_migrations` that records it. */
  readonly statements: readonly string[];
}

/** What would be done. */
export interface MigrationPlan {
  /** The version found; 0 for a database without Latchkey's tables. */
  readonly from: number;
  readonly to: number;
  readonly migrations: readonly PlannedMigration[];
}

/** What was done by this call; another process may have done the rest. */
export interface MigrationReport {
  readonly from: number;
  readonly to: number;
  readonly applied: readonly number[];
}

interface SchemaState {
  readonly version: number;
  /** The oldest version whose releases run on it. */
  readonly readableFrom: number;
}

/**
 * Says what {@link migrate} would do, and does nothing.
 * @throws RangeError for a version that does not exist or lies behind. @throws SchemaTooNewError. @throws StoreUnavailableError.
 */
export async function planMigrations(database: Database, options: MigrateOptions = {}): Promise<MigrationPlan> {
  const { from, to } = await range(database, options);
  const migrations: PlannedMigration[] = [];
  for (let version = from + 1; version <= to; version++) {
    const { name, statements } = migrationTo(version);
    migrations.push({ version, name, statements: statements(database).map((statement) => statement.compile().sql) });
  }
  return { from, to, migrations };
}

/**
 * Brings the schema to a version. A process that is killed leaves whole migrations behind, and the next call goes on.
 * @throws RangeError for a version that does not exist or lies behind. @throws SchemaTooNewError. @throws MigrationFailedError. @throws StoreUnavailableError.
 */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<MigrationReport> {
  const { from, to } = await range(database, options);
  const applied: number[] = [];
  for (let version = from + 1; version <= to; version++) {
    if (await applyMigration(database, version)) applied.push(version);
  }
  return { from, to, applied };
}

/**
 * Checks that this release can work on the schema. A later schema will do as long as its migrations only added to what this release knows.
 * @throws SchemaNotMigratedError. @throws SchemaTooNewError. @throws StoreUnavailableError.
 */
export async function checkSchema(database: Database): Promise<void> {
  const { version } = await readCompatibleState(database);
  if (version < latestSchemaVersion) throw new SchemaNotMigratedError(version, latestSchemaVersion);
}

async function range(
  database: Database,
  options: MigrateOptions,
): Promise<{ readonly from: number; readonly to: number }> {
  const { version: from } = await readCompatibleState(database);
  const to = options.to ?? Math.max(from, latestSchemaVersion);
  if (!Number.isInteger(to) || to < 0 || (to > latestSchemaVersion && to !== from)) {
    throw new RangeError(`to: there is no schema version ${to}; the latest is ${latestSchemaVersion}`);
  }
  if (to < from) throw new RangeError(`to: the schema is at version ${from} already, and there is no way back`);
  return { from, to };
}

async function readCompatibleState(database: Database): Promise<SchemaState> {
  let state: SchemaState;
  try {
    state = await readState(database.kysely);
  } catch (error) {
    throw asStoreFault(database.profile, error);
  }
  if (state.readableFrom > latestSchemaVersion) throw new SchemaTooNewError(state.version, latestSchemaVersion);
  return state;
}

async function readState(kysely: LatchkeyKysely): Promise<SchemaState> {
  const tables = await kysely.introspection.getTables();
  if (!tables.some(({ name }) => name === "latchkey_migrations")) return { version: 0, readableFrom: 0 };
  const newest = await kysely
    .selectFrom("latchkey_migrations")
    .select(["version", "readable_from"])
    .orderBy("version", "desc")
    .limit(1)
    .executeTakeFirst();
  return { version: newest?.version ?? 0, readableFrom: newest?.readable_from ?? 0 };
}

async function applyMigration(database: Database, version: number): Promise<boolean> {
  const { profile } = database;
  const { name, readableFrom, statements } = migrationTo(version);
  try {
    return await profile.migrateExclusively(database.kysely, async (kysely) => {
      if ((await readState(kysely)).version >= version) return false;
      for (const [index, statement] of statements({ kysely, profile }).entries()) {
        await profile.migrationStep(kysely, { version, index }, statement);
      }
      await kysely
        .insertInto("latchkey_migrations")
        .values({ version, name, readable_from: readableFrom, applied_at: Date.now() })
        .execute();
      return true;
    });
  } catch (error) {
    const fault = asStoreFault(profile, error);
    if (fault instanceof StoreUnavailableError || fault instanceof CommitOutcomeUnknownError) throw fault;
    throw new MigrationFailedError(version, name, error);
  }
}

function migrationTo(version: number): (typeof allMigrations)[number] {
  const migration = allMigrations[version];
  if (migration === undefined) throw new RangeError(`There is no migration ${version}`);
  return migration;
}
