// MySQL or MariaDB through mysql2, where LATCHKEY_TEST_MYSQL says.
import { openMysqlStorage } from "@latchkey/storage/mysql";
import mysql from "mysql2/promise";
import {
  benchDatabaseName,
  callers,
  patience,
  urlOf,
  type RawDatabase,
  type RecordedStatement,
} from "./raw-database.ts";

type Recorder = (statement: RecordedStatement) => void;
type Rows = RecordedStatement["rows"];

/** Makes a database on the server of a URL, dropped by `close`. */
export async function openMysql(base: string): Promise<RawDatabase> {
  const name = benchDatabaseName();
  const version = String((await runAt(base, "select version() as version"))[0]?.["version"]);
  await runAt(base, `create database ${name} character set utf8mb4`);
  const url = urlOf(base, name);
  const ours = await openMysqlStorage({ url, ...patience });
  await ours.migrate();
  const recorded: RecordedStatement[] = [];
  const raw = mysql.createPool({ uri: url, connectionLimit: callers, charset: "utf8mb4_bin" });
  // What ours demands of a pool that is given to it, and what its own have.
  raw.pool.on("connection", (connection) => {
    connection.query("set session sql_mode = 'STRICT_ALL_TABLES'");
    connection.query("set session transaction isolation level read committed");
  });
  const recording = await openMysqlStorage({ pool: recordingPool(raw, (statement) => recorded.push(statement)) });
  return {
    title: /mariadb/i.test(version) ? `MariaDB ${version.split("-")[0]}` : `MySQL ${version}`,
    ours,
    recording,
    recorded,
    async use(work) {
      const connection = await raw.getConnection();
      try {
        return await work({
          async run({ sql, prepared }, values) {
            const [rows] = prepared ? await connection.execute(sql, [...values] as never) : await connection.query(sql);
            return rowsOf(rows);
          },
        });
      } finally {
        connection.release();
      }
    },
    async close() {
      await ours.storage.close();
      await recording.storage.close();
      await raw.end();
      await runAt(base, `drop database ${name}`);
    },
  };
}

type GivenPool = Exclude<
  Extract<Parameters<typeof openMysqlStorage>[0], { readonly pool: unknown }>["pool"],
  { readonly pool: unknown }
>;

// A proxy, because a connection keeps its state in itself.
function recordingPool({ pool }: mysql.Pool, record: Recorder): GivenPool {
  return {
    getConnection(callback) {
      pool.getConnection((error, connection) =>
        callback(error, error ? (undefined as never) : watched(connection, record)),
      );
    },
    end: (callback) => callback(),
  };
}

function watched<Connection extends object>(connection: Connection, record: Recorder): never {
  return new Proxy(connection, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member, target);
      if (typeof value !== "function") return value;
      if (member !== "execute" && member !== "query") return value.bind(target) as unknown;
      return (statement: { sql: string; values?: unknown[] }, callback: (...answer: unknown[]) => void) =>
        (value as (...words: unknown[]) => unknown).call(target, statement, (...answer: unknown[]) => {
          const { sql, values = [] } = statement;
          record({ sql, values, prepared: member === "execute", rows: rowsOf(answer[1]) });
          callback(...answer);
        });
    },
  }) as never;
}

function rowsOf(result: unknown): Rows {
  return Array.isArray(result) ? (result as Rows) : [];
}

async function runAt(url: string, sql: string): Promise<Rows> {
  const connection = await mysql.createConnection(url);
  try {
    return rowsOf((await connection.query(sql))[0]);
  } finally {
    await connection.end();
  }
}
