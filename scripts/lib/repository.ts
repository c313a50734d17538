// What the checks know of the repository: where it is, which files are its own, which packages it publishes.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The repository that these scripts are part of. */
export const repositoryRoot: string = resolve(import.meta.dirname, "../..");

/** A workspace package as its manifest declares it. */
export interface WorkspacePackage {
  readonly name: string;
  /** Relative to the repository, with forward slashes. */
  readonly folder: string;
  readonly private: boolean;
  /** Exports key (`.` or `./ports`) → source file relative to the package. */
  readonly entries: ReadonlyMap<string, string>;
  readonly workspaceDependencies: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The packages, applications and benchmarks of the workspace at `root`. */
export function workspacePackages(root: string): readonly WorkspacePackage[] {
  return globSync(["packages/*/package.json", "apps/*/package.json", "bench/package.json"], { cwd: root })
    .toSorted()
    .map((path) => {
      // The manifests are our own, and pnpm has read them before.
      const manifest = JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
      const declared = { ...manifest.dependencies, ...manifest.devDependencies };
      return {
        name: manifest.name,
        folder: path.slice(0, -"/package.json".length),
        private: manifest.private ?? false,
        entries: new Map(Object.entries(manifest.exports ?? {})),
        workspaceDependencies: Object.keys(declared).filter((name) => declared[name]?.startsWith("workspace:")),
      };
    });
}

/**
 * The files that git tracks or would track below `root`, relative to it. Deleted ones are left out.
 * `suffixes` restricts them to those that end so.
 */
export function ownFiles(root: string, suffixes: readonly string[]): readonly string[] {
  const listing = run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], root);
  return listing.stdout
    .split("\0")
    .filter((path) => path !== "" && suffixes.some((suffix) => path.endsWith(suffix)) && existsSync(join(root, path)))
    .toSorted();
}

/** Runs a program to its end in `cwd`. The exit code is the caller's to judge; a program that cannot start throws. */
export function run(
  program: string,
  args: readonly string[],
  cwd: string,
): { code: number; stdout: string; stderr: string } {
  const ended = spawnSync(program, args, { cwd, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
  if (ended.error !== undefined) throw ended.error;
  return { code: ended.status ?? 1, stdout: ended.stdout, stderr: ended.stderr };
}

/** The path of a development tool of the repository. */
export function tool(name: string): string {
  return join(repositoryRoot, "node_modules/.bin", name);
}
