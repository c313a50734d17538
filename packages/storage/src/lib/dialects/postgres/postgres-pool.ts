// The little of pg that the dialect uses, as structural types: a pool of yours, of a fork or of an adapter will do.
// Types only.

/** A query as pg takes it. */
export interface PostgresQuery {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Prepares the statement under this name, once per connection. */
  readonly name?: string;
  readonly types?: PostgresTypes;
  /** Milliseconds until the client gives the answer up. */
  readonly query_timeout?: number;
}

/** Parsers of values by the number of their type. */
export interface PostgresTypes {
  /** The parser of a type. */
  getTypeParser(oid: number, format?: string): (value: string) => unknown;
}

/** An answer. */
export interface PostgresAnswer {
  readonly rows: unknown[];
  readonly rowCount: number | null;
  /** The first word of the statement. */
  readonly command: string;
  /** The columns, where the driver tells them. */
  readonly fields?: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/** A connection. */
export interface PostgresClient {
  /** Runs one statement. */
  query(query: PostgresQuery): Promise<PostgresAnswer>;
  /** Tells of its loss, and of what others notify. */
  on(event: "error" | "end" | "notification", listener: (what?: unknown) => void): unknown;
  /** The parser of its own settings. */
  getTypeParser?(oid: number, format?: string): (value: string) => unknown;
  /** Connects, where no pool has. */
  connect?(): Promise<unknown>;
  /** Ends a connection that no pool has lent. */
  end?(): Promise<unknown>;
  /** Gives it back; with `true` it is closed. */
  release?(destroy?: boolean): void;
}

/** The little of pg's protocol connection that is used. */
export interface PostgresProtocol {
  /** The line to the server. */
  readonly stream: { cork(): void; uncork(): void };
  /** Gives a prepared statement its values. */
  bind(message: { readonly statement: string; readonly values: readonly (string | Buffer | null)[] }): void;
  /** Runs what was bound. */
  execute(message?: undefined): void;
  /** Ends the request; without it no answer comes. */
  sync(): void;
}

/** A query of somebody's own, as pg calls it. */
export interface PostgresSubmittable {
  /** Set by pg, too, to clear the timer of `query_timeout`. */
  callback: (error: Error | null) => void;
  readonly query_timeout?: number;
  submit(connection: PostgresProtocol): Error | null;
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
  handleRowDescription(): void;
  handleEmptyQuery(): void;
  handlePortalSuspended(): void;
}

/** A client of pg itself, which takes queries that speak the protocol. */
export interface PostgresOwnClient extends PostgresClient {
  /** The protocol's end; absent in pg's client over libpq. */
  readonly connection?: Partial<PostgresProtocol>;
  /** Runs one statement. */
  query(query: PostgresQuery): Promise<PostgresAnswer>;
  /** Runs a query of somebody's own, which hears of its end itself. */
  query(query: PostgresSubmittable): unknown;
}

/** A pool. */
export interface PostgresPool {
  /** Lends a connection. */
  connect(): Promise<PostgresClient>;
  /** Ends every connection. */
  end(): Promise<unknown>;
  /** Tells of idle connections that broke. */
  on(event: "error", listener: (error: Error) => void): unknown;
  /** How its connections are made; without it there are no hints. */
  readonly options?: object;
}

/** Makes a connection of its own, outside the pool. */
export type PostgresClientConstructor = new (options: object) => PostgresClient;
