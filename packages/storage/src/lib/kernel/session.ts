// The one place where stores meet Kysely: a session runs compiled queries on committed state or inside one unit, and names the machinery's faults.
// Must not know what a query is about.
import { StoreUnavailableError } from "@latchkey/core/errors";
import {
  SingleConnectionProvider,
  Transaction,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
} from "kysely";
import type { Database, DialectProfile } from "./dialect-profile.ts";
import type { LatchkeyKysely, LatchkeyTables } from "./tables.ts";

/** Runs queries, at once where the engine can. */
export interface Session {
  run<Row>(query: CompiledQuery<Row>): QueryResult<Row> | Promise<QueryResult<Row>>;
}

/** A session inside one unit. */
export interface UnitSession extends Session {
  /** The unit as Kysely has it, for queries of others. */
  readonly transaction: Transaction<LatchkeyTables>;
}

/** A session inside a unit whose work awaits nothing. */
export interface DirectSession {
  run<Row>(query: CompiledQuery<Row>): QueryResult<Row>;
}

/** What a unit whose work awaits nothing may write: one statement, which is its last act, or several. */
export type DirectWrites = "last" | "several";

/** Runs work in a transaction of its own and resolves when that is durable; where the work fails, nothing of it is. */
export type SessionRunner = <T>(work: (session: UnitSession) => Promise<T>) => Promise<T>;

/** The same for work that awaits nothing, where the engine answers at once. */
export type DirectRunner = <T>(work: (session: DirectSession) => T, writes: DirectWrites) => Promise<T>;

/** Answers a query on committed state, at once where the engine can. */
export type CommittedReader = <Row>(query: CompiledQuery<Row>) => QueryResult<Row> | Promise<QueryResult<Row>>;

/** A session on committed state, through `read` or where there is none through Kysely. Every fault of the engine is a {@link StoreUnavailableError}. */
export function createReadSession({ kysely, profile }: Database, read?: CommittedReader): Session {
  const answer: CommittedReader = read ?? ((query) => kysely.executeQuery(query));
  return {
    async run(query) {
      try {
        const result = answer(query);
        return result instanceof Promise ? await result : result;
      } catch (error) {
        throw asStoreFault(profile, error);
      }
    },
  };
}

/** A session on each statement's own transaction. */
export function createSingleSession(kysely: LatchkeyKysely): Session {
  return { run: (query) => kysely.executeQuery(query) };
}

/** Kysely's transaction over a connection on which one was begun; who has that connection ends it. */
export function transactionOn(
  kysely: LatchkeyKysely,
  dialect: Dialect,
  connection: DatabaseConnection,
): Transaction<LatchkeyTables> {
  const executor = kysely.getExecutor().withConnectionProvider(new SingleConnectionProvider(connection));
  return new Transaction({ config: { dialect }, dialect, driver: dialect.createDriver(), executor });
}

/** Units by Kysely alone, for dialects without a shorter way. */
export function kyselyRunner(kysely: LatchkeyKysely): SessionRunner {
  return (work) =>
    kysely
      .transaction()
      .execute((transaction) => work({ run: (query) => transaction.executeQuery(query), transaction }));
}

/** Units on connections of a dialect's one driver: Kysely's way to each statement costs more than many a statement. */
export function connectionRunner(kysely: LatchkeyKysely, dialect: Dialect): SessionRunner {
  const driver = dialect.createDriver();
  return async (work) => {
    const connection = await driver.acquireConnection();
    try {
      await driver.beginTransaction(connection, {});
      try {
        const result = await work(new ConnectionSession(kysely, dialect, connection));
        await driver.commitTransaction(connection);
        return result;
      } catch (error) {
        await driver.rollbackTransaction(connection);
        throw error;
      }
    } finally {
      await driver.releaseConnection(connection);
    }
  };
}

class ConnectionSession implements UnitSession {
  readonly #kysely: LatchkeyKysely;
  readonly #dialect: Dialect;
  readonly #connection: DatabaseConnection;
  #transaction: Transaction<LatchkeyTables> | undefined;

  constructor(kysely: LatchkeyKysely, dialect: Dialect, connection: DatabaseConnection) {
    this.#kysely = kysely;
    this.#dialect = dialect;
    this.#connection = connection;
  }

  get transaction(): Transaction<LatchkeyTables> {
    return (this.#transaction ??= transactionOn(this.#kysely, this.#dialect, this.#connection));
  }

  // Its errors pass unchanged: the unit's runner tells what can be tried again.
  run<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>> {
    return this.#connection.executeQuery(query);
  }
}

/** The error to throw for a fault: {@link StoreUnavailableError} where the engine could not serve, otherwise the error itself. */
export function asStoreFault(profile: DialectProfile, error: unknown): unknown {
  const fault = profile.classify(error);
  if (fault !== "unavailable" && fault !== "retryable") return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreUnavailableError(`The database (${profile.name}) cannot serve now: ${reason}`, error);
}
