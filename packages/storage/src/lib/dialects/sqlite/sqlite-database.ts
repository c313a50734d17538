// The little of better-sqlite3 that the dialect uses, as structural types: an own handle, a fork or an adapter over another driver will do.
// Types only.

/** A prepared statement. */
export interface SqliteStatement {
  /** Whether it returns rows. */
  readonly reader: boolean;
  /** Whether it leaves the database as it is. */
  readonly readonly: boolean;
  /** Every row. */
  all(parameters: readonly unknown[]): unknown[];
  /** The first row. */
  get(...parameters: readonly unknown[]): unknown;
  /** Runs a statement that returns no rows. */
  run(parameters: readonly unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
  /** The columns of its rows. */
  columns(): readonly { readonly name: string; readonly type: string | null }[];
  /** Makes `get` return the first column alone. */
  pluck(): SqliteStatement;
}

/** An open handle. */
export interface SqliteDatabase {
  /** The path it was opened with. */
  readonly name: string;
  readonly memory: boolean;
  readonly open: boolean;
  readonly inTransaction: boolean;
  /** Compiles a statement. */
  prepare(sql: string): SqliteStatement;
  /** Runs a pragma; `simple` asks for its one value. */
  pragma(source: string, options?: { readonly simple?: boolean }): unknown;
  /** Closes the handle. */
  close(): unknown;
}

/** How a handle is opened. */
export interface SqliteDatabaseConstructor {
  new (
    file: string,
    options: { readonly readonly?: boolean; readonly fileMustExist?: boolean; readonly timeout: number },
  ): SqliteDatabase;
}
