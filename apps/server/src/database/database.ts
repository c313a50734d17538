// What the server needs of a database, whatever its dialect. A dialect is one module that makes such an object and one entry in `open-database.ts`.
import type { Storage } from "@latchkey/core/ports";
import type { Polls, StorageLoad } from "@latchkey/storage";
import type { MigrateOptions, MigrationPlan, MigrationReport } from "@latchkey/storage/migrations";

/** An open database. */
export interface Database {
  /** For people: the dialect and where it is, never with a password. */
  readonly name: string;
  readonly storage: Storage;
  /** Whether the server brings the schema up to date by itself, or only checks it. */
  readonly migratesItself: boolean;
  /** Says what {@link migrate} would do, and does nothing. */
  planMigrations(options?: MigrateOptions): Promise<MigrationPlan>;
  /** Brings the schema up to date; of several processes that try at once, each step is done by one. */
  migrate(options?: MigrateOptions): Promise<MigrationReport>;
  /** Throws where this release cannot work on the schema; the message says what to do. */
  checkSchema(): Promise<void>;
  /** What its connections are doing, for metrics. */
  load(): StorageLoad;
  /** Told of the listener's polls, where the database has use for that. */
  readonly polls?: Polls;
  /** Whether any realm, also one that is not configured, has a stored key. */
  hasKeys(): Promise<boolean>;
  /** Ends the connections after the units under way. */
  close(): Promise<void>;
}

/** How to open a database. */
export interface OpenDatabaseOptions {
  /** `create`: what is missing is made. `existing`: it is refused. `imagine`: an empty temporary one stands for it. */
  readonly missing: "create" | "existing" | "imagine";
}

/** The database cannot be used as it is. The message says what to do. */
export class DatabaseError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "DatabaseError";
  }
}
