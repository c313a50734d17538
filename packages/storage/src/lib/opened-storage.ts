// What opening a database gives, whatever its dialect.
// Knows no dialect.
import type { Storage } from "@latchkey/core/ports";
import type { Database } from "./kernel/dialect-profile.ts";
import type { LatchkeyKysely } from "./kernel/tables.ts";
import {
  checkSchema,
  migrate,
  planMigrations,
  type MigrateOptions,
  type MigrationPlan,
  type MigrationReport,
} from "./migrations/migrator.ts";

/** The migrations, bound to a database. */
export interface BoundMigrations {
  /** Says what {@link migrate} would do, and does nothing. @throws RangeError, SchemaTooNewError, StoreUnavailableError */
  planMigrations(options?: MigrateOptions): Promise<MigrationPlan>;
  /** Brings the schema up to date; safe from several processes at once. @throws RangeError, SchemaTooNewError, MigrationFailedError, StoreUnavailableError */
  migrate(options?: MigrateOptions): Promise<MigrationReport>;
  /** Checks that this release can work on the schema. @throws SchemaNotMigratedError, SchemaTooNewError, StoreUnavailableError */
  checkSchema(): Promise<void>;
}

/** An open storage and what belongs to its database. */
export interface OpenedStorage extends BoundMigrations {
  /** The port that core works with. `storage.close()` closes everything here but a pool or handle of yours. */
  readonly storage: Storage;
  /** The same database for an application's own queries. */
  readonly kysely: LatchkeyKysely;
}

/** Binds the migrations to a database. */
export function bindMigrations(database: Database): BoundMigrations {
  return {
    planMigrations: (how) => planMigrations(database, how),
    migrate: (how) => migrate(database, how),
    checkSchema: () => checkSchema(database),
  };
}
