// The one place where stores meet Kysely: a session runs compiled queries on committed state or inside one unit, and names the machinery's faults.
// Must not know what a query is about.
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { CompiledQuery, QueryResult } from "kysely";
import type { Database, DialectProfile } from "./dialect-profile.ts";
import type { LatchkeyKysely } from "./tables.ts";

/** Runs queries, at once where the engine can. */
export interface Session {
  run<Row>(query: CompiledQuery<Row>): QueryResult<Row> | Promise<QueryResult<Row>>;
}

/** Runs work in a transaction of its own and resolves when that is durable; where the work fails, nothing of it is. */
export type SessionRunner = <T>(work: (session: Session) => Promise<T>) => Promise<T>;

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

/** A session inside a unit. Its errors pass unchanged: the unit's runner tells what can be tried again. */
export function createUnitSession(transaction: LatchkeyKysely): Session {
  return { run: (query) => transaction.executeQuery(query) };
}

/** The error to throw for a fault: {@link StoreUnavailableError} where the engine could not serve, otherwise the error itself. */
export function asStoreFault(profile: DialectProfile, error: unknown): unknown {
  const fault = profile.classify(error);
  if (fault !== "unavailable" && fault !== "retryable") return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreUnavailableError(`The database (${profile.name}) cannot serve now: ${reason}`, error);
}
