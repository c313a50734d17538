// Finds the titles of tests that name a class of attack ("class 9") or a requirement of a standard ("RT-01").
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript-6";
import { ownFiles } from "./repository.ts";

/** The title of a test, of a group of tests or of a conformance case. */
export interface SecurityTitle {
  /** Relative to the repository. */
  readonly file: string;
  /** As written; `…` stands where a value is filled in. */
  readonly title: string;
  /** What it names: `class 9`, `RT-01`. */
  readonly names: readonly string[];
}

/** The titles below `root`, in order of file and line. */
export function securityTitles(root: string): readonly SecurityTitle[] {
  return (
    ownFiles(root, [".ts"])
      // Sabotages prove the kits, not the product.
      .filter((path) => /^(packages|apps)\//.test(path) && !/\/sabotage[^/]*\.ts$/.test(path))
      .flatMap((file) => titlesIn(file, readFileSync(join(root, file), "utf8")))
  );
}

function titlesIn(file: string, text: string): readonly SecurityTitle[] {
  if (namesIn(text).length === 0) return [];
  const titles = new Map<string, SecurityTitle>();
  const visit = (node: ts.Node): void => {
    const title = isTitle(node) ? textOf(node) : undefined;
    const names = title === undefined ? [] : namesIn(title);
    if (title !== undefined && names.length > 0) titles.set(title, { file, title, names });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2024, true));
  return [...titles.values()];
}

type Text = ts.StringLiteralLike | ts.TemplateExpression;

// A sabotage says in `trips` which cases catch it, and a script what it claims: those are not titles.
function isTitle(node: ts.Node): node is Text {
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return false;
  for (let above: ts.Node = node.parent; !ts.isSourceFile(above); above = above.parent) {
    if (ts.isPropertyAssignment(above)) return above.name.getText() === "title" || above.name.getText() === "name";
    if (ts.isCallExpression(above)) return true;
    if (ts.isBlock(above)) return false;
  }
  return false;
}

function textOf(node: Text): string {
  const text = ts.isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map(({ literal }) => `…${literal.text}`)].join("")
    : node.text;
  return text.replaceAll(/%[sijdo#]|\$[a-z]\w*/gi, "…");
}

/** What a title names, each once: `classes 1, 9 and 14: …` names three. */
export function namesIn(title: string): readonly string[] {
  const classes = [...title.matchAll(/\bclass(?:es)? (\d+(?:(?:, | and |, class )\d+)*)\b/g)].flatMap(([, list = ""]) =>
    [...list.matchAll(/\d+/g)].map(([number]) => `class ${number}`),
  );
  const requirements = [...title.matchAll(/\b(?:RT|AT|IN|RV|PW|NI|AS|OP)-\d\d\b/g)].map(([id]) => id);
  return [...new Set([...classes, ...requirements])];
}
