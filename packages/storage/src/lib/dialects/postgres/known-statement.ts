// A prepared statement whose columns are known, as pg takes a query of somebody's own (its interface for cursors): without asking for the columns' description again, which costs
// server and process more than the row.
// Must not prepare: pg does that at a statement's first execution on a connection. Must not name faults.
import type { PostgresProtocol, PostgresSubmittable, PostgresTypes } from "./postgres-pool.ts";

/** A column of a statement's answer. */
interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** The columns of a statement, from its first answer on a connection. The server refuses to run it when they change. */
export class KnownColumns {
  readonly #columns: readonly Column[];
  /** Copied for each row, so that all have one shape. */
  readonly #empty: Readonly<Record<string, null>>;

  constructor(fields: readonly { readonly name: string; readonly dataTypeID: number }[], types: PostgresTypes) {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, parse: types.getTypeParser(dataTypeID, "text") }));
    this.#empty = Object.fromEntries(fields.map(({ name }) => [name, null]));
  }

  /** The row of the texts that the server sent. */
  row(texts: readonly (string | null)[]): Record<string, unknown> {
    const row: Record<string, unknown> = { ...this.#empty };
    let at = 0;
    for (const { name, parse } of this.#columns) {
      const text = texts[at++];
      if (text !== null && text !== undefined) row[name] = parse(text);
    }
    return row;
  }
}

/** A value as pg sends it; its own conversion is not exported. @throws TypeError for what no statement of ours holds. */
function toSend(value: unknown): string | Buffer | null {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`A value of a prepared statement cannot be ${typeof value}`);
}

/** What is executed. */
export interface KnownExecution {
  /** The name of a prepared statement without values and rows that is sent along before; where it fails, the other is not run. */
  readonly before?: string | undefined;
  /** The name of the prepared statement. */
  readonly statement: string;
  readonly values: readonly unknown[];
  readonly columns: KnownColumns;
  /** Milliseconds; default: as long as it takes. */
  readonly query_timeout?: number;
}

/** One execution. */
export class KnownStatement implements PostgresSubmittable {
  readonly rows: Record<string, unknown>[] = [];
  /** What was done, and to how many rows: `UPDATE 1`. */
  tag = "";
  callback: (error: Error | null) => void;
  readonly query_timeout?: number;
  readonly #before: string | undefined;
  readonly #statement: string;
  readonly #values: readonly (string | Buffer | null)[];
  readonly #columns: KnownColumns;
  #malformed: Error | undefined;

  constructor(execution: KnownExecution, callback: (error: Error | null) => void) {
    this.#before = execution.before;
    this.#statement = execution.statement;
    this.#values = execution.values.map(toSend);
    this.#columns = execution.columns;
    this.callback = callback;
    if (execution.query_timeout !== undefined) this.query_timeout = execution.query_timeout;
  }

  submit(connection: PostgresProtocol): null {
    const { stream } = connection;
    // One write to the socket for all.
    stream.cork();
    try {
      if (this.#before !== undefined) {
        connection.bind({ statement: this.#before, values: [] });
        connection.execute();
      }
      connection.bind({ statement: this.#statement, values: this.#values });
      connection.execute();
      connection.sync();
    } finally {
      stream.uncork();
    }
    return null;
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    try {
      this.rows.push(this.#columns.row(fields));
    } catch (error) {
      // Told when the server has finished: until then the connection is not free.
      this.#malformed ??= error as Error;
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.tag = text;
  }

  handleReadyForQuery(): void {
    this.callback(this.#malformed ?? null);
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  handleRowDescription(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}
}
