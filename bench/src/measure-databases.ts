// Refresh, log-in and sign-up on each database that is there, beside the bare driver, in alternating rounds of one process.
import { join } from "node:path";
import { startChild } from "./child/child.ts";
import type { DatabaseQuestion, DatabaseRound } from "./children/databases.ts";
import type { Plan } from "./plan.ts";

/** The works that are compared. */
export const databaseWorks: readonly string[] = ["refresh", "login", "signup"];

/** The rounds on one database, or why there are none. */
export type DatabaseFigures =
  | {
      readonly engine: string;
      /** Engine and version. */
      readonly title: string;
      /** By work and side: `refresh ours`, `refresh raw` … */
      readonly rounds: Readonly<Record<string, readonly DatabaseRound[]>>;
    }
  | { readonly engine: string; readonly skipped: string };

const servers = [
  ["postgres", "PostgreSQL", "LATCHKEY_TEST_POSTGRES"],
  ["mysql", "MariaDB or MySQL", "LATCHKEY_TEST_MYSQL"],
] as const;

/** Measures SQLite in a file, and the servers that the environment names. */
export async function measureDatabases(
  plan: Plan,
  folder: string,
  tell: (line: string) => void,
): Promise<readonly DatabaseFigures[]> {
  tell("SQLite");
  const found: DatabaseFigures[] = [await measureOne("sqlite", join(folder, "bench.db"), plan)];
  for (const [engine, name, variable] of servers) {
    const url = process.env[variable] ?? "";
    tell(`${name}${url === "" ? ": skipped" : ""}`);
    found.push(
      url === ""
        ? {
            engine,
            skipped: `${name} was not measured: set ${variable} to the URL of a server, as CONTRIBUTING.md says.`,
          }
        : await measureOne(engine, url, plan),
    );
  }
  return found;
}

async function measureOne(engine: string, place: string, plan: Plan): Promise<DatabaseFigures> {
  const child = await startChild("server", "databases", [engine, place]);
  const ask = <Answer>(question: DatabaseQuestion) => child.ask<Answer>(question);
  try {
    const works = databaseWorks.flatMap((work) => [`${work} ours`, `${work} raw`]);
    for (const work of works) await ask({ work, milliseconds: plan.costMilliseconds });
    const rounds: Record<string, DatabaseRound[]> = Object.fromEntries(works.map((work) => [work, []]));
    for (let round = 0; round < plan.costRounds; round++) {
      for (const work of [...works, ...works.toReversed()]) {
        rounds[work]!.push(await ask({ work, milliseconds: plan.costMilliseconds }));
      }
    }
    return { engine, title: await ask<string>({ end: true }), rounds };
  } finally {
    await child.end();
  }
}
