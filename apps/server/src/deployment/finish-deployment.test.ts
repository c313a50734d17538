import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { finishDeployment } from "./finish-deployment.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latchkey-finish-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const manifest = {
  name: "@latchkey/core",
  exports: { ".": "./src/index.ts" },
  publishConfig: { exports: { ".": "./dist/index.js" } },
};

/** A package of the repository and its hard-linked copy, as pnpm deploy leaves it. */
function deploySample(): { readonly source: string; readonly copy: string } {
  const source = join(folder, "repository");
  const copy = join(folder, "out/node_modules/.pnpm/@latchkey+core@file+1/node_modules/@latchkey/core");
  for (const path of [source, copy]) mkdirSync(join(path, "dist"), { recursive: true });
  writeFileSync(join(source, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(source, "dist/index.js"), "export {};\n");
  for (const file of ["package.json", "dist/index.js"]) linkSync(join(source, file), join(copy, file));
  mkdirSync(join(folder, "out/node_modules/@latchkey"), { recursive: true });
  symlinkSync(copy, join(folder, "out/node_modules/@latchkey/core"));
  return { source, copy };
}

it("gives our packages the exports that they are published with, and leaves the repository as it was", () => {
  const { source, copy } = deploySample();
  for (const _ of ["once", "again"]) {
    expect(finishDeployment(join(folder, "out"))).toEqual([copy]);
    expect(JSON.parse(readFileSync(join(copy, "package.json"), "utf8"))).toEqual({
      name: "@latchkey/core",
      exports: { ".": "./dist/index.js" },
    });
    expect(JSON.parse(readFileSync(join(source, "package.json"), "utf8"))).toEqual(manifest);
  }
  expect(existsSync(join(copy, "package.json.draft"))).toBe(false);
});

it("gives them files of their own: a later build does not change what runs", () => {
  const { source, copy } = deploySample();
  finishDeployment(join(folder, "out"));
  writeFileSync(join(source, "dist/index.js"), "throw new Error();\n");
  expect(readFileSync(join(copy, "dist/index.js"), "utf8")).toBe("export {};\n");
  expect(lstatSync(join(copy, "dist/index.js")).nlink).toBe(1);
});

it("refuses a folder without a package of ours", () => {
  expect(() => finishDeployment(folder)).toThrow(/was not made by pnpm deploy/);
});
