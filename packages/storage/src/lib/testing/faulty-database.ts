// A handle that fails on demand: what a full disk or a dying one does, at a statement of the test's choice. For tests only.
import type { SqliteDatabase, SqliteStatement } from "../dialects/sqlite/sqlite-database.ts";

/** Called before each statement runs; what it returns is thrown. */
export type Fault = (sql: string) => Error | undefined;

/** A handle and the statements that it ran. */
export interface FaultyDatabase extends SqliteDatabase {
  readonly ran: string[];
}

/** An error as better-sqlite3 throws it. */
export function sqliteError(code: string): Error {
  return Object.assign(new Error(`simulated ${code}`), { code });
}

/** Wraps a handle. */
export function faultyDatabase(database: SqliteDatabase, fault: Fault): FaultyDatabase {
  const ran: string[] = [];
  const before = (sql: string): void => {
    ran.push(sql);
    const error = fault(sql);
    if (error !== undefined) throw error;
  };
  const wrap = (sql: string, statement: SqliteStatement): SqliteStatement => ({
    reader: statement.reader,
    readonly: statement.readonly,
    all: (parameters) => (before(sql), statement.all(parameters)),
    get: (...parameters) => (before(sql), statement.get(...parameters)),
    run: (parameters) => (before(sql), statement.run(parameters)),
    columns: () => statement.columns(),
    pluck: () => wrap(sql, statement.pluck()),
  });
  return {
    ran,
    name: database.name,
    memory: database.memory,
    get open() {
      return database.open;
    },
    get inTransaction() {
      return database.inTransaction;
    },
    prepare: (sql) => wrap(sql, database.prepare(sql)),
    pragma: (source, options) => database.pragma(source, options),
    close: () => database.close(),
  };
}
