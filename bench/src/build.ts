// Builds the repository: what is measured is what would be published.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "./subjects/built-output.ts";

/** Builds every package and application, as `pnpm build` does. @throws Error where the build fails */
export function build(): void {
  run(join(repositoryRoot, "node_modules/.bin/tsc"), "-b", "tsconfig.build.json");
  run(process.execPath, "scripts/bundle-server.ts");
}

function run(program: string, ...args: readonly string[]): void {
  if (spawnSync(program, args, { cwd: repositoryRoot, stdio: "inherit" }).status !== 0)
    throw new Error("the build failed");
}
