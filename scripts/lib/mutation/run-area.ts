// Runs Stryker on one area. It stands in a folder of its own (mutation/) that is no member of the workspace, and is installed there by its lockfile when a run wants it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../repository.ts";
import { widerTests, type MutationArea } from "./mutation-areas.ts";
import { summarise, type MutationReport, type MutationSummary } from "./mutation-summary.ts";

const toolFolder = join(repositoryRoot, "mutation");
const coreFolder = join(repositoryRoot, "packages/core");
const minute = 60_000;

/** Installs Stryker unless what its lockfile says is there. @throws Error with npm's words where it cannot be had */
export function installStryker(): void {
  const mark = join(toolFolder, "node_modules/.installed");
  const lock = readFileSync(join(toolFolder, "package-lock.json"), "utf8");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
  const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const npm = spawnSync("npm", words, { cwd: toolFolder, encoding: "utf8", timeout: 5 * minute });
  if (npm.status !== 0) throw new Error(`npm ci in mutation/ failed: ${npm.error?.message ?? npm.stderr}`);
  writeFileSync(mark, lock);
}

/**
 * Mutates an area, or `sources` of it. The near tests come first; what they do not notice meets the wider ones, too.
 * @throws Error where the tests fail without a mutant, or the run takes longer than `limitMinutes`.
 */
export function runArea(
  area: MutationArea,
  options: { readonly sources: readonly string[]; readonly limitMinutes: number; readonly workers: number },
): MutationSummary {
  const folder = join(coreFolder, ".cache/mutation", area.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const deadline = performance.now() + options.limitMinutes * minute;
  const report = join(folder, "report.json");
  const settings = join(folder, "stryker.json");
  writeFileSync(settings, JSON.stringify(strykerSettings(folder, report, options)));
  // The second run takes the verdicts of the first where no new test reaches the mutant.
  for (const tests of [area.tests, [...area.tests, ...(area.slowTests ?? []), ...widerTests]]) {
    const stryker = spawnSync(
      process.execPath,
      [join(toolFolder, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", settings],
      {
        cwd: coreFolder,
        env: {
          ...process.env,
          LATCHKEY_MUTATION_TESTS: tests.join(","),
          // Repetitions that find rare races cost each mutant the same again.
          LATCHKEY_RACES: "20",
          LATCHKEY_MODEL_RUNS: "100",
        },
        stdio: ["ignore", 2, 2],
        timeout: Math.max(1, Math.floor(deadline - performance.now())),
      },
    );
    if (stryker.error !== undefined) throw new Error(`${area.name}: not done in ${options.limitMinutes} minutes`);
    if (stryker.status !== 0) throw new Error(`${area.name}: Stryker ended with ${stryker.status}`);
  }
  return summarise(JSON.parse(readFileSync(report, "utf8")) as MutationReport);
}

function strykerSettings(
  folder: string,
  report: string,
  { sources, workers }: { readonly sources: readonly string[]; readonly workers: number },
): Record<string, unknown> {
  return {
    testRunner: "vitest",
    vitest: { configFile: join(toolFolder, "vitest.config.ts"), related: false },
    plugins: ["@stryker-mutator/vitest-runner"],
    mutate: [...sources, "!src/**/*.test.ts", "!src/**/*-conformance.ts"],
    // Without a tsconfig in the copy Stryker never asks for TypeScript's JS API, which version 7 does not have; Vite finds core's own above the copy.
    ignorePatterns: ["tsconfig*.json", "dist", ".cache"],
    tempDirName: join(".cache/mutation", "sandbox"),
    cleanTempDir: "always",
    coverageAnalysis: "perTest",
    incremental: true,
    incrementalFile: join(folder, "incremental.json"),
    concurrency: workers,
    // Generous: machines that run this are seldom quiet, and a slow test must not pass for a mutant that hangs.
    timeoutMS: 6000,
    timeoutFactor: 4,
    dryRunTimeoutMinutes: 8,
    disableTypeChecks: true,
    allowConsoleColors: false,
    reporters: ["json", "progress-append-only"],
    jsonReporter: { fileName: report },
  };
}
