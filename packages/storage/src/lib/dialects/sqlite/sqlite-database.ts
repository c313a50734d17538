// The little of better-sqlite3 that the dialect uses, as structural types: an own handle, a fork or an adapter over another driver will do.
// Types only.

/** A prepared statement. */
export interface SqliteStatement {
  /** Whether it returns rows. */
  readonly reader: boolean;
  /** Whether it leaves the database as it is. */
  readonly readonly: boolean;
  all(parameters: readonly unknown[]): unknown[];
  get(...parameters: readonly unknown[]): unknown;
  run(parameters: readonly unknown[]): { readonly changes: number; readonly lastInsertRowid: number | bigint };
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
  prepare(sql: string): SqliteStatement;
  pragma(source: string, options?: { readonly simple?: boolean }): unknown;
  close(): unknown;
}

/** How a handle is opened. */
export interface SqliteDatabaseConstructor {
  new (
    file: string,
    options: { readonly readonly?: boolean; readonly fileMustExist?: boolean; readonly timeout: number },
  ): SqliteDatabase;
}
