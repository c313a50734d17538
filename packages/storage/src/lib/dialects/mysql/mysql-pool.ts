// The little of mysql2 that the dialect uses, as structural types: a pool of yours, of a fork or of an adapter will do.
// Types only.

/** A statement as mysql2 takes it. */
export interface MysqlStatement {
  readonly sql: string;
  readonly values?: readonly unknown[];
  /** Milliseconds until the client gives the answer up. */
  readonly timeout?: number;
  readonly supportBigNumbers: true;
  readonly bigNumberStrings: false;
}

/** A column of an answer. */
export interface MysqlField {
  readonly name: string;
  /** The number of its type in MySQL's protocol. */
  readonly columnType?: number | undefined;
}

/** Called with an error, or with rows or the header of a write. */
export type MysqlCallback = (error: Error | null, result?: unknown, fields?: readonly MysqlField[]) => void;

/** A connection. */
export interface MysqlConnection {
  /** As a prepared statement. */
  execute(statement: MysqlStatement, callback: MysqlCallback): unknown;
  /** As text. */
  query(statement: MysqlStatement, callback: MysqlCallback): unknown;
  /** Tells of its loss. */
  on(event: "error" | "end", listener: (error?: unknown) => void): unknown;
  /** Gives it back. */
  release(): void;
  /** Closes it. */
  destroy(): void;
  readonly config?: { readonly clientFlags?: number } | undefined;
}

/** A pool of mysql2's callbacks. */
export interface MysqlCallbackPool {
  /** Lends a connection. */
  getConnection(callback: (error: Error | null, connection: MysqlConnection) => void): void;
  /** Ends every connection. */
  end(callback: (error?: Error | null) => void): void;
}

/** A pool: of mysql2, or of mysql2/promise. */
export type MysqlPool = MysqlCallbackPool | { readonly pool: MysqlCallbackPool };
