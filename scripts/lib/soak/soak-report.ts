// What is kept of a soak: where, when and with what it ran, how often it tried, and what failed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { repositoryRoot, run, tool } from "../repository.ts";
import type { PartResult } from "./run-part.ts";
import type { SoakFigures } from "./soak-plan.ts";
import { designFigures } from "./soak-plan.ts";

/** A run, as its file keeps it. */
export interface SoakReport {
  /** When it began, in UTC. */
  readonly at: string;
  readonly seconds: number;
  readonly commit: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  /** How often things were tried, beside what the design asks of a soak. */
  readonly figures: { readonly [Figure in keyof SoakFigures]: { readonly run: number; readonly design: number } };
  /** Whether no figure was smaller than the design's, and no test was skipped for want of a server. */
  readonly full: boolean;
  readonly failed: number;
  readonly parts: readonly PartResult[];
}

/** Where a run takes place; taken before it begins, so that the load is that of others. */
export function describePlace(): Pick<SoakReport, "commit" | "machine" | "versions"> {
  const git = (...words: string[]) => run("git", words, repositoryRoot).stdout.trim();
  const changed = git("status", "--porcelain", "--", "packages", "apps") !== "";
  return {
    commit: git("rev-parse", "--short", "HEAD") + (changed ? " and changes" : ""),
    machine: {
      processor: cpus()[0]?.model.trim() ?? "unknown",
      cores: cpus().length,
      memoryGigabytes: Math.round(totalmem() / 1e9),
      system: `${type()} ${release()} ${arch()}`,
      loadBefore: Number(loadavg()[0]!.toFixed(1)),
    },
    versions: {
      node: process.version,
      ...Object.fromEntries(
        Object.entries({
          "better-sqlite3": "packages/storage",
          kysely: "packages/storage",
          jose: "packages/core",
          hono: "packages/hono",
          "fast-check": ".",
          vitest: ".",
        }).map(([name, folder]) => [name, versionOf(name, folder)]),
      ),
    },
  };
}

function versionOf(name: string, folder: string): string {
  const manifest = readFileSync(join(repositoryRoot, folder, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

/** Puts a run's report together. */
export function reportOf(
  from: Pick<SoakReport, "at" | "seconds" | "commit" | "machine" | "versions" | "parts"> & {
    readonly figures: SoakFigures;
  },
): SoakReport {
  const beside = (figure: keyof SoakFigures) => ({ run: from.figures[figure], design: designFigures[figure] });
  const figures = {
    races: beside("races"),
    processRaces: beside("processRaces"),
    kills: beside("kills"),
    requests: beside("requests"),
    models: beside("models"),
    awaySeconds: beside("awaySeconds"),
    purged: beside("purged"),
  };
  const { at, seconds, commit, machine, versions, parts } = from;
  return {
    at,
    seconds,
    commit,
    machine,
    versions,
    figures,
    full:
      Object.values(figures).every(({ run: done, design }) => done >= design) &&
      parts.every(({ skipped }) => skipped === 0),
    failed: parts.reduce((sum, { failed }) => sum + failed, 0),
    parts,
  };
}

/** Writes the report; returns its path in the repository. */
export function saveSoak(report: SoakReport): string {
  const name = `soak/results/${report.at.slice(0, 16).replaceAll(":", "")}Z.json`;
  mkdirSync(join(repositoryRoot, "soak/results"), { recursive: true });
  writeFileSync(join(repositoryRoot, name), JSON.stringify(report, null, 2));
  // As the repository's formatter has it.
  run(tool("oxfmt"), [name], repositoryRoot);
  return name;
}
