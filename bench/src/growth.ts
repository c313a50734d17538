// `pnpm bench:growth [--quick]`: whether anything becomes slower as accounts, sessions and revocations become many. A full run keeps its figures and its plot.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import type { Size } from "./growth/fill-database.ts";
import { measureGrowth, type GrowthFigures, type GrowthPlan } from "./growth/measure-growth.ts";
import { describeMachine } from "./machine.ts";
import { growthTable, saveGrowth, type GrowthReport } from "./report/growth-report.ts";
import { repositoryRoot, stageBuiltOutput } from "./subjects/built-output.ts";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const sizes: readonly Size[] = values.quick
  ? [
      { accounts: 1000, families: 10_000, revocations: 0 },
      { accounts: 20_000, families: 50_000, revocations: 0 },
      { accounts: 1000, families: 10_000, revocations: 100_000 },
    ]
  : [
      { accounts: 1000, families: 10_000, revocations: 0 },
      { accounts: 30_000, families: 100_000, revocations: 0 },
      { accounts: 1_000_000, families: 1_000_000, revocations: 0 },
      { accounts: 1000, families: 10_000, revocations: 100_000 },
      { accounts: 1000, families: 10_000, revocations: 1_000_000 },
    ];
const plan: GrowthPlan = values.quick
  ? { sessionsPerConnection: 2, rounds: 1, warmUpSeconds: 0.5, seconds: 1.5, restMilliseconds: 1000 }
  : { sessionsPerConnection: 8, rounds: 3, warmUpSeconds: 1.5, seconds: 5, restMilliseconds: 5000 };

const begun = performance.now();
build();
const cache = join(repositoryRoot, "node_modules/.cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "latchkey-growth-"));
try {
  const machine = describeMachine(folder);
  const main = stageBuiltOutput(join(folder, "built"));
  const figures: GrowthFigures[] = [];
  for (const [index, size] of sizes.entries()) {
    console.log(`${secondsSoFar()} s: ${JSON.stringify(size)}`);
    figures.push(await measureGrowth(main, size, plan, join(folder, `size-${index}`)));
  }
  const report: GrowthReport = { at: new Date().toISOString(), seconds: secondsSoFar(), machine, plan, figures };
  console.log(`\n${growthTable(report)}`);
  if (!values.quick) console.log(`\nKept in ${saveGrowth(report)} and bench/growth.md.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function secondsSoFar(): number {
  return Math.round((performance.now() - begun) / 1000);
}
