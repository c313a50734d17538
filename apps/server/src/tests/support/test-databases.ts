// Databases on servers, one for each test file, with a random name and dropped afterwards. Where the servers are, an environment variable says;
// in CI it must, elsewhere the tests are skipped and say how to get one.
import { randomBytes } from "node:crypto";
import { afterAll } from "vitest";
import { createSandbox } from "./sandbox.ts";
import type { Sandbox } from "./sandbox.ts";
import { runMain } from "./server-process.ts";

// Registered while the importing test file is collected: from inside a hook it would not be.
const drops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const drop of drops.splice(0)) await drop();
});

/** A database of a test file's own. */
export interface TestDatabase {
  readonly url: string;
  /** Runs SQL without parameters as its owner, over a connection of its own. */
  run(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** A name by whose time the tests of storage know that its run is dead. */
export function testDatabaseName(): string {
  return `latchkey_test_${Date.now().toString(36)}_${randomBytes(4).toString("hex")}`;
}

/** A database server that may be there. */
export interface TestServer {
  readonly name: "PostgreSQL" | "MariaDB";
  /** For the titles of skipped tests: why they are, and what to do. */
  readonly missing: string | undefined;
  /** Creates an empty database, which is dropped after the tests of the file. */
  create(): Promise<TestDatabase>;
}

type Run = (url: string, sql: string) => ReturnType<TestDatabase["run"]>;

const runOnPostgres: Run = async (url, sql) => {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

const runOnMysql: Run = async (url, sql) => {
  const { default: mysql } = await import("mysql2/promise");
  const connection = await mysql.createConnection(url);
  try {
    const [rows] = await connection.query(sql);
    return Array.isArray(rows) ? (rows as Readonly<Record<string, unknown>>[]) : [];
  } finally {
    await connection.end();
  }
};

function testServer(
  name: TestServer["name"],
  variable: string,
  how: { readonly run: Run; readonly encoding: string; readonly force: string },
): TestServer {
  const base = process.env[variable] || undefined;
  if (base === undefined && process.env["CI"] === "true")
    throw new Error(`CI must set ${variable} to a ${name} server`);
  return {
    name,
    missing: base === undefined ? `(skipped: set ${variable} to a ${name} server, as .ci/services.sh does)` : undefined,
    async create() {
      if (base === undefined) throw new Error(`${variable} is not set`);
      const database = testDatabaseName();
      await how.run(base, `create database ${database} ${how.encoding}`);
      drops.push(() => how.run(base, `drop database ${database} ${how.force}`));
      const url = new URL(base);
      url.pathname = `/${database}`;
      return { url: url.href, run: (sql) => how.run(url.href, sql) };
    },
  };
}

/** PostgreSQL and MariaDB (or MySQL), where `LATCHKEY_TEST_POSTGRES` and `LATCHKEY_TEST_MYSQL` say. */
export const testServers: readonly TestServer[] = [
  testServer("PostgreSQL", "LATCHKEY_TEST_POSTGRES", {
    run: runOnPostgres,
    encoding: "template template0 encoding 'UTF8'",
    force: "with (force)",
  }),
  testServer("MariaDB", "LATCHKEY_TEST_MYSQL", { run: runOnMysql, encoding: "character set utf8mb4", force: "" }),
];

/** A sandbox whose configuration names a database on a server. `settings` replaces the file's content. */
export function serverSandbox(url: string, settings?: unknown): Sandbox {
  const masterKey = randomBytes(32).toString("base64url");
  return createSandbox({
    ...(settings === undefined ? {} : { settings }),
    environment: { DATABASE_URL: url, LATCHKEY_MASTER_KEY: masterKey },
  });
}

/** The same after `migrate`, whose command is run as a person would. */
export async function migratedSandbox(url: string, settings?: unknown): Promise<Sandbox> {
  const sandbox = serverSandbox(url, settings);
  const { code, stderr } = await runMain(sandbox, ["migrate"]);
  if (code !== 0) throw new Error(`migrate ended with ${code}:\n${stderr}`);
  return sandbox;
}
