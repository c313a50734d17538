// Makes a pool from a URL, or takes one that the application has made, and asks the server once whether it will do.
// Decides nothing about queries. Imports mysql2 only when a URL is opened, because it is an optional peer.
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { PoolOptions } from "mysql2";
import type { ServerSettings } from "../server/pool-settings.ts";
import { explainConnectionFault } from "./mysql-faults.ts";
import { borrow, send } from "./mysql-links.ts";
import type { MysqlCallbackPool, MysqlConnection, MysqlPool } from "./mysql-pool.ts";
import { optionsOfUrl } from "./mysql-url.ts";
import type { MysqlFlavour } from "./profile.ts";

/** Where the database is: a URL, `mysql://user:password@host:3306/name`, or a pool of mysql2's (or one like it), which stays yours to end. */
export type MysqlSource = { readonly url: string } | { readonly pool: MysqlPool };

/** A pool and what belongs to it. */
export interface OpenPool {
  readonly pool: MysqlCallbackPool;
  /** Whether it was made here. */
  readonly isOwn: boolean;
  /** Names the server without a password. */
  readonly where: string;
}

// CLIENT_FOUND_ROWS: affected rows are the ones that a condition matched, as on the other engines, also where the new values are the old ones.
const foundRows = 2;

/** @throws TypeError for a URL that is none, without repeating it. @throws Error when mysql2 is missing. */
export async function openPool(source: MysqlSource, settings: Required<ServerSettings>): Promise<OpenPool> {
  if ("pool" in source) {
    const { pool } = source;
    return { pool: "pool" in pool ? pool.pool : pool, isOwn: false, where: "the given pool's server" };
  }
  const { where, ...address } = optionsOfUrl(source.url);
  const createPool = await loadCreatePool();
  const pool = createPool({
    ...address,
    connectionLimit: settings.maxConnections,
    // One less, or mysql2 never looks for idle connections; so the last one of a full pool that rests is given back at once.
    maxIdle: settings.maxConnections - 1,
    idleTimeout: settings.idleMilliseconds,
    connectTimeout: settings.acquireMilliseconds,
    maxPreparedStatements: 256,
    enableKeepAlive: true,
    charset: "utf8mb4_bin",
    timezone: "Z",
    flags: ["FOUND_ROWS", "-LOCAL_FILES"],
  });
  return { pool, isOwn: true, where };
}

/** @throws StoreUnavailableError where the server cannot be reached or will not do; the message says what to do. */
export async function findFlavour({ pool, where }: OpenPool): Promise<MysqlFlavour> {
  const connection = await borrow(pool, where);
  let version: string;
  try {
    version = (await variablesOf(connection)).get("version") ?? "";
    connection.release();
  } catch (error) {
    connection.destroy();
    throw new StoreUnavailableError(explainConnectionFault(error, where), error);
  }
  const [, major = 0, minor = 0, patch = 0] = (/^(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  const flavour = /mariadb/i.test(version) ? "mariadb" : "mysql";
  const number = major * 1_000_000 + minor * 1_000 + patch;
  if (number >= (flavour === "mariadb" ? 10_006_000 : 8_000_017)) return flavour;
  throw new StoreUnavailableError(
    `The server at ${where} is ${version}; Latchkey needs MySQL 8.0.17 or later, or MariaDB 10.6 or later`,
  );
}

/** Makes connections ready that were made here: READ COMMITTED, so that a loser sees what beat it; strict, so that nothing is cut to fit. */
export function sessionSettings(
  flavour: MysqlFlavour,
  { statementMilliseconds }: Required<ServerSettings>,
): (connection: MysqlConnection) => Promise<void> {
  const seconds = Math.max(1, Math.ceil(statementMilliseconds / 1000));
  const limit =
    flavour === "mariadb"
      ? `max_statement_time = ${statementMilliseconds / 1000}, idle_transaction_timeout = ${seconds}`
      : `max_execution_time = ${statementMilliseconds}`;
  return async (connection) => {
    await send(
      connection,
      `set session sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = ${seconds}, ${limit}`,
    );
    await send(connection, "set session transaction isolation level read committed");
  };
}

/** Refuses connections of a given pool that are set otherwise; what they are set to is their owner's. @throws TypeError */
export async function refuseOtherSettings(connection: MysqlConnection): Promise<void> {
  const variables = await variablesOf(connection);
  const isolation = variables.get("transaction_isolation") ?? variables.get("tx_isolation");
  if (isolation !== "READ-COMMITTED") {
    throw new TypeError(
      `pool: its connections have the isolation level ${isolation}; run "set session transaction isolation level read committed" on each`,
    );
  }
  if (!/STRICT_(?:ALL|TRANS)_TABLES/.test(variables.get("sql_mode") ?? "")) {
    throw new TypeError('pool: its connections are not strict; add STRICT_ALL_TABLES to their "sql_mode"');
  }
  if (variables.get("character_set_client") !== "utf8mb4") {
    throw new TypeError('pool: its connections do not hold every character; give it the charset "utf8mb4"');
  }
  const flags = connection.config?.clientFlags;
  if (flags !== undefined && (flags & foundRows) === 0) {
    throw new TypeError(
      'pool: its affected rows are changed rows; give it the flag "FOUND_ROWS", which is the default',
    );
  }
}

/** Asks one connection, so that a pool with other settings is refused when it is given and not at the first request. @throws TypeError */
export async function refuseOtherPool({ pool, where }: OpenPool): Promise<void> {
  const connection = await borrow(pool, where);
  try {
    await refuseOtherSettings(connection);
  } finally {
    connection.release();
  }
}

async function variablesOf(connection: MysqlConnection): Promise<ReadonlyMap<string, string>> {
  const rows = await send(
    connection,
    "show session variables where variable_name in ('version', 'transaction_isolation', 'tx_isolation', 'sql_mode', 'character_set_client')",
  );
  return new Map(
    (rows as readonly { readonly Variable_name: string; readonly Value: string }[]).map((row) => [
      row.Variable_name,
      row.Value,
    ]),
  );
}

async function loadCreatePool(): Promise<(options: PoolOptions) => MysqlCallbackPool> {
  try {
    const { default: mysql } = await import("mysql2");
    return (options) => mysql.createPool(options) as unknown as MysqlCallbackPool;
  } catch (error) {
    throw new Error("MySQL and MariaDB need the package mysql2 (3.20 or later): add it to your dependencies", {
      cause: error,
    });
  }
}
