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

/** What a storage is doing, for metrics: counts since it was opened, and what is under way. */
export type StorageLoad =
  | {
      readonly kind: "group_commit";
      /** Commits by the number of units that shared them: at most 1, 2, 4, 8, 16, 32, 64, and more. */
      readonly commits: readonly number[];
      /** Units that were committed. */
      readonly units: number;
      /** Units that wait for their turn. */
      readonly waiting: number;
    }
  | {
      readonly kind: "pool";
      /** Connections in use, and requests that wait for one. */
      readonly asked: number;
      /** Of those, how many have one. */
      readonly inUse: number;
      /** Connections at most; `undefined` for a pool of yours. */
      readonly maximum: number | undefined;
    };

/**
 * For a listener that knows when its event loop polls: all requests that one poll brings had begun to arrive before the first of them is handled, so one look at
 * what other processes have committed, taken after that, is later than the beginning of each. Whoever never calls these loses nothing but speed.
 */
export interface Polls {
  /** The first request of a poll is about to be handled: from now on one look serves all of them. */
  readonly begin: () => void;
  /** The poll's callbacks have run (`setImmediate`): what comes now may have been sent after that look. */
  readonly end: () => void;
}

/** An open storage and what belongs to its database. */
export interface OpenedStorage extends BoundMigrations {
  /** The port that core works with. `storage.close()` closes everything here but a pool or handle of yours. */
  readonly storage: Storage;
  /** The same database for an application's own queries. */
  readonly kysely: LatchkeyKysely;
  /** What it is doing now; costs nothing. */
  load(): StorageLoad;
  /** `undefined` where there is no look to share (PostgreSQL, MySQL). */
  readonly polls?: Polls;
}

/** Binds the migrations to a database. */
export function bindMigrations(database: Database): BoundMigrations {
  return {
    planMigrations: (how) => planMigrations(database, how),
    migrate: (how) => migrate(database, how),
    checkSchema: () => checkSchema(database),
  };
}
