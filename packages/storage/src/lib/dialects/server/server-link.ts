// What the server dialects give to their common driver: connections that a pool lends, and what a fault says about one.
// Types only.
import type { CompiledQuery, QueryResult, TransactionSettings } from "kysely";

/** One connection of the pool, for as long as it is lent. */
export interface ServerLink {
  /** Whether it is known to lead nowhere: nothing that is sent now arrives. */
  readonly isLost: boolean;
  execute<Row>(query: CompiledQuery): Promise<QueryResult<Row>>;
  begin(settings: TransactionSettings): Promise<void>;
  /** `false` where the server has rolled back instead. */
  commit(): Promise<boolean>;
  rollBack(): Promise<void>;
  /** Gives it back; a broken one is closed. */
  release(isBroken: boolean): void;
}

/** The pool of a dialect. */
export interface ServerLinks {
  /** For messages: `PostgreSQL`. */
  readonly engine: string;
  /** Lends a connection that is free at once. */
  take?(): ServerLink | undefined;
  /** Lends a connection. Rejects where there is none within the time that settings allow. */
  acquire(): Promise<ServerLink>;
  /** Whether after this fault nobody knows what the server did: no answer came, or none will. */
  isLoss(error: unknown): boolean;
  /** Ends the connections that are its own; all have been given back. */
  end(): Promise<void>;
}
