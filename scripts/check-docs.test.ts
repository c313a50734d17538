import { describe, expect, it } from "vitest";
import { checkCoverage, checkGenerated, checkReasons, checkReferences } from "./check-docs.ts";
import { doctorDocument, loadDoctorRules } from "./lib/doctor-document.ts";
import { eventDocument, loadEventCatalogue } from "./lib/event-document.ts";
import { withRepository } from "./lib/plant.ts";

const manifest = JSON.stringify({
  name: "@latchkey/sample",
  exports: { ".": "./src/index.ts", "./more": "./src/more.ts" },
});
const planted = (source: string): Readonly<Record<string, string>> => ({
  "packages/sample/package.json": manifest,
  "packages/sample/src/index.ts": 'export * from "./lib/inner.ts";\n',
  "packages/sample/src/lib/inner.ts": source,
  "packages/sample/src/more.ts": "/** Documented. */\nexport const more = 1;\n",
});
const undocumented = (source: string): readonly string[] =>
  withRepository(planted(source), (root) => checkCoverage(root).findings.map(({ where, what }) => `${where} ${what}`));
const inner = "packages/sample/src/lib/inner.ts";

describe("documentation coverage", () => {
  it("accepts documented exports, methods documented by a tag alone, and private members", () => {
    const source = `
/** A port. */
export interface Port {
  /** Does it. */
  run(): void;
  /** @throws never */
  stop: () => void;
}
/** A class. */
export class Thing {
  #hidden = 1;
  /** Shows it. */
  show(): number { return this.#hidden; }
}
function internal(): void {}
`;
    expect(undocumented(source)).toEqual([]);
  });

  it.each([
    ["a function", "export function bare(): void {}\n", `${inner}:1 bare has no docstring`],
    ["a type", "export type Bare = string;\n", `${inner}:1 Bare has no docstring`],
    [
      "a method of an interface",
      "/** P. */\nexport interface P {\n  run(): void;\n}\n",
      `${inner}:3 P.run has no docstring`,
    ],
    [
      "a property that is a function",
      "/** P. */\nexport interface P {\n  /** R. */\n  r: 1;\n  run: () => void;\n}\n",
      `${inner}:5 P.run has no docstring`,
    ],
    ["a method of a class", "/** C. */\nexport class C {\n  run(): void {}\n}\n", `${inner}:3 C.run has no docstring`],
    [
      "a method of a nested literal type",
      "/** P. */\nexport interface P {\n  /** Q. */\n  readonly q: {\n    run(): void;\n  };\n}\n",
      `${inner}:5 P.q.run has no docstring`,
    ],
    ["a constant", "export const bare: number = 1;\n", `${inner}:1 bare has no docstring`],
  ])("refuses %s without a docstring", (_, source, finding) => {
    expect(undocumented(source)).toEqual([finding]);
  });

  it("budgets properties as a share", () => {
    expect(undocumented("/** P. */\nexport interface P {\n  a: 1;\n  b: 2;\n}\n")).toEqual([
      expect.stringContaining("0 % of the public properties"),
    ]);
  });

  it("refuses a declared entry that does not exist", () => {
    const { "packages/sample/src/more.ts": _, ...files } = planted("/** D. */\nexport const d = 1;\n");
    expect(withRepository(files, (root) => checkCoverage(root).findings)).toEqual([
      { where: "packages/sample/src/more.ts", what: "is a declared entry that does not exist" },
    ]);
  });
});

describe("references in documents", () => {
  const broken = (path: string, text: string): readonly string[] =>
    withRepository({ ...planted(""), [path]: text }, (root) =>
      checkReferences(root).findings.map(({ where }) => where),
    );

  it("accept packages, exported subpaths, links to files, anchors and addresses", () => {
    const text =
      "`@latchkey/sample` `@latchkey/sample/more` [a](packages/sample/package.json#name) [b](#c) [d](https://example.test)\n";
    expect(broken("README.md", text)).toEqual([]);
  });

  it.each([
    ["a package that does not exist", "README.md", "uses `@latchkey/nowhere`\n"],
    ["a subpath that is not exported", "README.md", "uses `@latchkey/sample/nowhere`\n"],
    ["a subpath in a docstring", "packages/sample/src/more.ts", "/** See @latchkey/sample/nowhere. */\n"],
    ["a link to no file", "docs/guide.md", "[guide](./nowhere.md)\n"],
  ])("refuse %s", (_, path, text) => {
    expect(broken(path, text)).toEqual([`${path}:1`]);
  });
});

it("refuses a development dependency without a reason", () => {
  const files = {
    "decisions/001-toolchain.md": "| `known` | needed |\n",
    "package.json": JSON.stringify({
      devDependencies: { known: "1.0.0", unknown: "1.0.0", "@latchkey/sample": "workspace:*" },
    }),
  };
  expect(withRepository(files, (root) => checkReasons(root).findings)).toEqual([
    { where: "package.json", what: "unknown has no reason in decisions/001-toolchain.md" },
  ]);
});

it("refuses a document that lacks an event or a rule of the code, and none at all", async () => {
  const { "account.signed_up": event, ...formerEvents } = await loadEventCatalogue();
  const { "clock-right": rule, ...formerRules } = await loadDoctorRules();
  expect([event, rule]).not.toContain(undefined);
  const documents = {
    "docs/events.md": eventDocument({ "account.signed_up": event!, ...formerEvents }),
    "docs/doctor.md": doctorDocument({ "clock-right": rule!, ...formerRules }),
  };
  const found = (files: Readonly<Record<string, string>>) =>
    withRepository(files, (root) => checkGenerated(root, documents).findings.map(({ where }) => where));
  expect(found(documents)).toEqual([]);
  expect(found({ ...documents, "docs/events.md": eventDocument(formerEvents) })).toEqual(["docs/events.md"]);
  expect(found({ ...documents, "docs/doctor.md": doctorDocument(formerRules) })).toEqual(["docs/doctor.md"]);
  expect(found({ "README.md": "" })).toEqual(["docs/events.md", "docs/doctor.md"]);
});
