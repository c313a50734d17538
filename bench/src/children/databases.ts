// Ours and the bare driver on one database, in one process. Arguments: the engine, and the server's URL or a file's path.
import { serveParent } from "../child/serve-parent.ts";
import { openMysql } from "../databases/mysql.ts";
import { openPostgres } from "../databases/postgres.ts";
import { callers, type RawDatabase } from "../databases/raw-database.ts";
import { openSqlite } from "../databases/sqlite.ts";
import { prepareWorks } from "../databases/works.ts";

/** What the parent asks for: a round of a work, or the end. */
export type DatabaseQuestion = { readonly work: string; readonly milliseconds: number } | { readonly end: true };

/** A round: operations per second, and what each took of this process's core. */
export interface DatabaseRound {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

const open: Readonly<Record<string, (place: string) => Promise<RawDatabase>>> = {
  sqlite: openSqlite,
  postgres: openPostgres,
  mysql: openMysql,
};
const [engine = "", place = ""] = process.argv.slice(2);
const database = await open[engine]!(place);
const works = await prepareWorks(database);

serveParent<DatabaseQuestion, DatabaseRound | string>(async (question) => {
  if ("end" in question) {
    await works.end();
    await database.close();
    return database.title;
  }
  const { work, milliseconds } = question;
  const operation = works.operations[work];
  if (operation === undefined) throw new TypeError(`no work is called ${work}`);
  let done = 0;
  const begun = performance.now();
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (performance.now() - begun < milliseconds) {
        await operation(caller);
        done++;
      }
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return { perSecond: (done / (performance.now() - begun)) * 1000, cpuMicroseconds: (user + system) / done };
});
