// Finishes a folder that `pnpm deploy` made: the postinstall script runs it there, with whatever Node the machine has (from 20 on).
// `pnpm deploy` leaves our packages as they are in the repository, with exports that name sources, and linked to the repository's own files.
import { copyFileSync, existsSync, lstatSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly exports?: unknown;
  readonly publishConfig?: { readonly exports?: unknown };
}

const scope = "@latchkey";

/**
 * Gives each of our packages below `folder` the exports that it is published with, and files of its own: a later build must not change what runs.
 * Returns the packages' folders. May run twice. @throws Error where there is none.
 */
export function finishDeployment(folder: string): readonly string[] {
  const packages = ownPackages(join(folder, "node_modules"));
  if (packages.length === 0) throw new Error(`${folder} has no package of ${scope}: it was not made by pnpm deploy`);
  for (const one of packages) {
    unlinkFiles(one);
    publishManifest(join(one, "package.json"));
  }
  return packages;
}

/** Every copy, also those that only another package of ours uses. */
function ownPackages(modules: string): readonly string[] {
  const places = [
    modules,
    ...namesIn(join(modules, ".pnpm")).map((name) => join(modules, ".pnpm", name, "node_modules")),
  ];
  return places
    .flatMap((place) => namesIn(join(place, scope)).map((name) => join(place, scope, name)))
    .filter((path) => lstatSync(path).isDirectory());
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) && lstatSync(folder).isDirectory() ? readdirSync(folder) : [];
}

function publishManifest(file: string): void {
  const manifest = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  if (manifest.publishConfig?.exports === undefined) return;
  const { publishConfig, ...rest } = manifest;
  replace(file, (draft) =>
    writeFileSync(draft, `${JSON.stringify({ ...rest, exports: publishConfig.exports }, null, 2)}\n`),
  );
}

function unlinkFiles(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") unlinkFiles(path);
    else if (entry.isFile() && lstatSync(path).nlink > 1) replace(path, (draft) => copyFileSync(path, draft));
  }
}

// Never in place: the file may be the repository's own under another name.
function replace(file: string, write: (draft: string) => void): void {
  const draft = `${file}.draft`;
  write(draft);
  renameSync(draft, file);
}
