// PostgreSQL through pg, where LATCHKEY_TEST_POSTGRES says.
import { openPostgresStorage } from "@latchkey/storage/postgres";
import pg from "pg";
import {
  benchDatabaseName,
  callers,
  patience,
  urlOf,
  type RawDatabase,
  type RecordedStatement,
} from "./raw-database.ts";

type Recorder = (statement: RecordedStatement) => void;

/** Makes a database with today's schema on the server of a URL. */
export async function createPostgresDatabase(
  base: string,
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const { url, drop } = await createEmptyPostgresDatabase(base);
  const { storage, migrate } = await openPostgresStorage({ url, ...patience });
  await migrate();
  await storage.close();
  return { url, drop };
}

/** Makes an empty database on the server of a URL. */
export async function createEmptyPostgresDatabase(base: string): ReturnType<typeof createPostgresDatabase> {
  const name = benchDatabaseName();
  await runAt(base, `create database ${name} template template0 encoding 'UTF8'`);
  return {
    url: urlOf(base, name),
    drop: async () => void (await runAt(base, `drop database ${name} with (force)`)),
  };
}

/** Makes a database on the server of a URL, dropped by `close`. */
export async function openPostgres(base: string): Promise<RawDatabase> {
  const version = await runAt(base, "show server_version");
  const { url, drop } = await createPostgresDatabase(base);
  const ours = await openPostgresStorage({ url, ...patience });
  const recorded: RecordedStatement[] = [];
  const raw = new pg.Pool({ connectionString: url, max: callers });
  // Connections that are ending hear that their database is dropped.
  raw.on("error", () => undefined);
  const recording = await openPostgresStorage({ pool: recordingPool(raw, (statement) => recorded.push(statement)) });
  return {
    title: `PostgreSQL ${String(version[0]?.["server_version"]).split(" ")[0]}`,
    ours,
    recording,
    recorded,
    async use(work) {
      const client = await raw.connect();
      try {
        return await work({
          async run({ sql, prepared }, values) {
            const query = { text: sql, values: [...values], ...(typeof prepared === "string" && { name: prepared }) };
            return (await client.query<Record<string, unknown>>(query)).rows;
          },
        });
      } finally {
        client.release();
      }
    },
    async close() {
      await ours.storage.close();
      await recording.storage.close();
      await raw.end();
      await drop();
    },
  };
}

type GivenPool = Extract<Parameters<typeof openPostgresStorage>[0], { readonly pool: unknown }>["pool"];
type GivenClient = Awaited<ReturnType<GivenPool["connect"]>>;

const parserOf = pg.types.getTypeParser as (type: number) => (value: string) => unknown;

function recordingPool(pool: pg.Pool, record: Recorder): GivenPool {
  const known = new WeakMap<pg.PoolClient, GivenClient>();
  return {
    async connect() {
      const client = await pool.connect();
      const recording: GivenClient = known.get(client) ?? {
        async query(query) {
          const answer = await client.query<Record<string, unknown>>(query as pg.QueryConfig);
          const { text, values = [], name = false } = query;
          record({ sql: text, values, prepared: name, rows: answer.rows });
          return answer;
        },
        on: (event, listener) => client.on(event as "error", listener),
        getTypeParser: (type) => parserOf(type),
        release: (destroy) => client.release(destroy),
      };
      known.set(client, recording);
      return recording;
    },
    on: (event, listener) => pool.on(event, listener),
    end: async () => undefined,
  };
}

async function runAt(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
