import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkBudgets } from "./check-budgets.ts";
import { withRepository } from "./lib/plant.ts";
import { repositoryRoot, run, tool } from "./lib/repository.ts";

const lines = (count: number): string => "// line\n".repeat(count);
const findingsOf = (files: Readonly<Record<string, string>>): readonly string[] =>
  withRepository(files, (root) => checkBudgets(root).findings.map(({ where }) => where));

// Put together here, so that the check does not find them in this file.
const unfinished = ["TO", "DO"].join("");
const focus = ["it.", "only"].join("");
const linter = ["ox", "lint"].join("");
const ignore = ["@ts", "ignore"].join("-");
const nestedSkip = ["describe.concurrent.", "skip"].join("");

describe("budgets", () => {
  it("accepts what is within them", () => {
    const files = {
      "README.md": lines(150),
      "src/a.ts": "export const a = 1;\n",
      "src/a.test.ts": 'it.skipIf(true)("x", () => {});\n',
    };
    expect(findingsOf(files)).toEqual([]);
  });

  it("refuses a README of 151 lines, in a package too", () => {
    expect(findingsOf({ "README.md": lines(151), "packages/a/README.md": lines(151) })).toEqual([
      "README.md",
      "packages/a/README.md",
    ]);
  });

  it("refuses a contract table of 121 lines", () => {
    const folder = "packages/contracts/src/lib/sample";
    const table = { [`${folder}/contract.ts`]: "export const sample = defineContract({});\n" };
    expect(findingsOf({ ...table, [`${folder}/errors.ts`]: lines(121) })).toEqual([`${folder}/errors.ts`]);
    expect(findingsOf({ ...table, [`${folder}/errors.ts`]: lines(120) })).toEqual([]);
    expect(findingsOf({ ...table, "packages/contracts/src/lib/profiles/sample.ts": lines(121) })).toEqual([]);
  });

  it.each([
    ["unfinished work", `// ${unfinished}: later\n`],
    ["a focused test", `${focus}("x", () => {});\n`],
    ["a disabled suite", `${nestedSkip}("x", () => {});\n`],
    ["a linter that is switched off for everything", `// ${linter}-disable\n`],
    ["a length rule that is switched off", `/* ${linter}-disable max-lines */\n`],
    ["a type error that is ignored", `// ${ignore}\n`],
  ])("refuses %s", (_, text) => {
    expect(findingsOf({ "src/a.ts": `export {};\n${text}` })).toEqual(["src/a.ts:2"]);
  });
});

describe("the linter's budgets", () => {
  const codesOf = (path: string, text: string): readonly string[] =>
    withRepository({ [path]: text }, (root) => {
      const { stdout } = run(tool("oxlint"), ["-c", join(repositoryRoot, ".oxlintrc.json"), "-f", "json", path], root);
      return (JSON.parse(stdout) as { diagnostics: readonly { code: string }[] }).diagnostics.map(({ code }) => code);
    });
  const sized = (statements: number): string =>
    `export function sized(): void {\n${"  String(1);\n".repeat(statements)}}\n`;

  it("refuse a file of 301 lines, not one of 300", () => {
    expect(codesOf("src/long.ts", lines(301))).toContain("eslint(max-lines)");
    expect(codesOf("src/long.ts", lines(300))).not.toContain("eslint(max-lines)");
  });

  it("refuse a function of 61 lines, not one of 60", () => {
    expect(codesOf("src/long.ts", sized(59))).toContain("eslint(max-lines-per-function)");
    expect(codesOf("src/long.ts", sized(58))).not.toContain("eslint(max-lines-per-function)");
  });

  it("leave tests alone", () => {
    expect(codesOf("src/long.test.ts", lines(301))).not.toContain("eslint(max-lines)");
  });
});
