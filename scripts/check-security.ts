// docs/security-coverage.md: which tests hold each class of attack and each requirement of the standards. Generated from the titles of the tests.
//   node scripts/check-security.ts            the document is up to date, and nothing that applies is without a test
//   node scripts/check-security.ts --write    writes the document
//   node scripts/check-security.ts --run F    also: each title was run, and passed, in the test run whose names F lists (scripts/lib/summary-reporter.ts)
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CheckResult, type Finding, isEntry, report } from "./lib/report.ts";
import { repositoryRoot } from "./lib/repository.ts";
import { attackClasses, type SecurityRequirement, standards } from "./lib/security-requirements.ts";
import { type SecurityTitle, securityTitles } from "./lib/security-titles.ts";

const documentPath = "docs/security-coverage.md";

/** The document for the titles found. */
export function coverageDocument(titles: readonly SecurityTitle[]): string {
  return [
    "# Security coverage",
    "",
    "Which tests hold each class of attack of [SECURITY.md](../SECURITY.md), and each requirement of the standards. Made of the titles of the tests by",
    "`node scripts/check-security.ts --write`; `…` stands where a test fills in a value. CI fails when something that applies has no test here, when a title",
    "is missing here, and when one of these tests did not run or did not pass. A case of a conformance kit runs on every store.",
    "",
    "## Classes of attack",
    "",
    ...attackClasses.flatMap((requirement) => section(requirement, titles)),
    "## Requirements of the standards",
    "",
    ...standards.flatMap((requirement) => section(requirement, titles)),
  ].join("\n");
}

function section({ id, title, notApplicable }: SecurityRequirement, titles: readonly SecurityTitle[]): string[] {
  const tests = titles.filter(({ names }) => names.includes(id));
  const status = tests.length > 0 ? `Held by ${tests.length === 1 ? "one test" : `${tests.length} tests`}.` : undefined;
  const heading = id.replace("class ", "");
  return [
    `### ${heading} · ${title}`,
    "",
    status ?? notApplicable ?? "**No test.**",
    "",
    ...filesOf(tests).flatMap(([file, own]) => [`- \`${file}\``, ...own.map((each) => `  - ${each.title}`)]),
    ...(tests.length > 0 ? [""] : []),
  ];
}

function filesOf(tests: readonly SecurityTitle[]): readonly [string, readonly SecurityTitle[]][] {
  return [...Map.groupBy(tests, ({ file }) => file)];
}

/** What is missing: requirements without a test, a document that is not the titles'. */
export function checkSecurity(root: string): CheckResult {
  const titles = securityTitles(root);
  const requirements = [...attackClasses, ...standards];
  const known = new Set(requirements.map(({ id }) => id));
  const uncovered = requirements.filter(
    ({ id, notApplicable }) => notApplicable === undefined && !titles.some(({ names }) => names.includes(id)),
  );
  const findings: Finding[] = [
    ...uncovered.map(({ id, title }) => ({ where: documentPath, what: `${id} (${title}) is in no test's title` })),
    ...titles.flatMap(({ file, title, names }) =>
      names
        .filter((name) => !known.has(name))
        .map((name) => ({ where: file, what: `“${title}” names ${name}, which nobody knows` })),
    ),
  ];
  const path = join(root, documentPath);
  if (!existsSync(path) || readFileSync(path, "utf8") !== coverageDocument(titles))
    findings.push({ where: documentPath, what: "is not up to date: node scripts/check-security.ts --write" });
  return { findings, looked: titles.length, summary: `${titles.length} titles, ${requirements.length} requirements` };
}

/** Which titles a test run did not prove. `lines` are the run's tests: state, a space, file and names joined by “ > ”. */
export function checkRun(titles: readonly SecurityTitle[], lines: readonly string[]): CheckResult {
  const findings = titles.flatMap(({ file, title }) => {
    const parts = title.replaceAll(/\s+/g, " ").split("…");
    const runs = lines.filter((line) => holdsInOrder(line, parts));
    if (runs.length === 0) return [{ where: file, what: `“${title}” was not run` }];
    // What may skip is judged where skips are judged; a title counts as proved when something ran and nothing failed.
    const bad = runs.find((line) => line.startsWith("failed ")) ?? runs.find((line) => line.startsWith("passed "));
    return bad?.startsWith("passed ") ? [] : [{ where: file, what: `“${title}” did not pass: ${bad ?? "skipped"}` }];
  });
  const proved = titles.length - findings.length;
  return { findings, looked: lines.length, summary: `${proved} of ${titles.length} titles ran and passed` };
}

function holdsInOrder(line: string, parts: readonly string[]): boolean {
  let from = 0;
  return parts.every((part) => {
    const found = line.indexOf(part, from);
    from = found + part.length;
    return found >= 0;
  });
}

if (isEntry(import.meta.url)) {
  const [option, file] = process.argv.slice(2);
  if (option === "--write")
    writeFileSync(join(repositoryRoot, documentPath), coverageDocument(securityTitles(repositoryRoot)));
  report("security coverage", checkSecurity(repositoryRoot));
  if (option === "--run" && file !== undefined)
    report("security tests", checkRun(securityTitles(repositoryRoot), readFileSync(file, "utf8").split("\n")));
}
