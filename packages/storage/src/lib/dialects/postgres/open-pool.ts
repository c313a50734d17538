// Makes a pool from a URL, or takes one that the application has made, and asks the server once whether it will do.
// Decides nothing about queries. Imports pg only when a URL is opened, because it is an optional peer.
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { Client, Pool } from "pg";
import type { ServerSettings } from "../server/pool-settings.ts";
import { explainConnectionFault } from "./postgres-faults.ts";
import type { PostgresClient, PostgresClientConstructor, PostgresPool } from "./postgres-pool.ts";

/**
 * Where the database is: a URL, `postgres://user:password@host:5432/name`, or a pool of pg's (or one like it), which stays yours to end.
 * A pool of yours needs a listener for `error`, as pg's manual says: without one, an idle connection that breaks ends the process.
 */
export type PostgresSource = { readonly url: string } | { readonly pool: PostgresPool };

/** A pool and what belongs to it. */
export interface OpenPool {
  readonly pool: PostgresPool;
  /** Whether it was made here. */
  readonly isOwn: boolean;
  /** Names the server without a password. */
  readonly where: string;
  /** Makes a connection beside the pool; `undefined` where nobody knows how. */
  readonly makeClient: (() => PostgresClient) | undefined;
}

const oldestVersion = 130_000;

/** @throws TypeError for a URL that is none, without repeating it. @throws Error when pg is missing. */
export async function openPool(source: PostgresSource, settings: Required<ServerSettings>): Promise<OpenPool> {
  if ("pool" in source) return adopt(source.pool);
  const where = placeOf(source.url);
  const pg = await loadPg();
  const options = {
    connectionString: source.url,
    max: settings.maxConnections,
    idleTimeoutMillis: settings.idleMilliseconds,
    connectionTimeoutMillis: settings.acquireMilliseconds,
    statement_timeout: settings.statementMilliseconds,
    idle_in_transaction_session_timeout: settings.statementMilliseconds,
    keepAlive: true,
    application_name: "latchkey",
  };
  const pool = new pg.Pool(options) as unknown as PostgresPool;
  // An idle connection that breaks is dropped by the pool; the next borrower gets another.
  pool.on("error", () => undefined);
  const makeClient = (): PostgresClient => new pg.Client({ ...options, statement_timeout: 0 });
  return { pool, isOwn: true, where, makeClient };
}

/** @throws StoreUnavailableError where the server cannot be reached or will not do; the message says what to do. */
export async function checkServer({ pool, where }: OpenPool): Promise<void> {
  let client: PostgresClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw new StoreUnavailableError(explainConnectionFault(error, where), error);
  }
  let problem: string | undefined;
  try {
    const { rows } = await client.query({
      text: "select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding, current_setting('server_version') as release",
    });
    problem = problemOf(rows[0] as ServerFacts);
  } catch (error) {
    client.release?.(true);
    throw new StoreUnavailableError(explainConnectionFault(error, where), error);
  }
  client.release?.();
  if (problem !== undefined) throw new StoreUnavailableError(`The database at ${where} ${problem}`);
}

interface ServerFacts {
  readonly version: string;
  readonly release: string;
  readonly encoding: string;
}

function problemOf({ version, release, encoding }: ServerFacts): string | undefined {
  if (Number(version) < oldestVersion) return `is PostgreSQL ${release}; Latchkey needs 13 or later`;
  if (encoding !== "UTF8") {
    return `has the encoding ${encoding}, which does not hold every character: create one with encoding UTF8`;
  }
  return undefined;
}

function adopt(pool: PostgresPool): OpenPool {
  const { options } = pool;
  const { Client: make } = pool as { readonly Client?: PostgresClientConstructor };
  const makeClient = options === undefined || make === undefined ? undefined : (): PostgresClient => new make(options);
  return { pool, isOwn: false, where: "the given pool's server", makeClient };
}

function placeOf(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new TypeError("url: is no URL; write postgres://USER:PASSWORD@HOST:5432/DATABASE");
  }
  if (parsed.protocol !== "postgres:" && parsed.protocol !== "postgresql:") {
    throw new TypeError('url: must begin with "postgres://" or "postgresql://"');
  }
  if (parsed.pathname.length < 2) {
    throw new TypeError("url: names no database; write postgres://USER:PASSWORD@HOST:5432/DATABASE");
  }
  return `${parsed.host === "" ? "the local socket" : parsed.host}${parsed.pathname}`;
}

async function loadPg(): Promise<{ readonly Pool: typeof Pool; readonly Client: typeof Client }> {
  try {
    return (await import("pg")).default;
  } catch (error) {
    throw new Error("PostgreSQL needs the package pg (8.20 or later): add it to your dependencies", { cause: error });
  }
}
