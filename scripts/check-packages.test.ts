import { expect, it } from "vitest";
import { checkPackages } from "./check-packages.ts";
import { withRepository } from "./lib/plant.ts";

/** A built package; `dist` is what the build left. */
function planted(name: string, dist: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const manifest = {
    name: `@latchkey/${name}`,
    version: "0.0.0",
    license: "MIT",
    type: "module",
    files: ["dist"],
    exports: { ".": "./src/index.ts" },
    publishConfig: { exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } } },
  };
  const files = {
    "package.json": JSON.stringify(manifest),
    "README.md": "# Sample\n",
    "src/index.ts": "export const sample = 1;\n",
  };
  const built = Object.fromEntries(Object.entries(dist).map(([path, text]) => [`dist/${path}`, text]));
  return Object.fromEntries(
    Object.entries({ ...files, ...built }).map(([path, text]) => [`packages/${name}/${path}`, text]),
  );
}

const workspace = {
  "pnpm-workspace.yaml": "packages: ['packages/*']\npmOnFail: ignore\n",
  LICENSE: "MIT\n",
  "package.json": '{"private":true}',
};

it("accepts a sound package and refuses those that cannot be imported or have no types", () => {
  const files = {
    ...workspace,
    ...planted("sound", {
      "index.js": "export const sample = 1;\n",
      "index.d.ts": "export declare const sample = 1;\n",
    }),
    ...planted("untyped", { "index.js": "export const sample = 1;\n" }),
    ...planted("mistyped", { "index.js": "export {};\n", "index.d.ts": 'export * from "./lib/nowhere.js";\n' }),
    ...planted("undeclared", { "index.js": 'import "nowhere";\n', "index.d.ts": "export {};\n" }),
  };
  const { findings, looked } = withRepository(files, checkPackages);
  const where = findings.map((finding) => finding.where);
  expect(looked).toBe(4);
  expect(where.filter((text) => text.includes("sound"))).toEqual([]);
  expect(where).toEqual(
    expect.arrayContaining([
      "@latchkey/untyped (publint)",
      "@latchkey/mistyped (attw)",
      "@latchkey/undeclared (import)",
      "a consumer's type check",
    ]),
  );
});
