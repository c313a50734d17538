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
  const tarballs = join(target, "tarballs");
  mkdirSync(tarballs);
  // pnpm replaces `workspace:` and `catalog:` ranges and applies publishConfig; npm would not.
  const pack = ["-y", "pnpm@12", "--recursive", "--filter", "./packages/*", "pack", "--pack-destination", tarballs];
  const ended = run("npx", pack, root);
  if (ended.code !== 0) throw new Error(`the packages cannot be packed: ${ended.stdout}${ended.stderr}`);
  const published = packages.filter((candidate) => !candidate.private);
  const packed = published.map((source) => unpack(source, tarballs, target));
  for (const { source, folder } of packed) linkDependencies(root, source, folder, join(target, "node_modules"));
  return packed;
}

function unpack(source: WorkspacePackage, tarballs: string, target: string): PackedPackage {
  const [name] = globSync(`${source.name.replace("@", "").replace("/", "-")}-[0-9]*.tgz`, { cwd: tarballs });
  if (name === undefined) throw new Error(`${source.name} was not packed`);
  const tarball = join(tarballs, name);
  const folder = join(target, "node_modules", source.name);
  mkdirSync(folder, { recursive: true });
  const unpacked = run("tar", ["-xzf", tarball, "--strip-components=1", "-C", folder], target);
  if (unpacked.code !== 0) throw new Error(`${tarball} cannot be unpacked: ${unpacked.stderr}`);
  return { source, tarball, folder };
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
