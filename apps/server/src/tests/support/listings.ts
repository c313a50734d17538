// Listings of documents: finds the fenced blocks of a Markdown file, and runs TypeScript as a reader would who pasted it into a project of their own.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const repository = fileURLToPath(new URL("../../../../../", import.meta.url));
const modules = join(repository, "apps/server/node_modules");
const run = promisify(execFile);

/** The text of a document; the path begins at the repository. */
export function readDocument(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}

/** Where a path of the repository is. */
export function inRepository(path: string): string {
  return join(repository, path);
}

/** The fenced blocks of one language, in order. */
export function listings(document: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms");
  return [...document.matchAll(fence)].map((match) => match[1]!);
}

/** What a listing printed. */
export interface ListingOutput {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a listing as `listing.ts` in an empty folder that has the packages; with `driver`, a second module beside it is run that imports the listing.
 * @throws where it does not end by itself with exit code 0 within 30 s
 */
export async function runListing(
  listing: string,
  options: { readonly driver?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<ListingOutput> {
  const files = { "listing.ts": listing, "driver.ts": options.driver ?? 'import "./listing.ts";\n' };
  return await inProject(files, (folder) => runModule(folder, "driver.ts", options.environment));
}

/** Runs a module of a project. @throws as {@link runListing} */
export async function runModule(
  folder: string,
  module: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ListingOutput> {
  const env = { PATH: process.env["PATH"], ...environment };
  return await run(process.execPath, [module], { cwd: folder, env, timeout: 30_000 });
}

/** What the compiler finds in a project, by the repository's own options; "" where nothing is wrong. */
export async function compileProject(folder: string): Promise<string> {
  const compilerOptions = {
    noEmit: true,
    composite: false,
    allowImportingTsExtensions: true,
    isolatedDeclarations: false,
    typeRoots: [join(repository, "node_modules/@types")],
  };
  const base = { extends: join(repository, "tsconfig.base.json"), compilerOptions, include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(base));
  const compiler = join(repository, "node_modules/.bin/tsc");
  try {
    await run(compiler, ["-p", "."], { cwd: folder, timeout: 120_000 });
    return "";
  } catch (error) {
    return (error as { readonly stdout: string }).stdout;
  }
}

/** Does something in a folder that has these files and the packages. */
export async function inProject<T>(
  files: Readonly<Record<string, string>>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-listing-"));
  try {
    symlinkSync(modules, join(folder, "node_modules"), "junction");
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
