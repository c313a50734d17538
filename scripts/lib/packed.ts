// Published packages as an installer sees them: packed, unpacked beside each other, with their declared dependencies and no others.
import { existsSync, globSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { run, type WorkspacePackage } from "./repository.ts";

/** A package after packing. */
export interface PackedPackage {
  readonly source: WorkspacePackage;
  /** The archive. */
  readonly tarball: string;
  /** Where it is unpacked: `node_modules/<name>` of a folder that has nothing else. */
  readonly folder: string;
}

interface PackedManifest {
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Packs the published packages of the built repository at `root` and unpacks them below `target`. */
export function packAll(root: string, packages: readonly WorkspacePackage[], target: string): readonly PackedPackage[] {
  const published = packages.filter((candidate) => !candidate.private);
  const packed = published.map((source) => pack(root, source, target));
  for (const { source, folder } of packed) linkDependencies(root, source, folder, join(target, "node_modules"));
  return packed;
}

function pack(root: string, source: WorkspacePackage, target: string): PackedPackage {
  const destination = join(target, "tarballs", source.name.replace("/", "-"));
  mkdirSync(destination, { recursive: true });
  // pnpm replaces `workspace:` and `catalog:` ranges and applies publishConfig; npm would not.
  const ended = run("npx", ["-y", "pnpm@12", "pack", "--pack-destination", destination], join(root, source.folder));
  const [tarball] = globSync("*.tgz", { cwd: destination });
  if (ended.code !== 0 || tarball === undefined)
    throw new Error(`${source.name} cannot be packed: ${ended.stdout}${ended.stderr}`);
  const folder = join(target, "node_modules", source.name);
  mkdirSync(folder, { recursive: true });
  const unpacked = run("tar", ["-xzf", join(destination, tarball), "--strip-components=1", "-C", folder], root);
  if (unpacked.code !== 0) throw new Error(`${tarball} cannot be unpacked: ${unpacked.stderr}`);
  return { source, tarball: join(destination, tarball), folder };
}

/** Gives an unpacked package what its packed manifest declares, as the repository has it installed. */
function linkDependencies(root: string, source: WorkspacePackage, folder: string, modules: string): void {
  const manifest = readManifest(folder);
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    const installed = join(root, source.folder, "node_modules", name);
    const link = join(modules, name);
    if (existsSync(link) || !existsSync(installed)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(installed, link);
  }
}

/** The subpaths that a packed package exports, as an importer writes them. */
export function packedSpecifiers({ source, folder }: PackedPackage): readonly string[] {
  return Object.keys(readManifest(folder).exports ?? {}).map((key) => source.name + key.slice(1));
}

function readManifest(folder: string): PackedManifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackedManifest;
}
