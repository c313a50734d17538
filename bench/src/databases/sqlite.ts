// SQLite through better-sqlite3: one handle, every unit with a commit of its own.
import { openSqliteStorage } from "@latchkey/storage/sqlite";
import SqliteDatabase from "better-sqlite3";
import type { RawDatabase, RecordedStatement } from "./raw-database.ts";

/** Makes a database in a file. */
export async function openSqlite(file: string): Promise<RawDatabase> {
  const ours = await openSqliteStorage({ file });
  await ours.migrate();
  const recorded: RecordedStatement[] = [];
  class Recording extends SqliteDatabase {
    override prepare(sql: string): never {
      return recordingStatement(super.prepare(sql), (statement) => recorded.push(statement)) as never;
    }
  }
  const handle = new Recording(file);
  const recording = await openSqliteStorage({ database: handle });
  const raw = new SqliteDatabase(file);
  raw.pragma("synchronous = full");
  const prepared = new Map<string, SqliteDatabase.Statement>();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    title: `SQLite ${String(raw.prepare("select sqlite_version()").pluck().get())}`,
    ours,
    recording,
    recorded,
    // One after another: there is one handle.
    use(work) {
      const mine = turn.then(() =>
        work({
          async run({ sql }, values) {
            const statement = prepared.get(sql) ?? raw.prepare(sql);
            prepared.set(sql, statement);
            if (statement.reader) return statement.all(...values) as RecordedStatement["rows"];
            statement.run(...values);
            return [];
          },
        }),
      );
      turn = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      await ours.storage.close();
      await recording.storage.close();
      handle.close();
      raw.close();
    },
  };
}

// Units of a shared commit stand behind savepoints; alone they need none.
const onlyOurs = /^(?:savepoint|release|rollback to|pragma)\b/i;

function recordingStatement(
  statement: SqliteDatabase.Statement,
  record: (statement: RecordedStatement) => void,
): object {
  const { source: sql } = statement;
  const note = (values: readonly unknown[], rows: unknown): void => {
    if (!onlyOurs.test(sql)) record({ sql, values, prepared: true, rows: rows as RecordedStatement["rows"] });
  };
  return new Proxy(statement, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member, target);
      if (typeof value !== "function") return value;
      if (member !== "all" && member !== "run") return value.bind(target) as unknown;
      return (values: readonly unknown[] = []) => {
        const answer: unknown = value.call(target, values);
        note(values, member === "all" ? answer : []);
        return answer;
      };
    },
  });
}
