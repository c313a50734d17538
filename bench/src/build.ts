// Builds the repository: what is measured is what would be published.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "./subjects/built-output.ts";

/** Builds every package and application. @throws Error where the build fails */
export function build(): void {
  const tsc = join(repositoryRoot, "node_modules/.bin/tsc");
  const ended = spawnSync(tsc, ["-b", "tsconfig.build.json"], { cwd: repositoryRoot, stdio: "inherit" });
  if (ended.status !== 0) throw new Error("the build failed");
}
