// The built output as an installer has it: `dist` alone, entries of `publishConfig`, installed dependencies. Inside the workspace, packages resolve to sources.
// Needs `pnpm build` first; changes nothing outside its own folder.
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The repository that this bench is part of. */
export const repositoryRoot: string = resolve(import.meta.dirname, "../../..");

interface Manifest {
  readonly name: string;
  readonly exports?: unknown;
  readonly publishConfig?: { readonly exports?: unknown };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Puts the built packages and the server into `folder`; returns the server's main script. @throws Error where something is not built */
export function stageBuiltOutput(folder: string): string {
  const manifests = globSync(["packages/*/package.json", "apps/server/package.json"], { cwd: repositoryRoot });
  for (const path of manifests) stagePackage(join(repositoryRoot, dirname(path)), join(folder, "node_modules"));
  return join(folder, "node_modules", "@latchkey", "server", "dist", "main.js");
}

function stagePackage(source: string, modules: string): void {
  const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as Manifest;
  if (!existsSync(join(source, "dist"))) throw new Error(`${manifest.name} is not built: run pnpm build`);
  const target = join(modules, manifest.name);
  mkdirSync(target, { recursive: true });
  cpSync(join(source, "dist"), join(target, "dist"), { recursive: true });
  const exports = manifest.publishConfig?.exports ?? manifest.exports;
  writeFileSync(join(target, "package.json"), JSON.stringify({ ...manifest, exports }));
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const installed = join(source, "node_modules", name);
    const link = join(modules, name);
    if (name.startsWith("@latchkey/") || existsSync(link) || !existsSync(installed)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(installed), link);
  }
}
