// What would be published: packs every package of the built repository and looks at it as an installer would.
// Needs `pnpm build` first; changes nothing in the repository.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
      ...typecheckConsumer(target, specifiers),
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

/** A consumer in strict TypeScript compiles against the packed declarations, ours checked and not skipped. */
function typecheckConsumer(target: string, specifiers: readonly string[]): readonly Finding[] {
  const imports = specifiers.map(
    (specifier, index) => `export type * as entry${index} from ${JSON.stringify(specifier)};\n`,
  );
  writeFileSync(join(target, "package.json"), '{"type":"module"}');
  writeFileSync(join(target, "consumer.ts"), imports.join(""));
  const flags = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2024",
    "--lib",
    "es2024,dom",
    "--types",
    "",
    "--skipLibCheck",
  ];
  return judge("a consumer's type check", run(tool("tsc"), [...flags, "consumer.ts"], target));
}

function judge(
  where: string,
  ended: { readonly code: number; readonly stdout: string; readonly stderr: string },
): readonly Finding[] {
  if (ended.code === 0) return [];
  return [{ where, what: `failed:\n${ended.stdout}${ended.stderr}`.trimEnd() }];
}

if (isEntry(import.meta.url)) report("packages", checkPackages(repositoryRoot));
