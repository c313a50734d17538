// The README's table of databases and suites, by the tests that passed in a run: LATCHKEY_TEST_SUMMARY=F pnpm test, then node scripts/count-suites.ts F.names
import { readFileSync } from "node:fs";
import { isEntry } from "./lib/report.ts";

type Engine = "SQLite" | "PostgreSQL" | "MariaDB";
const engines: readonly Engine[] = ["SQLite", "PostgreSQL", "MariaDB"];

/** A row: the files of a suite; where a file is for several databases, its tests' names begin with theirs. */
interface Suite {
  readonly title: string;
  readonly files: RegExp;
}

const suites: readonly Suite[] = [
  {
    title: "conformance of stores and use cases, two connections on one database",
    files: /dialects\/(?:sqlite\/sqlite|postgres\/postgres|mysql\/mysql)\.conformance\.test\.ts$/,
  },
  {
    title: "faults of connections and statements, migrations, feed, a dump",
    files:
      /storage\/src\/lib\/(?:dialects\/(?:server|sqlite|postgres)\/[a-z-]+|create-storage|migrations\/(?:migrator|earlier-versions))\.test\.ts$/,
  },
  {
    title: "processes on one database: races, log-outs, `kill -9`",
    files: /tests\/(?:several-processes|two-processes|crash)\.integration\.test\.ts$/,
  },
  {
    title: "four processes: key rotation; the database away and back",
    files: /tests\/(?:key-rotation|database-away)\.integration\.test\.ts$/,
  },
  { title: "50,000 expired sessions leave in the background", files: /tests\/purge\.integration\.test\.ts$/ },
];

/** Of whom a test is: by the beginning of its name, else by its file's folder; a file of no database's is SQLite's, which needs no server. */
function engineOf(file: string, name: string): Engine {
  if (/^postgres/i.test(name) || file.includes("/postgres/")) return "PostgreSQL";
  return /^(?:mysql|mariadb)/i.test(name) || file.includes("/mysql/") ? "MariaDB" : "SQLite";
}

/** The table for the lines of a run: state, file, and name of each test. */
export function suiteTable(lines: readonly string[]): string {
  const passed = lines.flatMap((line) => {
    const [, file, name] = /^passed (\S+) > (.*)$/.exec(line) ?? [];
    return file === undefined || name === undefined ? [] : [{ file, engine: engineOf(file, name), name }];
  });
  const rows = suites.map(({ title, files }) => {
    const own = passed.filter(({ file, name }) => files.test(file) && !name.startsWith("sqlite, a new file"));
    const counts = engines.map((engine) => own.filter((test) => test.engine === engine).length);
    return `| ${[title, ...counts.map((count) => (count === 0 ? "–" : String(count)))].join(" | ")} |`;
  });
  return [`| suite | ${engines.join(" | ")} |`, "| --- | ---: | ---: | ---: |", ...rows].join("\n");
}

if (isEntry(import.meta.url)) {
  const file = process.argv[2];
  if (file === undefined) throw new TypeError("give the file of names that a test run has written");
  console.log(suiteTable(readFileSync(file, "utf8").split("\n")));
}
