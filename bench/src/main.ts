// `pnpm bench [--quick] [--databases] [--minutes N]`: builds, measures, prints; a full run also keeps its figures in `results/` and the README.
// `--databases`: that part alone. `--minutes`: after so long the servers' rounds that are left are left out, and the report says how many.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { describeMachine } from "./machine.ts";
import { measureDatabases } from "./measure-databases.ts";
import { measureCosts, measureLoads, measureStarts, type Progress } from "./measure.ts";
import { fullPlan, quickPlan, type Plan } from "./plan.ts";
import { databaseTableOf, type DatabaseReport } from "./report/database-report.ts";
import type { RunReport } from "./report/run-report.ts";
import { heading, saveDatabases, saveReport } from "./report/save-report.ts";
import { costNames, detailsOf, tablesOf } from "./report/tables.ts";
import { bareHello, bareTokens } from "./subjects/bare.ts";
import { repositoryRoot, stageBuiltOutput } from "./subjects/built-output.ts";
import { latchkey, latchkeyOnPostgres } from "./subjects/latchkey.ts";
import { rivals } from "./subjects/rivals.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    databases: { type: "boolean", default: false },
    minutes: { type: "string" },
  },
});
const chosenPlan = values.quick ? quickPlan : fullPlan;
const plan =
  values.minutes === undefined ? chosenPlan : { ...chosenPlan, limitSeconds: minutesOf(values.minutes) * 60 };

const begun = performance.now();
build();
// Beside the sources, not in /tmp: that may be memory, and commits are what is measured.
const cache = join(repositoryRoot, "node_modules/.cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "latchkey-bench-"));
try {
  if (!values.databases) {
    const report = await run(plan, folder);
    console.log(`\n${heading(report)}\n\n${tablesOf(report)}\n\n${detailsOf(report)}\n`);
    if (plan.name === "full") console.log(`Kept in ${saveReport(report)} and bench/README.md.\n`);
  }
  const report = await compareDatabases(plan, join(folder, "databases"));
  console.log(`\n${heading(report)}\n\n${databaseTableOf(report)}`);
  if (plan.name === "full") console.log(`\nKept in ${saveDatabases(report)} and bench/README.md.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run(chosen: Plan, at: string): Promise<RunReport> {
  const missing: string[] = [];
  const progress: Progress = {
    tell,
    miss(line) {
      missing.push(line);
      progress.tell(`missing: ${line}`);
    },
    isLate: () => secondsSoFar() > chosen.limitSeconds,
  };
  const thorough = chosen.name === "full";
  tell("rivals");
  const others = rivals(thorough, chosen.installSeconds);
  for (const line of others.missing) progress.miss(line);
  const machine = describeMachine(at);
  const main = stageBuiltOutput(join(at, "built"));
  tell("starts of the built output");
  const starts = await measureStarts(main, chosen, join(at, "starts"));
  tell("costs in process");
  const costs = await measureCosts(costNames, chosen, join(at, "costs"));
  const floors = [bareHello, bareTokens("HS256", thorough), bareTokens("EdDSA", thorough)];
  const postgres = process.env["LATCHKEY_TEST_POSTGRES"] ?? "";
  const ours = [latchkey(main, thorough), ...(thorough && postgres !== "" ? [latchkeyOnPostgres(main, postgres)] : [])];
  const subjects = [...floors, ...ours, ...others.subjects];
  const series = await measureLoads(subjects, chosen, at, progress);
  const seconds = secondsSoFar();
  return { at: new Date().toISOString(), plan: chosen, seconds, machine, missing, series, costs, starts };
}

function tell(line: string): void {
  console.log(`${Math.round(secondsSoFar())} s: ${line}`);
}

function secondsSoFar(): number {
  return (performance.now() - begun) / 1000;
}

async function compareDatabases(chosen: Plan, at: string): Promise<DatabaseReport> {
  mkdirSync(at);
  const machine = describeMachine(at);
  const databases = await measureDatabases(chosen, at, tell);
  return { at: new Date().toISOString(), plan: chosen, seconds: secondsSoFar(), machine, databases };
}

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0)) throw new RangeError(`--minutes must be a number above 0, not ${text}`);
  return minutes;
}
