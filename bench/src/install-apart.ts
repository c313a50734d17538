// Installs a folder that is no member of the workspace, by its own lockfile, when a run wants it. What it brings is compared or draws: nothing of ours needs it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./subjects/built-output.ts";

const longestReason = 300;

/** A folder of `bench/` with a manifest and a lockfile of its own, by its absolute path. */
export function folderApart(name: "rivals" | "plot"): string {
  return join(repositoryRoot, "bench", name);
}

/** Installs a folder unless what its lockfile says is there. Returns why it could not be done, in one line. */
export function installApart(name: "rivals" | "plot", limitSeconds: number): string | undefined {
  const folder = folderApart(name);
  const mark = join(folder, "node_modules/.installed-by-bench");
  const lock = readFileSync(join(folder, "package-lock.json"), "utf8");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return undefined;
  // Never scripts: better-sqlite3 brings its binaries.
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    encoding: "utf8",
    timeout: limitSeconds * 1000,
    killSignal: "SIGKILL",
  });
  if (npm.status === 0) {
    writeFileSync(mark, lock);
    return undefined;
  }
  const words = npm.error?.message ?? npm.stderr.split("\n").findLast((line) => line.includes("npm error")) ?? "";
  return `npm ci in bench/${name} failed: ${words.slice(0, longestReason)}`;
}

/** The version that a folder's lockfile holds of a package. */
export function versionApart(name: "rivals" | "plot", dependency: string): string {
  const manifest = JSON.parse(readFileSync(join(folderApart(name), "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return manifest.dependencies[dependency] ?? "unknown";
}
