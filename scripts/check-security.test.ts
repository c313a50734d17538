import { describe, expect, it } from "vitest";
import { checkRun, checkSecurity, coverageDocument } from "./check-security.ts";
import { withRepository } from "./lib/plant.ts";
import { attackClasses, standards } from "./lib/security-requirements.ts";
import { namesIn, type SecurityTitle, securityTitles } from "./lib/security-titles.ts";

const source = `
const cases = [{ title: "a sabotage (class 7)", trips: ["RT-01 of another test"] }];
describe("classes 1, 9 and 14: parallel guesses", () => {
  it(\`RT-13: × \${races}, on \${store}\`, () => { throw new Error("class 3 in a message"); });
  it.each([1])("class 4: refuses %s and $name", () => {});
  it.each([1])(\`class 5: %# of %i in \${store}\`, () => {});
});
`;
const titlesOf = (files: Readonly<Record<string, string>>) => withRepository(files, securityTitles);

it("finds titles of tests, groups and cases, and nothing else", () => {
  const titles = titlesOf({
    "packages/a/src/a.test.ts": source,
    "scripts/b.test.ts": 'it("class 5: not ours");',
    "packages/a/src/sabotage-a.test.ts": 'it("class 5: of the kit");',
  });
  expect(titles.map(({ title, names }) => [title, ...names])).toEqual([
    ["a sabotage (class 7)", "class 7"],
    ["classes 1, 9 and 14: parallel guesses", "class 1", "class 9", "class 14"],
    ["RT-13: × …, on …", "RT-13"],
    ["class 4: refuses … and …", "class 4"],
    ["class 5: … of … in …", "class 5"],
  ]);
});

it("tells a class of attack from other numbers", () => {
  expect(namesIn("class 9, class 18: a")).toEqual(["class 9", "class 18"]);
  expect(namesIn("subclass 9, class 9a RT-1 OP-012")).toEqual([]);
});

describe("CI", () => {
  const every = [...attackClasses, ...standards].map(({ id }) => `it("${id}: holds");`);
  const files = (lines: readonly string[]) => ({ "packages/a/src/a.test.ts": lines.join("\n") });
  const findings = (lines: readonly string[], document?: string) =>
    withRepository({ ...files(lines), ...(document && { "docs/security-coverage.md": document }) }, (root) =>
      checkSecurity(root).findings.map(({ what }) => what),
    );

  it("accepts an up-to-date document in which nothing is missing", () => {
    expect(findings(every, coverageDocument(titlesOf(files(every))))).toEqual([]);
  });

  it("refuses a class without a test, a name that nobody knows, and a stale document", () => {
    const lines = [...every.filter((line) => !line.includes("class 3")), 'it("class 99: holds");'];
    expect(findings(lines)).toEqual([
      "class 3 (Family too wide) is in no test's title",
      "“class 99: holds” names class 99, which nobody knows",
      "is not up to date: node scripts/check-security.ts --write",
    ]);
  });

  it("refuses a title that did not run, or failed on one store, and accepts one that passed", () => {
    const title = (text: string): SecurityTitle => ({ file: "a.test.ts", title: text, names: ["class 1"] });
    const titles = ["passed in …", "failed once", "never ran", "skipped everywhere"].map(title);
    const lines = [
      "passed a.test.ts > class > passed in memory",
      "passed a.test.ts > SQLite > failed once",
      "failed a.test.ts > PostgreSQL > failed once",
      "skipped a.test.ts > skipped everywhere",
    ];
    expect(checkRun(titles, lines).findings.map(({ what }) => what)).toEqual([
      "“failed once” did not pass: failed a.test.ts > PostgreSQL > failed once",
      "“never ran” was not run",
      "“skipped everywhere” did not pass: skipped",
    ]);
  });
});
