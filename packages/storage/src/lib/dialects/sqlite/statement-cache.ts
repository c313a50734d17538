// Statements prepared once per handle, the least recently used ones dropped; and the checks of values on their way in and out.
// Must not know turns or transactions, but for refusing statements that would end one behind the driver's back.
import type { QueryResult } from "kysely";
import { assertStorable } from "../../kernel/storable.ts";
import { UnstorableValueError } from "../../kernel/storage-error.ts";
import type { SqliteDatabase, SqliteStatement } from "./sqlite-database.ts";

const transactionControl = /^\s*(?:begin|commit|end|rollback|savepoint|release)\b/i;

/** A statement that gives Kysely's results. */
export class CachedStatement {
  /** Whether it leaves the database as it is. */
  readonly isReadOnly: boolean;
  readonly #statement: SqliteStatement;
  readonly #returnsRows: boolean;

  constructor(statement: SqliteStatement) {
    this.#statement = statement;
    this.isReadOnly = statement.readonly;
    this.#returnsRows = statement.reader;
  }

  /**
   * Runs to the end.
   * @throws UnstorableValueError for an integer that a JavaScript number does not hold exactly, in either direction, and for text that is not well-formed Unicode.
   */
  execute<Row>(parameters: readonly unknown[]): QueryResult<Row> {
    for (const parameter of parameters) assertStorable(parameter);
    if (this.#returnsRows) {
      const rows = this.#statement.all(parameters);
      for (const row of rows) this.#assertExact(row as Readonly<Record<string, unknown>>);
      return { rows: rows as Row[] };
    }
    const { changes, lastInsertRowid } = this.#statement.run(parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  #assertExact(row: Readonly<Record<string, unknown>>): void {
    for (const name in row) {
      const value = row[name];
      if (typeof value !== "number" || Number.isSafeInteger(value) || !Number.isInteger(value)) continue;
      const type = this.#statement.columns().find((column) => column.name === name)?.type ?? "";
      // A floating-point column of an embedding application may hold 1e300; rounding is what it is for.
      if (!/real|floa|doub/i.test(type)) {
        throw new UnstorableValueError(`The column ${name} holds an integer beyond ±(2⁵³ − 1)`);
      }
    }
  }
}

/** A handle's statements, at most `limit` of them. */
export class StatementCache {
  readonly #database: SqliteDatabase;
  readonly #limit: number;
  readonly #statements = new Map<string, CachedStatement>();

  constructor(database: SqliteDatabase, limit: number) {
    this.#database = database;
    this.#limit = limit;
  }

  /** How many are kept now. */
  get size(): number {
    return this.#statements.size;
  }

  /**
   * The statement of a text.
   * @throws TypeError where it begins or ends a transaction: only the driver does that.
   */
  get(sql: string): CachedStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) {
      this.#statements.delete(sql);
      this.#statements.set(sql, known);
      return known;
    }
    if (transactionControl.test(sql)) {
      throw new TypeError("Transactions are begun and ended with Kysely's transaction(), not with SQL");
    }
    const statement = new CachedStatement(this.#database.prepare(sql));
    this.#statements.set(sql, statement);
    if (this.#statements.size > this.#limit) {
      for (const oldest of this.#statements.keys()) {
        this.#statements.delete(oldest);
        break;
      }
    }
    return statement;
  }
}
