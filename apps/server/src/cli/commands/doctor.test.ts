import { randomBytes } from "node:crypto";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { runCli } from "../../tests/support/run-cli.ts";
import { baseSettings, createSandbox } from "../../tests/support/sandbox.ts";
import type { Sandbox } from "../../tests/support/sandbox.ts";
import type { Finding } from "../doctor/finding.ts";

const sandboxes: Sandbox[] = [];

async function prepared(options: Parameters<typeof createSandbox>[0] = {}): Promise<Sandbox> {
  const sandbox = createSandbox(options);
  sandboxes.push(sandbox);
  await runCli(sandbox, ["migrate"]);
  await runCli(sandbox, ["keys", "list"]);
  return sandbox;
}

/** The broken rules and how bad that is. */
async function broken(
  sandbox: Sandbox,
): Promise<{ readonly code: number; readonly rules: Readonly<Record<string, string>> }> {
  const result = await runCli(sandbox, ["doctor", "--json"]);
  const { findings } = result.json<{ findings: readonly Finding[] }>();
  const rules = findings.filter(({ severity }) => severity !== "ok").map(({ id, severity }) => [id, severity]);
  return { code: result.code, rules: Object.fromEntries(rules) as Record<string, string> };
}

const random = (): string => randomBytes(32).toString("base64");
const production = {
  PUBLIC_URL: "https://id.example",
  LATCHKEY_PASSWORD_PEPPER: `p1:${random()}`,
};
const local = { ...production, PUBLIC_URL: "http://localhost:8000" };
const resourceServers = [{ id: "tests", secret: random() }];
const main = { contract: "latchkey", mount: "/v1", resourceServers };
const quiet = { ...baseSettings, rootPage: false, swagger: false, realms: { main } };

afterEach(() => {
  for (const sandbox of sandboxes.splice(0)) sandbox.remove();
});

describe("doctor", () => {
  it("finds nothing wrong with a production installation", async () => {
    const sandbox = await prepared({ settings: quiet, environment: production });
    expect(await broken(sandbox)).toEqual({ code: 0, rules: {} });
    expect((await runCli(sandbox, ["doctor"])).stdout).toContain("Nothing here is unsafe.");
  });

  it("refuses the example's secret, plain http and proxies that anybody can be", async () => {
    const resourceServers = [{ id: "local-api", secret: "for-local-use-only-change-me" }];
    const settings = {
      ...quiet,
      trustedProxies: ["0.0.0.0/0"],
      realms: { main: { contract: "latchkey", mount: "/v1", resourceServers } },
    };
    const sandbox = await prepared({ settings, environment: { ...production, PUBLIC_URL: "http://id.example" } });
    expect(await broken(sandbox)).toEqual({
      code: 1,
      rules: {
        "public-url-encrypted": "unsafe",
        "issuers-encrypted": "unsafe",
        "resource-server-secrets": "unsafe",
        "proxies-few": "unsafe",
      },
    });
    const { stdout } = await runCli(sandbox, ["doctor"]);
    expect(stdout).toMatch(/RULE +FOUND +WANTED/);
    expect(stdout).toContain("Not fit for production: 4 of");
    expect(stdout).not.toContain("for-local-use-only-change-me");
  });

  it("wants a way out for links that confirm addresses", async () => {
    const rabbit = { contract: "rabbit", mount: "/", policy: { signUp: "confirmation" } };
    const environment = { ...production, LATCHKEY_SECRET_RABBIT: "of the system that is replaced: 32 bytes" };
    const settings = { ...quiet, realms: { rabbit } };
    const prepare = (more: object) => prepared({ settings, environment: { ...environment, ...more } });
    const smtp = { SMTP_URL: "smtps://mail.example:465", SMTP_FROM: "no-reply@example.com" };
    expect((await broken(await prepare({}))).rules).toMatchObject({ "mail-carrier": "unsafe" });
    expect((await broken(await prepare(smtp))).rules).not.toHaveProperty("mail-carrier");
  });

  it("looks twice at a local URL, a public root page, a chatty log and secrets without a realm", async () => {
    const sandbox = await prepared({
      settings: { ...quiet, rootPage: true, log: { level: "debug" } },
      environment: { ...production, LATCHKEY_SECRET_OLD: "x".repeat(32) },
    });
    expect(await broken(sandbox)).toEqual({
      code: 0,
      rules: {
        "root-page-private": "odd",
        "log-level": "odd",
        "secrets-used": "odd",
      },
    });
    expect((await broken(await prepared({ settings: quiet, environment: local }))).rules).toEqual({
      "public-url-public": "odd",
    });
  });

  it("class 13: says which contracts tell strangers of accounts, and by which operations", async () => {
    const realms = { main: { contract: "latchkey", mount: "/v1" }, rabbit: { contract: "rabbit", mount: "/" } };
    const { stdout } = await runCli(await prepared({ settings: { ...quiet, realms }, environment: production }), [
      "doctor",
    ]);
    expect(stdout).toContain("POST /api/user/login tells which accounts exist, GET /api/user/{id} tells who has");
    expect(stdout).not.toContain("realm main: as its contract documents");
  });

  it("refuses files that others can read", async () => {
    const sandbox = await prepared({ settings: quiet, environment: production });
    chmodSync(sandbox.keyFile, 0o640);
    chmodSync(sandbox.databaseFile, 0o644);
    expect(await broken(sandbox)).toEqual({
      code: 1,
      rules: { "database-private": "unsafe", "master-key-private": "unsafe" },
    });
  });

  it("refuses a master key that is missing or another, and makes none", async () => {
    const sandbox = await prepared({ settings: quiet, environment: production });
    writeFileSync(sandbox.keyFile, random());
    expect(await broken(sandbox)).toEqual({ code: 1, rules: { "master-key-opens": "unsafe" } });
    rmSync(sandbox.keyFile);
    expect(await broken(sandbox)).toEqual({ code: 1, rules: { "master-key-opens": "unsafe" } });
  });

  it("makes no key for an algorithm that the next start will sign with", async () => {
    const sandbox = await prepared({ settings: quiet, environment: production });
    const before = await runCli(sandbox, ["keys", "list", "--json"]);
    const changed = { ...quiet, realms: { main: { contract: "latchkey", mount: "/v1", signing: "ES256" } } };
    writeFileSync(sandbox.configurationFile, JSON.stringify(changed));
    expect(await broken(sandbox)).toEqual({ code: 0, rules: {} });
    writeFileSync(sandbox.configurationFile, JSON.stringify(quiet));
    expect((await runCli(sandbox, ["keys", "list", "--json"])).stdout).toBe(before.stdout);
    writeFileSync(sandbox.configurationFile, JSON.stringify(changed));
    writeFileSync(sandbox.keyFile, random());
    expect(await broken(sandbox)).toEqual({ code: 1, rules: { "master-key-opens": "unsafe" } });
  });

  it("refuses a database that is missing, unmigrated or none at all", async () => {
    const missing = createSandbox({ settings: quiet, environment: production });
    sandboxes.push(missing);
    expect(await broken(missing)).toEqual({ code: 1, rules: { "database-reachable": "unsafe" } });
    await runCli(missing, ["migrate", "--to", "0"]);
    expect(await broken(missing)).toEqual({ code: 1, rules: { "schema-current": "unsafe" } });
    writeFileSync(missing.databaseFile, "this is a letter to my grandmother, and no database at all ".repeat(20));
    expect(await broken(missing)).toEqual({ code: 1, rules: { "database-reachable": "unsafe" } });
  });

  it("reports a broken configuration instead of failing on it", async () => {
    const sandbox = createSandbox({ settings: { realms: {} } });
    sandboxes.push(sandbox);
    expect(await broken(sandbox)).toEqual({ code: 1, rules: { "configuration-correct": "unsafe" } });
  });
});
