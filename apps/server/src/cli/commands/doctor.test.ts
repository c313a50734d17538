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

/** The broken rules and their verdicts. */
async function broken(
  sandbox: Sandbox,
): Promise<{ readonly code: number; readonly rules: Readonly<Record<string, string>> }> {
  const result = await runCli(sandbox, ["doctor", "--json"]);
  const { findings } = result.json<{ findings: readonly Finding[] }>();
  const rules = findings.filter((one) => one.verdict !== "good").map((one) => [one.rule, one.verdict]);
  return { code: result.code, rules: Object.fromEntries(rules) as Record<string, string> };
}

const production = { PUBLIC_URL: "https://id.example" };
const quiet = { ...baseSettings, rootPage: false };

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
    const sandbox = await prepared({ settings, environment: { PUBLIC_URL: "http://id.example" } });
    expect(await broken(sandbox)).toEqual({
      code: 1,
      rules: {
        "public URL is encrypted": "bad",
        "issuers are encrypted": "bad",
        "resource servers have secrets of their own": "bad",
        "few proxies are trusted": "bad",
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
    expect((await broken(await prepare({}))).rules).toMatchObject({ "mail reaches people": "bad" });
    expect((await broken(await prepare(smtp))).rules).not.toHaveProperty("mail reaches people");
  });

  it("looks twice at a local URL, a public root page, a chatty log and secrets without a realm", async () => {
    const sandbox = await prepared({
      settings: { ...baseSettings, log: { level: "debug" } },
      environment: { ...production, LATCHKEY_SECRET_OLD: "x".repeat(32) },
    });
    expect(await broken(sandbox)).toEqual({
      code: 0,
      rules: {
        "the root page is not for the public": "odd",
        "the log is quiet enough": "odd",
        "secrets are used": "odd",
      },
    });
    expect((await broken(await prepared({ settings: quiet }))).rules).toEqual({ "public URL is public": "odd" });
  });

  it("refuses files that others can read", async () => {
    const sandbox = await prepared({ settings: quiet, environment: production });
    chmodSync(sandbox.keyFile, 0o640);
    chmodSync(sandbox.databaseFile, 0o644);
    expect(await broken(sandbox)).toEqual({
      code: 1,
      rules: { "only its owner reads the database": "bad", "only its owner reads the master key": "bad" },
    });
  });

  it("refuses a master key that is missing or another, and makes none", async () => {
    const sandbox = await prepared({ settings: quiet, environment: production });
    writeFileSync(sandbox.keyFile, Buffer.alloc(32, "abc").toString("base64"));
    expect(await broken(sandbox)).toEqual({ code: 1, rules: { "the master key opens the keys": "bad" } });
    rmSync(sandbox.keyFile);
    expect(await broken(sandbox)).toEqual({ code: 1, rules: { "the master key opens the keys": "bad" } });
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
    writeFileSync(sandbox.keyFile, Buffer.alloc(32, "abc").toString("base64"));
    expect(await broken(sandbox)).toEqual({ code: 1, rules: { "the master key opens the keys": "bad" } });
  });

  it("refuses a database that is missing, unmigrated or none at all", async () => {
    const missing = createSandbox({ settings: quiet, environment: production });
    sandboxes.push(missing);
    expect(await broken(missing)).toEqual({ code: 1, rules: { "the database is reachable": "bad" } });
    await runCli(missing, ["migrate", "--to", "0"]);
    expect(await broken(missing)).toEqual({ code: 1, rules: { "the schema is up to date": "bad" } });
    writeFileSync(missing.databaseFile, "this is a letter to my grandmother, and no database at all ".repeat(20));
    expect(await broken(missing)).toEqual({ code: 1, rules: { "the database is reachable": "bad" } });
  });

  it("reports a broken configuration instead of failing on it", async () => {
    const sandbox = createSandbox({ settings: { realms: {} } });
    sandboxes.push(sandbox);
    expect(await broken(sandbox)).toEqual({ code: 1, rules: { "the configuration is correct": "bad" } });
  });
});
