// Opens Latchkey's storage on SQLite: handles, dialect, profile, stores.
// Must not migrate by itself: whoever opens decides that.
import { Kysely } from "kysely";
import { createStorage } from "../../create-storage.ts";
import type { LatchkeyKysely, LatchkeyTables } from "../../kernel/tables.ts";
import { bindMigrations, type OpenedStorage, type Polls } from "../../opened-storage.ts";
import { changeTokenOf } from "./change-token.ts";
import { SqliteGroupCommitDialect } from "./dialect.ts";
import { openHandles, type SqliteSource } from "./open-handles.ts";
import { sqliteProfile } from "./profile.ts";

/** Settings of a SQLite storage and their defaults. */
export interface SqliteSettings {
  /** How long a unit or a read waits for another process's lock before it is refused with `StoreUnavailableError`. Default 5,000 ms. */
  readonly busyLimitMilliseconds?: number;
  /** How many units share one commit at most; the event loop goes round in between. Default 64. */
  readonly maxUnitsPerCommit?: number;
  /** How many prepared statements each of the two handles keeps. Default 256. */
  readonly statementCacheSize?: number;
  /** Whether a missing file is refused instead of created. Default `false`. */
  readonly fileMustExist?: boolean;
}

/** The defaults of {@link SqliteSettings}. */
export const sqliteDefaults: Required<SqliteSettings> = Object.freeze({
  busyLimitMilliseconds: 5_000,
  maxUnitsPerCommit: 64,
  statementCacheSize: 256,
  fileMustExist: false,
});

/**
 * Either `file`, a path whose directory is created where it is missing (0700; the file 0600), or `:memory:` for a temporary database;
 * or `database`, an open better-sqlite3 handle on a file, which stays yours to close and must not be used for transactions of your own.
 */
export type SqliteStorageOptions = SqliteSettings & SqliteSource;

/** An open storage and what belongs to its database. */
export interface SqliteStorage extends OpenedStorage {
  /** The same database for an application's own queries, with the same group commit: each write is durable when it resolves, SELECTs see committed state. */
  readonly kysely: LatchkeyKysely;
  readonly polls: Polls;
}

/**
 * Opens a storage on SQLite. The schema is neither checked nor migrated.
 * @throws TypeError or RangeError for an impossible option, named in the message. @throws StoreUnavailableError when the file cannot be opened.
 * @throws Error when better-sqlite3 is missing or this Node is too old for it.
 */
export async function openSqliteStorage(options: SqliteStorageOptions): Promise<SqliteStorage> {
  const settings = checked(options);
  const handles = await openHandles(options, settings);
  const dialect = new SqliteGroupCommitDialect(handles, settings);
  const kysely = new Kysely<LatchkeyTables>({ dialect });
  const database = { kysely, profile: sqliteProfile };
  const changes = changeTokenOf(handles.writer);
  const storage = createStorage({
    ...database,
    changeToken: changes.current,
    read: (query) => dialect.createDriver().read(query),
    ...dialect.unitWays(kysely),
    // Kysely closes a driver only after a first query.
    close: () => dialect.createDriver().destroy(),
  });
  const load = () => ({ kind: "group_commit" as const, ...dialect.createDriver().load() });
  const polls = { begin: changes.beginPoll, end: changes.endPoll };
  return { storage, kysely, load, polls, ...bindMigrations(database) };
}

function checked(options: SqliteStorageOptions): Required<SqliteSettings> {
  if ("file" in options === "database" in options) throw new TypeError("file, database: give exactly one of them");
  if ("file" in options && options.file.trim() === "") throw new TypeError("file: is empty");
  const settings = {
    busyLimitMilliseconds: options.busyLimitMilliseconds ?? sqliteDefaults.busyLimitMilliseconds,
    maxUnitsPerCommit: options.maxUnitsPerCommit ?? sqliteDefaults.maxUnitsPerCommit,
    statementCacheSize: options.statementCacheSize ?? sqliteDefaults.statementCacheSize,
    fileMustExist: options.fileMustExist ?? sqliteDefaults.fileMustExist,
  };
  const least = { busyLimitMilliseconds: 0, maxUnitsPerCommit: 1, statementCacheSize: 1 };
  for (const name of ["busyLimitMilliseconds", "maxUnitsPerCommit", "statementCacheSize"] as const) {
    if (!Number.isSafeInteger(settings[name]) || settings[name] < least[name]) {
      throw new RangeError(`${name}: must be an integer of at least ${least[name]}`);
    }
  }
  return settings;
}
