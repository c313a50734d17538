// Opens a database file: its directory and modes, the writer's and the reader's handle, their settings.
// Decides nothing about queries. Imports better-sqlite3 only when a file is opened, because it is an optional peer.
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { SqliteDatabase, SqliteDatabaseConstructor } from "./sqlite-database.ts";
import { sqliteCode } from "./sqlite-faults.ts";
import { waitWhileBusy } from "./wait-while-busy.ts";

/** The two handles of a database file. */
export interface SqliteHandles {
  readonly writer: SqliteDatabase;
  /** Read-only: sees committed state. */
  readonly reader: SqliteDatabase;
  /** Closes the handles that were opened here; the last one to close a file also empties its log. */
  close(): void;
}

/** What to open: a path, or a handle that the application has opened. */
export type SqliteSource = { readonly file: string } | { readonly database: SqliteDatabase };

/** How to open it. */
export interface OpenHandlesOptions {
  readonly busyLimitMilliseconds: number;
  readonly fileMustExist: boolean;
}

/**
 * Opens the handles. `:memory:` is a file in a private temporary directory that is removed at the end: two handles cannot share a database in memory.
 * @throws StoreUnavailableError when the file cannot be opened or is no SQLite database. @throws TypeError for a handle on a database in memory.
 */
export async function openHandles(source: SqliteSource, options: OpenHandlesOptions): Promise<SqliteHandles> {
  if ("database" in source) return await openBeside(source.database, options);
  const Database = await loadBetterSqlite();
  if (source.file === ":memory:") return await openTemporary(Database, options);
  const file = resolve(source.file);
  return await named(file, async () => {
    if (!options.fileMustExist) await createFile(file);
    return await openPair(Database, file, "full", options);
  });
}

async function loadBetterSqlite(): Promise<SqliteDatabaseConstructor> {
  // better-sqlite3 13 ends an older Node's process without a word.
  if (!(Number(process.versions["napi"]) >= 10)) {
    throw new Error(`SQLite needs Node 22.18 or later; this is ${process.version}`);
  }
  try {
    const { default: constructor } = await import("better-sqlite3");
    return constructor;
  } catch (error) {
    throw new Error("SQLite needs the package better-sqlite3 (13.2 or later): add it to your dependencies", {
      cause: error,
    });
  }
}

async function openBeside(writer: SqliteDatabase, options: OpenHandlesOptions): Promise<SqliteHandles> {
  if (writer.memory) throw new TypeError('database: a handle in memory has no second reader; use { file: ":memory:" }');
  const Database = writer.constructor as SqliteDatabaseConstructor;
  const file = resolve(writer.name);
  return await named(file, async () => {
    await configureWriter(writer, "full", options);
    const reader = await openReader(Database, file, options);
    return { writer, reader, close: () => reader.close() };
  });
}

async function openTemporary(Database: SqliteDatabaseConstructor, options: OpenHandlesOptions): Promise<SqliteHandles> {
  const directory = mkdtempSync(join(tmpdir(), "latchkey-"));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const file = join(directory, "memory.db");
    await createFile(file);
    const handles = await openPair(Database, file, "off", options);
    const close = (): void => {
      handles.close();
      process.off("exit", remove);
      remove();
    };
    return { ...handles, close };
  } catch (error) {
    process.off("exit", remove);
    remove();
    throw error;
  }
}

// The file holds password hashes: others neither read it nor list its directory. SQLite gives its log the same mode.
async function createFile(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await (await open(file, "a", 0o600)).close();
}

async function openPair(
  Database: SqliteDatabaseConstructor,
  file: string,
  synchronous: "full" | "off",
  options: OpenHandlesOptions,
): Promise<SqliteHandles> {
  const writer = new Database(file, { timeout: 0, fileMustExist: true });
  try {
    await configureWriter(writer, synchronous, options);
    const reader = await openReader(Database, file, options);
    const close = (): void => {
      reader.close();
      writer.close();
    };
    return { writer, reader, close };
  } catch (error) {
    writer.close();
    throw error;
  }
}

async function configureWriter(
  writer: SqliteDatabase,
  synchronous: "full" | "off",
  { busyLimitMilliseconds }: OpenHandlesOptions,
): Promise<void> {
  writer.pragma("busy_timeout = 0");
  const mode = await waitWhileBusy(() => {
    const present = writer.pragma("journal_mode", { simple: true });
    return present === "wal" ? present : writer.pragma("journal_mode = wal", { simple: true });
  }, busyLimitMilliseconds);
  if (mode !== "wal") {
    throw new StoreUnavailableError(
      `SQLite cannot keep a write-ahead log here (journal mode ${String(mode)}): use a local disk`,
    );
  }
  writer.pragma(`synchronous = ${synchronous}`);
  // Latchkey declares none; an embedding application may.
  writer.pragma("foreign_keys = on");
  // A burst or a long reader lets the log grow; afterwards it shrinks to this.
  writer.pragma("journal_size_limit = 67108864");
}

async function openReader(
  Database: SqliteDatabaseConstructor,
  file: string,
  { busyLimitMilliseconds }: OpenHandlesOptions,
): Promise<SqliteDatabase> {
  const reader = new Database(file, { timeout: 0, readonly: true, fileMustExist: true });
  try {
    await waitWhileBusy(() => reader.pragma("schema_version"), busyLimitMilliseconds);
    return reader;
  } catch (error) {
    reader.close();
    throw error;
  }
}

async function named<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    const isFault = sqliteCode(error) !== undefined || (error instanceof Error && "syscall" in error);
    if (!isFault) throw error;
    throw new StoreUnavailableError(`Cannot open the SQLite database ${file}: ${(error as Error).message}`, error);
  }
}
