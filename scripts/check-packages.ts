// What would be published: packs every package of the built repository and looks at it as an installer would.
// Needs `pnpm build` first; changes nothing in the repository.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll, type PackedPackage, packedSpecifiers } from "./lib/packed.ts";
import { type CheckResult, type Finding, isEntry, report } from "./lib/report.ts";
import { repositoryRoot, run, tool, workspacePackages } from "./lib/repository.ts";

/** Checks the packages of the repository at `root`. */
export function checkPackages(root: string): CheckResult {
  const target = mkdtempSync(join(tmpdir(), "latchkey-packages-"));
  try {
    const packed = packAll(root, workspacePackages(root), target);
    const specifiers = packed.flatMap(packedSpecifiers);
    const findings = [
      ...packed.flatMap((one) => lintPackage(one)),
      ...specifiers.flatMap((specifier) => importPacked(target, specifier)),
      ...typecheckConsumer(target, packed),
    ];
    return { findings, looked: specifiers.length, summary: `${packed.length} packages, ${specifiers.length} entries` };
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

/** The two linters of published packages: manifest and files (publint), types as every resolver finds them (attw). */
function lintPackage({ source, tarball }: PackedPackage): readonly Finding[] {
  return [
    ...judge(`${source.name} (publint)`, run(tool("publint"), ["run", tarball, "--strict"], repositoryRoot)),
    ...judge(
      `${source.name} (attw)`,
      run(
        tool("attw"),
        [tarball, "--profile", "esm-only", "--no-color", "--no-emoji", "--format", "ascii"],
        repositoryRoot,
      ),
    ),
  ];
}

/** Every entry can be imported by the runtime from what was packed. */
function importPacked(target: string, specifier: string): readonly Finding[] {
  const program = `await import(${JSON.stringify(specifier)});`;
  return judge(`${specifier} (import)`, run(process.execPath, ["--input-type=module", "--eval", program], target));
}

/** A strict consumer of every entry compiles against what was packed, and so does each example of the packages' READMEs. */
function typecheckConsumer(target: string, packed: readonly PackedPackage[]): readonly Finding[] {
  const specifiers = packed.flatMap(packedSpecifiers);
  const imports = specifiers.map(
    (specifier, index) => `export type * as entry${index} from ${JSON.stringify(specifier)};\n`,
  );
  const files = new Map([["consumer.ts", imports.join("")]]);
  for (const { source, folder } of packed) {
    for (const [index, example] of examples(readFileSync(join(folder, "README.md"), "utf8")).entries()) {
      files.set(`${source.folder.replaceAll("/", "-")}-readme-${index + 1}.ts`, `${example}export {};\n`);
    }
  }
  writeFileSync(join(target, "package.json"), '{"type":"module"}');
  for (const [name, text] of files) writeFileSync(join(target, name), text);
  linkNodeTypes(target);
  const flags = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2024",
    "--types",
    "node",
    "--skipLibCheck",
  ];
  return judge("a consumer's type check", run(tool("tsc"), [...flags, ...files.keys()], target));
}

/** The TypeScript examples of a document. */
function examples(document: string): readonly string[] {
  return [...document.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
}

function linkNodeTypes(target: string): void {
  mkdirSync(join(target, "node_modules/@types"), { recursive: true });
  symlinkSync(join(repositoryRoot, "node_modules/@types/node"), join(target, "node_modules/@types/node"));
}

function judge(
  where: string,
  ended: { readonly code: number; readonly stdout: string; readonly stderr: string },
): readonly Finding[] {
  if (ended.code === 0) return [];
  return [{ where, what: `failed:\n${ended.stdout}${ended.stderr}`.trimEnd() }];
}

if (isEntry(import.meta.url)) report("packages", checkPackages(repositoryRoot));
