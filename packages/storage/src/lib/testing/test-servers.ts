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
const drops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const drop of drops.splice(0)) await drop();
});

const oldestMilliseconds = 24 * 3_600_000;

/** The databases of runs that were killed: their names say when they were made, and no run lasts for a day. */
export function abandonedDatabases(names: readonly unknown[], now: number): readonly string[] {
  return names.filter((name): name is string => {
    const made = /^latchkey_test_([0-9a-z]{8})_\w+$/.exec(String(name))?.[1];
    return made !== undefined && now - Number.parseInt(made, 36) > oldestMilliseconds;
  });
}

type Run = (url: string, sql: string, values?: readonly unknown[]) => ReturnType<TestDatabase["run"]>;

interface Engine {
  readonly title: string;
  readonly variable: string;
  readonly run: Run;
  /** Of `create database`. */
  readonly encoding: string;
  /** Of `drop database`, so that open connections are no hindrance. */
  readonly force: string;
  /** Lists databases in a column `name`. */
  readonly names: string;
}

function server({ title, variable, run, encoding, force, names }: Engine): TestServer {
  const base = process.env[variable] || undefined;
  if (base === undefined && process.env["CI"] !== undefined)
    throw new Error(`CI must set ${variable} to a ${title} server`);
  let swept: Promise<void> | undefined;
  return {
    missing:
      base === undefined
        ? `skipped: set ${variable} to the URL of a ${title} server, as .ci/services.sh does`
        : undefined,
    async create() {
      if (base === undefined) throw new Error(`${variable} is not set`);
      swept ??= sweep(base, run, names);
      await swept;
      const name = `latchkey_test_${Date.now().toString(36)}_${randomBytes(4).toString("hex")}`;
      await run(base, `create database ${name} ${encoding}`);
      drops.push(() => run(base, `drop database ${name} ${force}`));
      const url = new URL(base);
      url.pathname = `/${name}`;
      return { url: url.href, run: (sql, values) => run(url.href, sql, values) };
    },
  };
}

async function sweep(base: string, run: Run, names: string): Promise<void> {
  const rows = await run(base, names);
  for (const name of abandonedDatabases(
    rows.map((row) => row["name"]),
    Date.now(),
  )) {
    // Another run may be dropping the same.
    await run(base, `drop database ${name}`).catch(() => undefined);
  }
}

/** PostgreSQL, where `LATCHKEY_TEST_POSTGRES` says. */
export const postgresServer: TestServer = server({
  title: "PostgreSQL",
  variable: "LATCHKEY_TEST_POSTGRES",
  encoding: "template template0 encoding 'UTF8'",
  force: "with (force)",
  names: "select datname as name from pg_database",
  async run(url, sql, values = []) {
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  },
});

/** MySQL or MariaDB, where `LATCHKEY_TEST_MYSQL` says. */
export const mysqlServer: TestServer = server({
  title: "MySQL or MariaDB",
  variable: "LATCHKEY_TEST_MYSQL",
  encoding: "character set utf8mb4",
  force: "",
  names: "select schema_name as name from information_schema.schemata",
  async run(url, sql, values = []) {
    const { default: mysql } = await import("mysql2/promise");
    const connection = await mysql.createConnection(url);
    try {
      const [rows] = await connection.query(sql, [...values]);
      return Array.isArray(rows) ? (rows as Readonly<Record<string, unknown>>[]) : [];
    } finally {
      await connection.end();
    }
  },
});
