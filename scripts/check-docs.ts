// Documentation coverage: every public export and method has a docstring; every subpath and link that documents name exists;
// every development dependency has its reason.
// Properties are counted and reported, but only a share of them must be documented: many say everything by name and type.
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { doctorDocument, doctorDocumentPath, loadDoctorRules } from "./lib/doctor-document.ts";
import { eventDocument, eventDocumentPath, loadEventCatalogue } from "./lib/event-document.ts";
import { publicNames, type PublicName } from "./lib/public-api.ts";
import { brokenReferences } from "./lib/references.ts";
import { type CheckResult, isEntry, report } from "./lib/report.ts";
import { ownFiles, repositoryRoot, workspacePackages } from "./lib/repository.ts";

/** The least share of public properties with a docstring, in per cent. Units, defaults and absences belong there. */
export const minDocumentedPropertiesPercent = 35;

/** Checks the docstrings of everything that the published packages at `root` export. */
export function checkCoverage(root: string): CheckResult {
  const published = workspacePackages(root).filter((candidate) => !candidate.private);
  const entries = published.flatMap(({ folder, entries: files }) =>
    [...files.values()].map((file) => join(root, folder, file)),
  );
  const missing = entries.filter((file) => !existsSync(file));
  const names = publicNames(entries.filter((file) => existsSync(file)));
  const required = names.filter(({ kind }) => kind !== "property");
  const properties = names.filter(({ kind }) => kind === "property");
  const share = percentDocumented(properties);
  const findings = [
    ...missing.map((file) => ({ where: relative(root, file), what: "is a declared entry that does not exist" })),
    ...required
      .filter(({ documented }) => !documented)
      .map(({ name, file, line }) => ({ where: `${relative(root, file)}:${line}`, what: `${name} has no docstring` })),
  ];
  if (share < minDocumentedPropertiesPercent) {
    const what = `${share} % of the public properties have a docstring, at least ${minDocumentedPropertiesPercent} % should`;
    findings.push({ where: "public properties", what });
  }
  const summary = `${required.length} exports and methods, ${properties.length} properties of which ${share} % are documented`;
  return { findings, looked: names.length, summary };
}

function percentDocumented(names: readonly PublicName[]): number {
  if (names.length === 0) return 100;
  return Math.floor((100 * names.filter(({ documented }) => documented).length) / names.length);
}

/** Checks that the subpaths and relative links which documents and sources below `root` name exist. */
export function checkReferences(root: string): CheckResult {
  const packages = workspacePackages(root);
  // Samples of violations name what does not exist, on purpose.
  const files = ownFiles(root, [".md", ".ts", ".json"]).filter((path) => !path.startsWith("scripts/"));
  const findings = files.flatMap((path) => brokenReferences(root, path, packages));
  return { findings, looked: files.length, summary: `${files.length} files` };
}

/** Checks that every development dependency below `root` has its reason in the record of the toolchain. */
export function checkReasons(root: string): CheckResult {
  const record = "decisions/001-toolchain.md";
  const reasons = existsSync(join(root, record)) ? readFileSync(join(root, record), "utf8") : "";
  const manifests = ownFiles(root, ["package.json"]);
  const findings = manifests.flatMap((path) => {
    const { devDependencies = {} } = JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest;
    const unexplained = Object.keys(devDependencies).filter(
      (name) => !name.startsWith("@latchkey/") && !reasons.includes(`\`${name}\``),
    );
    return unexplained.map((name) => ({ where: path, what: `${name} has no reason in ${record}` }));
  });
  return { findings, looked: manifests.length, summary: `${manifests.length} manifests` };
}

/** Checks that each document below `root` that is made of code is what the code says. */
export function checkGenerated(root: string, documents: Readonly<Record<string, string>>): CheckResult {
  const stale = Object.entries(documents).filter(([path, text]) => {
    const file = join(root, path);
    return !existsSync(file) || readFileSync(file, "utf8") !== text;
  });
  const what = "is not what the code says: run node scripts/write-documents.ts";
  const looked = Object.keys(documents).length;
  return { findings: stale.map(([where]) => ({ where, what })), looked, summary: `${looked} documents` };
}

interface Manifest {
  readonly devDependencies?: Readonly<Record<string, string>>;
}

if (isEntry(import.meta.url)) {
  report("docstrings", checkCoverage(repositoryRoot));
  report("references in documents", checkReferences(repositoryRoot));
  const generated = {
    [eventDocumentPath]: eventDocument(await loadEventCatalogue()),
    [doctorDocumentPath]: doctorDocument(await loadDoctorRules()),
  };
  report("documents that are made of code", checkGenerated(repositoryRoot, generated));
  report("reasons of dependencies", checkReasons(repositoryRoot));
}
