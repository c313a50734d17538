// Budgets that no linter rule covers: lengths of documents and contract tables, words and switches that hide unfinished work.
// The lengths of files and functions are rules of the linter (.oxlintrc.json); here only that nobody turns them off.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CheckResult, type Finding, isEntry, report } from "./lib/report.ts";
import { ownFiles, repositoryRoot } from "./lib/repository.ts";

const MAX_README_LINES = 150;
const MAX_CONTRACT_TABLE_LINES = 120;

/** What may not stand in a source file, and why. The patterns are put together so that this file does not contain them. */
const forbidden: readonly { readonly pattern: RegExp; readonly why: string }[] = [
  {
    pattern: new RegExp(`\\b(${["TO", "FIX"].map((start, i) => start + ["DO", "ME"][i]).join("|")})\\b`),
    why: "unfinished work belongs in an issue",
  },
  {
    pattern: /\b(it|test|describe|suite|bench)(\.\w+)*\.(skip|only|todo|fails)\b/,
    why: "a test runs or is deleted; for a missing server or browser use skipIf or context.skip(reason)",
  },
  {
    pattern: /(oxlint|eslint)-disable(-next-line|-line)?\s*(\*\/|$|--)/,
    why: "name the rule that is disabled, and say why",
  },
  { pattern: /(oxlint|eslint)-disable.*max-lines/, why: "split the file or function instead" },
  { pattern: /@ts-(ignore|nocheck)\b/, why: "say what is expected with @ts-expect-error, or type it" },
];

/** Checks the budgets of the repository at `root`. */
export function checkBudgets(root: string): CheckResult {
  const sources = ownFiles(root, [".ts", ".tsx", ".cjs", ".js", ".mjs", ".sh", ".ci/run"]);
  const contracts = contractFolders(root, sources);
  const tables = sources.filter((path) => contracts.has(dirname(path)) && !path.endsWith(".test.ts"));
  const readmes = ownFiles(root, ["README.md"]);
  const findings = [
    ...sources.flatMap((path) => forbiddenWords(path, readFileSync(join(root, path), "utf8"))),
    ...tables.flatMap((path) => tooLong(path, readFileSync(join(root, path), "utf8"), MAX_CONTRACT_TABLE_LINES)),
    ...readmes.flatMap((path) => tooLong(path, readFileSync(join(root, path), "utf8"), MAX_README_LINES)),
  ];
  return { findings, looked: sources.length, summary: `${sources.length} source files, ${readmes.length} READMEs` };
}

function forbiddenWords(path: string, text: string): readonly Finding[] {
  return text
    .split("\n")
    .flatMap((line, index) =>
      forbidden
        .filter(({ pattern }) => pattern.test(line))
        .map(({ why }) => ({ where: `${path}:${index + 1}`, what: why })),
    );
}

/** The folders that hold a contract: those with a module that defines one. Everything in them is a table, tests apart. */
function contractFolders(root: string, sources: readonly string[]): ReadonlySet<string> {
  const modules = sources.filter((path) => path.startsWith("packages/contracts/src/") && !path.endsWith(".test.ts"));
  return new Set(
    modules.filter((path) => /=\s*defineContract\(/.test(readFileSync(join(root, path), "utf8"))).map(dirname),
  );
}

function tooLong(path: string, text: string, max: number): readonly Finding[] {
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines > max ? [{ where: path, what: `has ${lines} lines, the budget is ${max}` }] : [];
}

if (isEntry(import.meta.url)) report("budgets", checkBudgets(repositoryRoot));
