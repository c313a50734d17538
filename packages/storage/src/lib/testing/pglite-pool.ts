// A pool of one connection over PGlite, PostgreSQL in this process: for a machine without a server. For tests only.
// PGlite has one session, so whoever borrows it has it alone until it is given back; two pools on it are two processes that take turns.
import { PGlite } from "@electric-sql/pglite";
import type { PostgresClient, PostgresPool, PostgresQuery } from "../dialects/postgres/postgres-pool.ts";

const bytea = 17;
const asText = (value: string): string => value;

/** The one instance and the line of those who wait for it. */
export interface PgliteServer {
  pool(): PostgresPool;
  close(): Promise<void>;
}

/** Starts PGlite with an empty database in memory. */
export async function startPglite(): Promise<PgliteServer> {
  const database = await PGlite.create();
  let turn: Promise<void> = Promise.resolve();
  const borrow = async (): Promise<PostgresClient> => {
    const before = turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    turn = promise;
    await before;
    // A new object for each borrower, as if it were a new connection.
    return { query: (query) => run(database, query), on: () => undefined, release: () => resolve() };
  };
  return {
    pool: () => ({ connect: borrow, on: () => undefined, end: async () => undefined }),
    close: () => database.close(),
  };
}

async function run(database: PGlite, { text, values = [], types }: PostgresQuery): ReturnType<PostgresClient["query"]> {
  const command = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? "";
  if (values.length === 0 && /^(?:BEGIN|COMMIT|ROLLBACK)$/.test(command)) return await control(database, text, command);
  const parsers = Object.fromEntries(
    [20, 23, 25, 1043].map((oid) => [oid, types?.getTypeParser(oid) ?? asText] as const),
  );
  const parameters = values.map((value) => (typeof value === "number" ? String(value) : value));
  const {
    rows,
    affectedRows = 0,
    fields,
  } = await database.query(text, parameters, {
    parsers,
    serializers: Object.fromEntries([20, 23].map((oid) => [oid, String])),
  });
  const binary = fields.filter(({ dataTypeID }) => dataTypeID === bytea).map(({ name }) => name);
  for (const row of rows as Record<string, unknown>[]) {
    for (const name of binary) {
      const value = row[name];
      if (value instanceof Uint8Array) row[name] = Buffer.from(value);
    }
  }
  return { rows, rowCount: affectedRows, command };
}

// PGlite does not say whether a COMMIT became a ROLLBACK; the driver sends none after a statement that failed.
async function control(database: PGlite, text: string, command: string): ReturnType<PostgresClient["query"]> {
  await database.exec(text);
  return { rows: [], rowCount: 0, command };
}
