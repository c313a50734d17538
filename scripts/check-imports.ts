// Import rules: the repository keeps them, and each of them refuses a planted violation in a copy of the repository.
// The second half guards against a checker that reads no file, and against a rule whose pattern matches nothing.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { plantedAllowed, plantedImports, type PlantedImport } from "./lib/planted-imports.ts";
import { type CheckResult, type Finding, isEntry, report } from "./lib/report.ts";
import { repositoryRoot, run, tool, workspacePackages } from "./lib/repository.ts";

const CONFIG = join(repositoryRoot, ".dependency-cruiser.cjs");

/** One broken rule, as the cruiser tells it. */
export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** What one run over a repository found. */
export interface Cruise {
  readonly modules: number;
  readonly violations: readonly Violation[];
}

interface CruiserOutput {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

/** Runs the import rules over the sources of the repository at `root`. */
export function cruise(root: string): Cruise {
  const folders = ["packages", "apps", "bench", "scripts"].filter((folder) => existsSync(join(root, folder)));
  const { stdout, stderr } = run(tool("depcruise"), ["--config", CONFIG, ...folders, "--output-type", "json"], root);
  if (stdout === "") throw new Error(`dependency-cruiser printed nothing: ${stderr}`);
  const { summary } = JSON.parse(stdout) as CruiserOutput;
  const violations = summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  return { modules: summary.totalCruised, violations };
}

/** The names of all rules. */
export function ruleNames(): readonly string[] {
  const config = createRequire(import.meta.url)(CONFIG) as { readonly forbidden: readonly { readonly name: string }[] };
  return config.forbidden.map(({ name }) => name);
}

/** Writes `files` (path → text) below `root`. */
function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target)) writeFileSync(target, text);
  }
}

/** Copies the sources to `copy`, linked among themselves as their manifests declare it, so that imports resolve as they do here. */
function copyRepository(copy: string): void {
  const packages = workspacePackages(repositoryRoot);
  for (const { folder, entries, workspaceDependencies } of packages) {
    for (const part of ["package.json", "src"]) {
      const from = join(repositoryRoot, folder, part);
      if (existsSync(from)) cpSync(from, join(copy, folder, part), { recursive: true });
    }
    // Entries that are not written yet: the rules name them already.
    write(copy, Object.fromEntries([...entries.values()].map((file) => [join(folder, file), "export {};\n"])));
    mkdirSync(join(copy, folder, "node_modules/@latchkey"), { recursive: true });
    for (const name of workspaceDependencies) {
      const target = packages.find((other) => other.name === name);
      if (target !== undefined) symlinkSync(join(copy, target.folder), join(copy, folder, "node_modules", name));
    }
  }
}

/** The part of the copy that no real package has: a dependency that only tests may use, and what the samples refer to. */
function furnish(copy: string): void {
  const manifest = join(copy, "packages/hono/package.json");
  const declared = createRequire(import.meta.url)(manifest) as { devDependencies?: Record<string, string> };
  rmSync(manifest);
  write(copy, {
    "packages/hono/package.json": JSON.stringify({
      ...declared,
      devDependencies: { ...declared.devDependencies, "planted-dev-dependency": "1.0.0" },
    }),
    "packages/hono/node_modules/planted-dev-dependency/package.json":
      '{"name":"planted-dev-dependency","main":"./index.js"}',
    "packages/hono/node_modules/planted-dev-dependency/index.js": "export {};\n",
    "packages/core/src/lib/identity-provider.ts": "export {};\n",
    "apps/planted/package.json": '{"name":"@latchkey/planted"}',
  });
}

/** Plants `samples` in a copy of the repository and tells which rules refuse which of its files. */
export function cruisePlanted(samples: readonly Pick<PlantedImport, "file" | "source" | "beside">[]): Cruise {
  const copy = mkdtempSync(join(tmpdir(), "latchkey-imports-"));
  try {
    copyRepository(copy);
    furnish(copy);
    for (const { file, source, beside } of samples) write(copy, { [file]: source, ...beside });
    return cruise(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Checks the rules themselves: each has a sample, refuses it, and leaves what is allowed alone. */
export function checkRules(): CheckResult {
  const { modules, violations } = cruisePlanted([...plantedImports, ...plantedAllowed]);
  const refused = ({ rule, file, beside }: PlantedImport): boolean => {
    const files = [file, ...Object.keys(beside ?? {})];
    return violations.some((found) => found.rule === rule && files.includes(found.from));
  };
  const findings: Finding[] = [];
  for (const rule of ruleNames()) {
    if (!plantedImports.some((sample) => sample.rule === rule))
      findings.push({ where: rule, what: "has no planted violation" });
  }
  for (const sample of plantedImports) {
    if (!refused(sample))
      findings.push({ where: sample.rule, what: `lets the planted violation in ${sample.file} pass` });
  }
  for (const { file } of plantedAllowed) {
    for (const { rule, from, to } of violations) {
      if (from === file) findings.push({ where: rule, what: `refuses what is allowed: ${file} → ${to}` });
    }
  }
  return {
    findings,
    looked: modules,
    summary: `${ruleNames().length} rules, ${plantedImports.length} planted violations`,
  };
}

/** Checks the repository by the rules. */
export function checkRepository(): CheckResult {
  const { modules, violations } = cruise(repositoryRoot);
  const findings = violations.map(({ rule, from, to }) => ({ where: from, what: `${rule}: → ${to}` }));
  return { findings, looked: modules, summary: `${modules} modules` };
}

if (isEntry(import.meta.url)) {
  report("import rules", checkRepository());
  report("import rules refuse planted violations", checkRules());
}
