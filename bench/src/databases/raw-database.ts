// What is compared on a database: ours, and the bare driver that sends the statements that ours was seen to send.
import type { OpenedStorage } from "@latchkey/storage";

/** A statement as the driver was given it, and what came back. */
export interface RecordedStatement {
  readonly sql: string;
  readonly values: readonly unknown[];
  /** Sent as a prepared statement: under this name, or as such. */
  readonly prepared: string | boolean;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** A connection of the bare driver. */
export interface RawConnection {
  /** Sends a statement that was recorded, with values of its own; returns its rows. */
  run(statement: RecordedStatement, values: readonly unknown[]): Promise<RecordedStatement["rows"]>;
}

/** An empty database of a bench's own, with today's schema. */
export interface RawDatabase {
  /** Engine and version. */
  readonly title: string;
  /** Ours, as an application opens it. */
  readonly ours: OpenedStorage;
  /** Ours on a driver that writes down what it is asked. */
  readonly recording: OpenedStorage;
  readonly recorded: RecordedStatement[];
  /** Lends a connection of the bare driver's own pool. */
  use<Result>(work: (connection: RawConnection) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** Connections of each pool, and callers at the same time. */
export const callers = 16;

/** Limits of ours: a machine on which others are at work must not end a run. */
export const patience: Readonly<Record<"maxConnections" | "acquireMilliseconds" | "statementMilliseconds", number>> = {
  maxConnections: callers,
  acquireMilliseconds: 60_000,
  statementMilliseconds: 60_000,
} as const;

let made = 0;

/** A name that the tests' clean-up knows, should the process be killed. */
export function benchDatabaseName(): string {
  return `latchkey_test_${Date.now().toString(36)}_bench${made++}`;
}

/** The URL of another database on the same server. */
export function urlOf(base: string, database: string): string {
  const url = new URL(base);
  url.pathname = `/${database}`;
  return url.href;
}
