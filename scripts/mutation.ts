// Mutates core, area by area, and says what its tests do not notice. For the night: an area takes some ten minutes of two quiet cores.
// Progress goes to standard error, tables to standard output. Example: pnpm mutation --area rotation
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mutationAreas, type MutationArea } from "./lib/mutation/mutation-areas.ts";
import { keep, tableOf, type KeptSummary } from "./lib/mutation/mutation-summary.ts";
import { installStryker, runArea } from "./lib/mutation/run-area.ts";
import { isEntry } from "./lib/report.ts";
import { repositoryRoot, run } from "./lib/repository.ts";

const usage = `Options: --area ${mutationAreas.map(({ name }) => name).join("|")} (all without it) --files PATTERN (of packages/core, may be repeated) --minutes N (60) --workers N (2)`;

/** What a command line asks for. */
export interface MutationOrder {
  readonly areas: readonly MutationArea[];
  /** Instead of an area's own sources. */
  readonly files: readonly string[] | undefined;
  /** For each area. */
  readonly limitMinutes: number;
  /** Mutants that are judged at once: 1 where others measure on the same machine. */
  readonly workers: number;
}

/** Reads a command line. @throws TypeError that names the option */
export function readOrder(words: readonly string[]): MutationOrder {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...words],
    options: { area: text, files: { ...text, multiple: true }, minutes: text, workers: text },
  });
  const areas = mutationAreas.filter(({ name }) => values.area === undefined || values.area === name);
  if (areas.length === 0) throw new TypeError("--area names none of the areas");
  if (values.files !== undefined && values.area === undefined) throw new TypeError("--files needs --area");
  return {
    areas,
    files: values.files,
    limitMinutes: wholeNumber("minutes", values.minutes ?? "60"),
    workers: wholeNumber("workers", values.workers ?? "2"),
  };
}

function wholeNumber(option: string, digits: string): number {
  if (!/^[1-9]\d{0,3}$/.test(digits)) throw new TypeError(`--${option} must be a whole number from 1 on`);
  return Number(digits);
}

function mutate({ areas, files, ...bounds }: MutationOrder): void {
  installStryker();
  const git = (...words: string[]) => run("git", words, repositoryRoot).stdout.trim();
  const changed = git("status", "--porcelain", "--", "packages/core") !== "";
  const commit = git("rev-parse", "--short", "HEAD") + (changed ? " and changes" : "");
  const folder = join(repositoryRoot, "mutation/results");
  mkdirSync(folder, { recursive: true });
  for (const area of areas) {
    const at = new Date().toISOString();
    const summary = runArea(area, { sources: files ?? area.sources, ...bounds });
    const results = join(folder, `${area.name}.json`);
    // A run of some files leaves the others' figures as they are.
    const kept = files === undefined || !existsSync(results) ? undefined : readFileSync(results, "utf8");
    const all = keep(kept === undefined ? undefined : (JSON.parse(kept) as KeptSummary), summary, { at, commit });
    writeFileSync(results, `${JSON.stringify(all, undefined, 2)}\n`);
    process.stdout.write(`## ${area.name}\n\n${tableOf(summary)}\n\n${summary.unnoticed.join("\n")}\n\n`);
  }
}

if (isEntry(import.meta.url)) {
  try {
    mutate(readOrder(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`${error.message}\n${error instanceof TypeError ? `${usage}\n` : ""}`);
    process.exitCode = error instanceof TypeError ? 2 : 1;
  }
}
