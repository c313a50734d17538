// The process from start to end, as a person or a process manager sees it: `node main.ts`.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createClient } from "./support/client.ts";
import { baseSettings, createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { runMain, startProcess } from "./support/server-process.ts";
import type { ServerProcess } from "./support/server-process.ts";

const cleanups: (() => unknown)[] = [];

function sandboxOf(options?: Parameters<typeof createSandbox>[0]): Sandbox {
  const sandbox = createSandbox(options);
  cleanups.push(() => sandbox.remove());
  return sandbox;
}

async function start(sandbox: Sandbox): Promise<ServerProcess> {
  const server = await startProcess(sandbox);
  cleanups.push(() => server.end("SIGKILL"));
  return server;
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe("a start", () => {
  it("makes the database and the key file for their owner only, prints where to go and what to try first", async () => {
    const sandbox = sandboxOf();
    const server = await start(sandbox);
    expect(statSync(sandbox.databaseFile).mode & 0o777).toBe(0o600);
    expect(statSync(sandbox.keyFile).mode & 0o777).toBe(0o600);
    const { code, signal, stdout } = await server.end();
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    for (const shown of ["/v1", "/swagger", "/health/ready", `curl -sS http://localhost:${server.port}/v1/signup`]) {
      expect(stdout).toContain(shown);
    }
  });

  it("keeps every account and session of the one before", async () => {
    const sandbox = sandboxOf();
    const first = await start(sandbox);
    const { body } = await createClient(first.origin).signUp("gildong");
    const other = (await createClient(first.origin).logIn("gildong")).body;
    expect((await createClient(first.origin).logOut(other.refresh_token)).status).toBe(204);
    expect((await first.end()).code).toBe(0);

    const second = createClient((await start(sandbox)).origin);
    expect(await second.me(body.access_token)).toMatchObject({ status: 200, body: { username: "gildong" } });
    expect((await second.refresh(body.refresh_token)).status).toBe(200);
    expect((await second.logIn("gildong")).status).toBe(200);
    // A restart forgets nothing that was taken back (attack class 7).
    expect((await second.me(other.access_token)).status).toBe(401);
    expect((await second.refresh(other.refresh_token)).status).toBe(401);
  });

  it("of two processes at once on an empty folder gives both one key", async () => {
    const sandbox = sandboxOf();
    const [one, two] = await Promise.all([start(sandbox), start(sandbox)]);
    const { body } = await createClient(one.origin).signUp("gildong");
    expect((await createClient(two.origin).me(body.access_token)).status).toBe(200);
  });

  it("is refused where the port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    cleanups.push(() => other.close());
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const ending = await runMain(sandboxOf({ environment: { PORT: String(port) } }), []);
    expect(ending).toMatchObject({ code: 1, stdout: "" });
    expect(ending.stderr).toMatch(
      new RegExp(`^Port ${port} is in use\\. Stop what listens there, or choose another port`),
    );
  });

  it.each([
    ["oracle://u:hunter2@127.0.0.1:1/db", 'DATABASE_URL  has the unknown scheme "oracle:"'],
    // Nothing listens on port 1.
    ["postgres://u:hunter2@127.0.0.1:1/db", "Nothing answers at 127.0.0.1:1/db: is PostgreSQL running"],
    ["sqlite:", "DATABASE_URL  needs the path of a file"],
  ])("is refused for the database URL %s with one message, and makes nothing", async (url, message) => {
    const sandbox = sandboxOf({ environment: { DATABASE_URL: url } });
    const ending = await runMain(sandbox, []);
    expect(ending).toMatchObject({ code: 1, stdout: "" });
    expect(ending.stderr).toContain(message);
    expect(ending.stderr).not.toMatch(/hunter2|\n {4}at /);
    expect(existsSync(dirname(sandbox.databaseFile))).toBe(false);
  });

  it("is refused for a policy that makes no sense, and makes nothing", async () => {
    const policy = { refreshForPending: true, tokensForPending: false };
    const sandbox = sandboxOf({ settings: { realms: { main: { contract: "latchkey", mount: "/v1", policy } } } });
    const ending = await runMain(sandbox, []);
    expect(ending).toMatchObject({ code: 1, stderr: expect.stringMatching(/realms\.main {2}.*refreshForPending/) });
    expect(existsSync(dirname(sandbox.databaseFile))).toBe(false);
  });

  it("is refused where the file is no database, and leaves it as it was", async () => {
    const sandbox = sandboxOf();
    const letter = "a letter to my grandmother, and no database at all ".repeat(20);
    writeFileSync(`${sandbox.folder}/letter.txt`, letter);
    const ending = await runMain(
      { ...sandbox, environment: { ...sandbox.environment, DATABASE_URL: "sqlite:letter.txt" } },
      [],
    );
    expect(ending).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Cannot open the SQLite database .*letter\.txt: /),
    });
    expect(readFileSync(`${sandbox.folder}/letter.txt`, "utf8")).toBe(letter);
  });

  it("is refused with a master key that is missing, wrong or none, and says what to do", async () => {
    const sandbox = sandboxOf();
    await (await start(sandbox)).end();
    const withKey = (LATCHKEY_MASTER_KEY: string) => ({
      ...sandbox,
      environment: { ...sandbox.environment, LATCHKEY_MASTER_KEY },
    });

    const wrong = await runMain(withKey(Buffer.alloc(32, "wrong").toString("base64")), []);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/master key does not open/) });
    const none = await runMain(withKey("c2hvcnQ"), []);
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/The master key cannot be used: it has 5 bytes/),
    });
    rmSync(sandbox.keyFile);
    const missing = await runMain(sandbox, []);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The master key is missing: /) });
    expect(existsSync(sandbox.keyFile)).toBe(false);
  });

  it("warns where others can read the master key", async () => {
    const sandbox = sandboxOf();
    await (await start(sandbox)).end();
    const { chmodSync } = await import("node:fs");
    chmodSync(sandbox.keyFile, 0o644);
    const { stderr } = await (await start(sandbox)).end();
    expect(stderr).toContain("Others can read the master key");
  });

  it("can go without the page at /, Swagger and their links", async () => {
    const sandbox = sandboxOf({ settings: { ...baseSettings, rootPage: false, swagger: false } });
    const client = createClient((await start(sandbox)).origin);
    expect((await client.send("GET", "/")).status).toBe(404);
    expect((await client.send("GET", "/swagger")).status).toBe(404);
    expect((await client.send("GET", "/openapi.json")).status).toBe(200);
  });
});

describe("an end", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "by %s answers requests in flight and accepts no new ones",
    async (signal) => {
      const server = await start(sandboxOf());
      const client = createClient(server.origin);
      // Log-ins hash for a while: some are under way when the signal comes.
      expect((await client.signUp("gildong")).status).toBe(201);
      const underWay = Array.from({ length: 6 }, () => client.logIn("gildong"));
      const first = await Promise.any(underWay);
      const ending = await server.end(signal);
      expect(first.status).toBe(200);
      expect((await Promise.all(underWay)).map((answer) => answer.status)).toEqual(Array(6).fill(200));
      expect(ending).toMatchObject({ code: 0, signal: null });
      await expect(client.send("GET", "/health/live")).rejects.toThrow();
    },
  );

  it("leaves one whole database file behind", async () => {
    const sandbox = sandboxOf();
    const server = await start(sandbox);
    await createClient(server.origin).signUp("gildong");
    await server.end();
    expect(existsSync(`${sandbox.databaseFile}-wal`)).toBe(false);
    expect(await runMain(sandbox, ["accounts", "show", "gildong"])).toMatchObject({ code: 0 });
  });
});

describe("the command line as a person calls it", () => {
  it("has exit codes 0, 1 and 2, and speaks on the right stream", async () => {
    const sandbox = sandboxOf();
    expect(await runMain(sandbox, ["--version"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^latchkey \d/),
      stderr: "",
    });
    expect(await runMain(sandbox, ["accounts", "list"])).toMatchObject({ code: 1, stdout: "" });
    expect(await runMain(sandbox, ["accounts", "lst"])).toMatchObject({ code: 2, stdout: "" });
    const created = ["accounts", "create", "--username", "root", "--password-stdin"];
    expect((await runMain(sandbox, ["migrate"])).code).toBe(0);
    expect(await runMain(sandbox, created, "correct horse battery\n")).toMatchObject({ code: 0, stderr: "" });
  });
});
