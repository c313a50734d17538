// Database servers for tests: a new database on each call, dropped with the tests of the file. For tests only.
// Where a server is, an environment variable says; in CI it must be there, elsewhere its tests are skipped and say how to get one.
import { randomBytes } from "node:crypto";
import { afterAll } from "vitest";

/** A database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  /** Runs SQL as its owner, over a connection of its own. */
  run(sql: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** A server that may be there. */
export interface TestServer {
  /** For the titles of skipped tests: why they are, and what to do. */
  readonly missing: string | undefined;
  /** Creates an empty database, which is dropped after the tests of the file. */
  create(): Promise<TestDatabase>;
}

// Registered while the importing test file is collected: from inside a test or hook it would not be.
const drops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const drop of drops.splice(0)) await drop();
});

function server(variable: string, engine: string, create: (base: URL, name: string) => Promise<Created>): TestServer {
  const base = process.env[variable];
  const isMissing = base === undefined || base === "";
  if (isMissing && process.env["CI"] !== undefined) throw new Error(`CI must set ${variable} to a ${engine} server`);
  return {
    missing: isMissing
      ? `skipped: set ${variable} to the URL of a ${engine} server, as .ci/services.sh does`
      : undefined,
    async create() {
      if (isMissing) throw new Error(`${variable} is not set`);
      const name = `latchkey_test_${randomBytes(6).toString("hex")}`;
      const { database, drop } = await create(new URL(base), name);
      drops.push(drop);
      return database;
    },
  };
}

interface Created {
  readonly database: TestDatabase;
  readonly drop: () => Promise<void>;
}

function renamed(base: URL, name: string): string {
  const url = new URL(base);
  url.pathname = `/${name}`;
  return url.href;
}

/** PostgreSQL, where `LATCHKEY_TEST_POSTGRES` says. */
export const postgresServer: TestServer = server("LATCHKEY_TEST_POSTGRES", "PostgreSQL", async (base, name) => {
  const { default: pg } = await import("pg");
  const runAt = async (url: string, sql: string, values: readonly unknown[] = []): ReturnType<TestDatabase["run"]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  };
  await runAt(base.href, `create database ${name} template template0 encoding 'UTF8'`);
  const url = renamed(base, name);
  return {
    database: { url, run: (sql, values) => runAt(url, sql, values) },
    drop: async () => void (await runAt(base.href, `drop database ${name} with (force)`)),
  };
});

/** MySQL or MariaDB, where `LATCHKEY_TEST_MYSQL` says. */
export const mysqlServer: TestServer = server("LATCHKEY_TEST_MYSQL", "MySQL or MariaDB", async (base, name) => {
  const { default: mysql } = await import("mysql2/promise");
  const runAt = async (url: string, sql: string, values: readonly unknown[] = []): ReturnType<TestDatabase["run"]> => {
    const connection = await mysql.createConnection(url);
    try {
      const [rows] = await connection.query(sql, [...values]);
      return Array.isArray(rows) ? (rows as Readonly<Record<string, unknown>>[]) : [];
    } finally {
      await connection.end();
    }
  };
  await runAt(base.href, `create database ${name} character set utf8mb4`);
  const url = renamed(base, name);
  return {
    database: { url, run: (sql, values) => runAt(url, sql, values) },
    drop: async () => void (await runAt(base.href, `drop database ${name}`)),
  };
});
