// What a soak runs: tests that exist, with figures too big for every day. It knows nothing of how they are run.
import { parseArgs } from "node:util";

/** How often each kind of thing is tried, or how big it is. */
export interface SoakFigures {
  /** Of each race of the conformance kit. */
  readonly races: number;
  /** Of each race between two server processes, over HTTP. */
  readonly processRaces: number;
  /** With -9; half as many again beside a second process. */
  readonly kills: number;
  /** Requests made from the OpenAPI document and spoiled. */
  readonly requests: number;
  /** Runs of the rotation against its model. */
  readonly models: number;
  /** Seconds for which a database server is away. */
  readonly awaySeconds: number;
  /** Expired token families that leave in the background. */
  readonly purged: number;
}

/** The figures that the design asks of a soak; a run of hours. */
export const designFigures: SoakFigures = Object.freeze({
  races: 100_000,
  processRaces: 10_000,
  kills: 100,
  requests: 100_000,
  models: 10_000,
  awaySeconds: 60,
  purged: 1_000_000,
});

/** Test files, and the environment variable through which they take their figure. */
export interface SoakPart {
  readonly title: string;
  readonly figure: keyof SoakFigures;
  readonly variable: string;
  readonly project: "unit" | "server";
  /** Relative to the repository. */
  readonly files: readonly string[];
}

const severalProcesses = "apps/server/src/tests/several-processes.integration.test.ts";

/** Every part, the short ones first. */
export const soakParts: readonly SoakPart[] = Object.freeze<SoakPart[]>([
  {
    title: "rotation against its model",
    figure: "models",
    variable: "LATCHKEY_MODEL_RUNS",
    project: "unit",
    files: ["packages/core/src/lib/rotation/rotation-model.test.ts"],
  },
  {
    title: "races on memory",
    figure: "races",
    variable: "LATCHKEY_RACES",
    project: "unit",
    files: ["packages/core/src/memory.conformance.test.ts", "packages/core/src/provider.conformance.test.ts"],
  },
  {
    title: "races on SQLite",
    figure: "races",
    variable: "LATCHKEY_RACES",
    project: "unit",
    files: ["packages/storage/src/lib/dialects/sqlite/sqlite.conformance.test.ts"],
  },
  {
    title: "races of two server processes on one SQLite file",
    figure: "processRaces",
    variable: "LATCHKEY_RACES",
    project: "server",
    files: ["apps/server/src/tests/two-processes.integration.test.ts"],
  },
  {
    title: "races of server processes on PostgreSQL and MariaDB",
    figure: "processRaces",
    variable: "LATCHKEY_RACES",
    project: "server",
    files: [severalProcesses],
  },
  {
    title: "requests made from the document of each contract",
    figure: "requests",
    variable: "LATCHKEY_FUZZ_REQUESTS",
    project: "unit",
    files: ["packages/hono/src/lib/openapi/fuzz.test.ts"],
  },
  {
    title: "kill -9",
    figure: "kills",
    variable: "LATCHKEY_KILLS",
    project: "server",
    files: ["apps/server/src/tests/crash.integration.test.ts"],
  },
  {
    title: "kill -9 on PostgreSQL and MariaDB",
    figure: "kills",
    variable: "LATCHKEY_KILLS",
    project: "server",
    files: [severalProcesses],
  },
  {
    title: "a database server that goes away",
    figure: "awaySeconds",
    variable: "LATCHKEY_AWAY_SECONDS",
    project: "server",
    files: ["apps/server/src/tests/database-away.integration.test.ts"],
  },
  {
    title: "expired families leave beside refreshes",
    figure: "purged",
    variable: "LATCHKEY_PURGED_FAMILIES",
    project: "server",
    files: ["apps/server/src/tests/purge.integration.test.ts"],
  },
]);

const optionNames: Readonly<Record<keyof SoakFigures, string>> = {
  races: "races",
  processRaces: "process-races",
  kills: "kills",
  requests: "requests",
  models: "models",
  awaySeconds: "away-seconds",
  purged: "purged",
};

/** The figures of a command line such as `--races 2000 --kills 0`; 0 leaves a part out. @throws TypeError that names the option */
export function readFigures(words: readonly string[]): SoakFigures {
  const options = Object.fromEntries(Object.values(optionNames).map((name) => [name, { type: "string" as const }]));
  const { values } = parseArgs({ args: [...words], options });
  const read = (figure: keyof SoakFigures): number => {
    const given = values[optionNames[figure]];
    if (given === undefined) return designFigures[figure];
    if (!/^(0|[1-9]\d{0,8})$/.test(given)) throw new TypeError(`--${optionNames[figure]} must be a whole number`);
    return Number(given);
  };
  return {
    races: read("races"),
    processRaces: read("processRaces"),
    kills: read("kills"),
    requests: read("requests"),
    models: read("models"),
    awaySeconds: read("awaySeconds"),
    purged: read("purged"),
  };
}
