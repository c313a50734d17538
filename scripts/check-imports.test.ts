import { expect, it } from "vitest";
import { checkRules, cruisePlanted } from "./check-imports.ts";

it("refuses a planted violation of each import rule, and nothing that is allowed", () => {
  expect(checkRules().findings).toEqual([]);
});

it("reads TypeScript: a run over the repository's sources sees modules and their type imports", () => {
  const file = "packages/core/src/lib/kernel/planted-reader.ts";
  const { modules, violations } = cruisePlanted([{ file, source: 'import type {} from "../../ports.ts";\n' }]);
  expect(modules).toBeGreaterThan(30);
  expect(violations).toContainEqual({ rule: "core-folder-kernel", from: file, to: "packages/core/src/ports.ts" });
});
