import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleServer, outside } from "./bundle-server.ts";
import { repositoryRoot } from "./lib/repository.ts";

const server = join(repositoryRoot, "apps/server");
let folder: string;
let files: readonly string[];

// Below the server, so that what stays outside is found as it would be in a deployed folder.
beforeAll(async () => {
  const cache = join(server, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, "bundle-"));
  writeFileSync(join(folder, "package.json"), '{ "version": "1.2.3-of-the-test", "type": "module" }');
  files = await bundleServer(repositoryRoot, join(folder, "dist"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the bundled server", () => {
  it("imports nothing but Node and what the server depends on", () => {
    const { dependencies } = JSON.parse(readFileSync(join(server, "package.json"), "utf8")) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining([...outside]));
    const code = files
      .filter((file) => file.endsWith(".js"))
      .map((file) => readFileSync(join(folder, "dist", file), "utf8"));
    const imported = code.flatMap((text) => [
      ...text.matchAll(/^(?:import|export)\b[^;]*?from "([^".][^"]*)";$/gm),
      ...text.matchAll(/\bimport\("([^".][^"]*)"\)/g),
    ]);
    const names = new Set(imported.map(([, name]) => name!).filter((name) => !isBuiltin(name)));
    expect([...names].filter((name) => !outside.some((one) => name === one || name.startsWith(`${one}/`)))).toEqual([]);
    expect(names).toContain("better-sqlite3");
  });

  it("is ASCII without comments: V8 keeps each text, at two bytes a character where one needs them", () => {
    const code = files.filter((file) => file.endsWith(".js")).map((file) => readFileSync(join(folder, "dist", file)));
    expect(code.filter((text) => text.some((byte) => byte > 0x7f))).toEqual([]);
    expect(code.join("\n").match(/^\s*\/\*\*/gm)).toBeNull();
  });

  it("serves what lies in files of other packages, and ends in order", async () => {
    const main = join(folder, "dist/main.js");
    const env = { PATH: process.env["PATH"], HOST: "127.0.0.1", PORT: "0", METRICS_PORT: "0" };
    const settings = { realms: { main: { contract: "latchkey", mount: "/v1" } } };
    writeFileSync(join(folder, "latchkey.config.json"), JSON.stringify(settings));
    const version = spawnSync(process.execPath, [main, "--version"], { cwd: folder, env, encoding: "utf8" });
    expect(version.stdout).toBe("latchkey 1.2.3-of-the-test\n");

    const child = spawn(process.execPath, [main, "serve", "--json"], { cwd: folder, env });
    try {
      const [told] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
      const origin = `http://127.0.0.1:${(JSON.parse(told) as { readonly port: number }).port}`;
      const style = await fetch(`${origin}/swagger/swagger-ui-dist/swagger-ui.css`);
      expect([style.status, (await style.text()).length > 100_000]).toEqual([200, true]);
      const body = JSON.stringify({ username: "gildong", password: "correct horse battery staple" });
      const headers = { "content-type": "application/json" };
      expect((await fetch(`${origin}/v1/signup`, { method: "POST", headers, body })).status).toBe(201);
    } finally {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      expect(await ended).toEqual([0, null]);
    }
  });

  it("has the threads' files where it looks for them", async () => {
    const worker = new Worker(join(folder, "dist/chunks/bcrypt-worker.js"));
    worker.postMessage({ password: "x", setting: "$2b$04$abcdefghijklmnopqrstuu" });
    const [answer] = (await once(worker, "message")) as [unknown];
    await worker.terminate();
    expect(answer).toEqual([{ result: "$2b$04$abcdefghijklmnopqrstuuPp7HPfoAs8I2dCQCQ/fW7zEJv8I8C8e" }]);
    for (const name of ["argon2-worker", "bcrypt-worker", "common-passwords-worker"]) {
      const starters = files
        .filter((file) => /^chunks\/[^/]+\.js$/.test(file))
        .filter((file) => readFileSync(join(folder, "dist", file), "utf8").includes(`workerSource("${name}")`));
      expect(starters.length).toBe(1);
      expect(files).toContain(`chunks/${name}.js`);
    }
  });
});
