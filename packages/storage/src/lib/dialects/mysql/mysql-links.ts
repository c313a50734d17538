// Connections of a mysql2 pool for the common driver: prepared statements, exact integers, READ COMMITTED, affected rows that mean matched ones.
// Decides nothing about units; the common driver does.
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { CompiledQuery, QueryResult, TransactionSettings } from "kysely";
import { UnstorableValueError } from "../../kernel/storage-error.ts";
import { graceMilliseconds } from "../server/pool-settings.ts";
import type { ServerLink, ServerLinks } from "../server/server-link.ts";
import { duplicateEntry, errorNumber, explainConnectionFault, isConnectionLoss } from "./mysql-faults.ts";
import type { MysqlCallbackPool, MysqlConnection, MysqlField, MysqlStatement } from "./mysql-pool.ts";
import { skipTakenMark } from "./profile.ts";

/** How statements are sent. */
export interface MysqlLinkOptions {
  /** Makes a connection ready that is used for the first time. */
  readonly prepareSession: (connection: MysqlConnection) => Promise<void>;
  /** 0: as long as it takes. */
  readonly statementMilliseconds: number;
  /** Whether the pool is ended with the storage. */
  readonly ownsPool: boolean;
  /** Where the server is, for messages. */
  readonly where: string;
}

interface ConnectionState {
  isLost: boolean;
}

/** A pool's connections. */
export class MysqlLinks implements ServerLinks {
  readonly engine = "MySQL";
  readonly isLoss: (error: unknown) => boolean = isConnectionLoss;
  readonly #pool: MysqlCallbackPool;
  readonly #options: MysqlLinkOptions;
  readonly #connections = new WeakMap<MysqlConnection, ConnectionState>();

  constructor(pool: MysqlCallbackPool, options: MysqlLinkOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  async acquire(): Promise<ServerLink> {
    const connection = await borrow(this.#pool, this.#options.where);
    let state = this.#connections.get(connection);
    if (state === undefined) {
      state = watch(connection);
      try {
        await this.#options.prepareSession(connection);
      } catch (error) {
        connection.destroy();
        if (!isConnectionLoss(error)) throw error;
        throw new StoreUnavailableError(explainConnectionFault(error, this.#options.where), error);
      }
      this.#connections.set(connection, state);
    }
    return new MysqlLink(connection, state, this.#options);
  }

  async end(): Promise<void> {
    if (!this.#options.ownsPool) return;
    await new Promise<void>((resolve, reject) => this.#pool.end((error) => (error ? reject(error) : resolve())));
  }
}

/** Takes a connection from the pool. @throws StoreUnavailableError whose message says what to do. */
export function borrow(pool: MysqlCallbackPool, where: string): Promise<MysqlConnection> {
  return new Promise((resolve, reject) => {
    pool.getConnection((error, connection) => {
      if (error) reject(new StoreUnavailableError(explainConnectionFault(error, where), error));
      else resolve(connection);
    });
  });
}

/** Sends a statement as text; for what cannot be prepared. */
export function send(connection: MysqlConnection, sql: string, timeout?: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(statementOf(sql, undefined, timeout), (error, result) =>
      error ? reject(error) : resolve(result),
    );
  });
}

function statementOf(sql: string, values: readonly unknown[] | undefined, timeout: number | undefined): MysqlStatement {
  return {
    sql,
    supportBigNumbers: true,
    bigNumberStrings: false,
    ...(values !== undefined && { values }),
    ...(timeout !== undefined && { timeout }),
  };
}

// A connection that ends while nobody waits for an answer says so by an event, and an unheard "error" ends the process.
function watch(connection: MysqlConnection): ConnectionState {
  const state = { isLost: false };
  for (const event of ["error", "end"] as const) connection.on(event, () => (state.isLost = true));
  return state;
}

interface Answer {
  readonly result: unknown;
  readonly fields: readonly MysqlField[] | undefined;
}

class MysqlLink implements ServerLink {
  readonly #connection: MysqlConnection;
  readonly #state: ConnectionState;
  readonly #timeout: number | undefined;

  constructor(connection: MysqlConnection, state: ConnectionState, { statementMilliseconds }: MysqlLinkOptions) {
    this.#connection = connection;
    this.#state = state;
    this.#timeout = statementMilliseconds === 0 ? undefined : statementMilliseconds + graceMilliseconds;
  }

  get isLost(): boolean {
    return this.#state.isLost;
  }

  async execute<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const statement = statementOf(sql, parameters, this.#timeout);
    let answer: Answer;
    try {
      answer = await new Promise((resolve, reject) => {
        this.#connection.execute(statement, (error, result, fields) =>
          error ? reject(error) : resolve({ result, fields }),
        );
      });
    } catch (error) {
      // The server has undone this statement alone.
      if (errorNumber(error) !== duplicateEntry || !sql.endsWith(skipTakenMark)) throw error;
      return { rows: [], numAffectedRows: 0n };
    }
    const { result, fields } = answer;
    return Array.isArray(result) ? { rows: exactRows<Row>(result, fields) } : writeResult(result);
  }

  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    // Both are words of Kysely's closed lists.
    if (isolationLevel !== undefined) await this.#send(`set transaction isolation level ${isolationLevel}`);
    await this.#send(accessMode === undefined ? "start transaction" : `start transaction ${accessMode}`);
  }

  async commit(): Promise<boolean> {
    await this.#send("commit");
    return true;
  }

  async rollBack(): Promise<void> {
    await this.#send("rollback");
  }

  release(isBroken: boolean): void {
    if (isBroken) this.#connection.destroy();
    else this.#connection.release();
  }

  #send(sql: string): Promise<unknown> {
    return send(this.#connection, sql, this.#timeout);
  }
}

const bigint = 8;

// mysql2 gives integers that a number does not hold exactly as text.
function exactRows<Row>(rows: readonly unknown[], fields: readonly MysqlField[] = []): Row[] {
  const integers = fields.filter(({ columnType }) => columnType === bigint).map(({ name }) => name);
  for (const row of rows as readonly Readonly<Record<string, unknown>>[]) {
    for (const name of integers) {
      if (typeof row[name] === "string") {
        throw new UnstorableValueError(`The column ${name} holds an integer beyond ±(2⁵³ − 1)`);
      }
    }
  }
  return rows as Row[];
}

function writeResult<Row>(result: unknown): QueryResult<Row> {
  const { affectedRows = 0, insertId = 0 } = (result ?? {}) as { affectedRows?: number; insertId?: number };
  return { rows: [], numAffectedRows: BigInt(affectedRows), insertId: BigInt(insertId) };
}
