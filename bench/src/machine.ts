// Where a run took place: without that its figures say little.
import { execFileSync } from "node:child_process";
import { readFileSync, statfsSync } from "node:fs";
import { arch, cpus, loadavg, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { pinned } from "./child/child.ts";
import { repositoryRoot } from "./subjects/built-output.ts";

/** The machine and what was installed on it. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly fileSystem: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string;
  readonly pinned: boolean;
  /** Of the last minute, before the run: others were at work when it is far from 0. */
  readonly loadBefore: number;
}

const fileSystems: Readonly<Record<number, string>> = {
  0xef53: "ext4",
  0x9123683e: "btrfs",
  0x58465342: "xfs",
  0x01021994: "tmpfs (no disk: commits cost nothing here)",
  0x794c7630: "overlayfs",
};

/** Describes this machine; `folder` is where the databases lie. */
export function describeMachine(folder: string): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()} ${arch()}`,
    fileSystem: fileSystems[statfsSync(folder).type] ?? `type ${statfsSync(folder).type.toString(16)}`,
    node: process.version,
    versions: Object.fromEntries(
      ["hono", "@hono/node-server", "jose", "better-sqlite3", "pg", "mysql2"].map((name) => [name, versionOf(name)]),
    ),
    commit: commit(),
    pinned,
    loadBefore: Number(loadavg()[0]!.toFixed(1)),
  };
}

function versionOf(name: string): string {
  const manifest = readFileSync(join(repositoryRoot, "bench/node_modules", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

function commit(): string {
  try {
    const git = (...words: string[]) => execFileSync("git", words, { cwd: repositoryRoot, encoding: "utf8" }).trim();
    const changed = git("status", "--porcelain", "--", "packages", "apps") !== "";
    return git("rev-parse", "--short", "HEAD") + (changed ? " and changes" : "");
  } catch {
    return "unknown";
  }
}
