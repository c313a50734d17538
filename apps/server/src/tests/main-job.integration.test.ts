// The main job over a socket, as a client lives it: sign up → log in → me → refresh → log out → me 401, and everything beside it.
import { createHash } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../log.ts";
import { loadConfiguration } from "../config/load-configuration.ts";
import { startServer } from "../start-server.ts";
import type { RunningServer } from "../start-server.ts";
import { createClient, testPassword } from "./support/client.ts";
import type { Client } from "./support/client.ts";
import { runCli } from "./support/run-cli.ts";
import { createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";

const logged: string[] = [];
let sandbox: Sandbox;
let server: RunningServer;
let origin: string;
let client: Client;

beforeAll(async () => {
  sandbox = createSandbox();
  const configuration = loadConfiguration(sandbox.environment, sandbox.folder);
  server = await startServer(
    configuration,
    createLog({ level: "debug", format: "json" }, (line) => logged.push(line)),
  );
  origin = `http://127.0.0.1:${server.port}`;
  client = createClient(origin);
});
afterAll(async () => {
  await server.close(1_000);
  sandbox.remove();
});

describe("the main job", () => {
  it("signs up, logs in, asks who it is, refreshes, logs out, and is nobody afterwards", async () => {
    const signUp = await client.signUp("gildong");
    expect(signUp.status).toBe(201);
    expect(signUp.body.account).toMatchObject({ number: 1, username: "gildong", roles: ["USER"], status: "active" });

    const logIn = await client.logIn("Gildong ");
    expect(logIn.status).toBe(200);
    expect(logIn.body).toMatchObject({ token_type: "Bearer", expires_in: 300, refresh_expires_in: 1_209_600 });

    const me = await client.me(logIn.body.access_token);
    expect(me).toMatchObject({ status: 200, body: { id: signUp.body.account.id, username: "gildong" } });

    const refresh = await client.refresh(logIn.body.refresh_token);
    expect(refresh.status).toBe(200);
    expect((await client.me(refresh.body.access_token)).status).toBe(200);

    expect((await client.logOut(refresh.body.refresh_token)).status).toBe(204);
    expect((await client.logOut(refresh.body.refresh_token)).status).toBe(204);
    for (const dead of [logIn.body.access_token, refresh.body.access_token]) {
      const answer = await client.me(dead);
      expect(answer).toMatchObject({ status: 401, body: { error: { code: "TOKEN_REVOKED" } } });
    }
    expect(await client.refresh(refresh.body.refresh_token)).toMatchObject({ status: 401 });
    // The session of the sign-up is another one.
    expect((await client.me(signUp.body.access_token)).status).toBe(200);
  });

  it("issues under the public URL and the mount, whatever the port is", async () => {
    const { body } = await client.logIn("gildong");
    const claims = JSON.parse(Buffer.from(body.access_token.split(".")[1], "base64url").toString()) as {
      iss: string;
      aud: string;
    };
    expect(claims).toMatchObject({ iss: "http://localhost:8000/v1", aud: "http://localhost:8000/v1" });
  });

  it("lets a resource server of the configuration introspect", async () => {
    const { body } = await client.logIn("gildong");
    const introspect = (secret: string) =>
      fetch(`${origin}/v1/token/introspect`, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`tests:${secret}`).toString("base64")}` },
        body: new URLSearchParams({ token: body.access_token }),
      });
    expect(await (await introspect("a-secret-for-the-tests")).json()).toMatchObject({
      active: true,
      client_id: "latchkey",
    });
    expect((await introspect("another-secret-of-somebody")).status).toBe(401);
  });

  it("records the socket's address, not a header's (attack class 9)", async () => {
    const { body } = await client.logIn("gildong");
    const response = await fetch(`${origin}/v1/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": "1.2.3.4" },
      body: JSON.stringify({ username: "gildong", password: testPassword }),
    });
    expect(response.status).toBe(200);
    const sessions = await client.send("GET", "/v1/me/sessions", { token: body.access_token });
    const addresses = sessions.body.items.map((session: { address: string }) => session.address);
    expect(new Set(addresses)).toEqual(new Set(["127.0.0.1"]));
  });
});

describe("beside a running server", () => {
  it("a log-out and a disabled account on the command line are seen at once", async () => {
    const first = (await client.signUp("beside")).body;
    expect((await client.me(first.access_token)).status).toBe(200);
    expect((await runCli(sandbox, ["accounts", "revoke-tokens", "beside"])).code).toBe(0);
    expect((await client.me(first.access_token)).status).toBe(401);
    expect((await client.refresh(first.refresh_token)).status).toBe(401);

    const second = (await client.logIn("beside")).body;
    expect((await runCli(sandbox, ["accounts", "set-status", "beside", "disabled"])).code).toBe(0);
    expect((await client.me(second.access_token)).status).toBe(401);
    expect((await client.logIn("beside")).status).toBe(403);

    await runCli(sandbox, ["accounts", "set-status", "beside", "active"]);
    const third = (await client.logIn("beside")).body;
    const { items } = (await runCli(sandbox, ["families", "list", "beside", "--json"])).json<{
      items: { id: string }[];
    }>();
    expect(items).toHaveLength(1);
    expect((await runCli(sandbox, ["families", "revoke", items[0]!.id])).code).toBe(0);
    expect((await client.me(third.access_token)).status).toBe(401);
  });

  it("an administrator is made on the command line, and administers", async () => {
    const created = ["accounts", "create", "--username", "root", "--roles", "ADMIN", "--password-stdin"];
    expect((await runCli(sandbox, created, testPassword)).code).toBe(0);
    const { access_token: token } = (await client.logIn("root")).body;
    const accounts = await client.send("GET", "/v1/admin/accounts?text=gildong", { token });
    expect(accounts.body.items).toHaveLength(1);
    const { access_token: other } = (await client.logIn("gildong")).body;
    expect((await client.send("GET", "/v1/admin/accounts", { token: other })).status).toBe(403);
  });

  it("a key rotated at once signs the next tokens, and a stolen one is refused", async () => {
    const kidOf = (token: string) =>
      (JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString()) as { kid: string }).kid;
    const before = (await client.logIn("gildong")).body.access_token as string;
    expect((await runCli(sandbox, ["keys", "retire", kidOf(before), "--now"])).code).toBe(0);
    expect((await client.me(before)).status).toBe(401);
    const after = (await client.logIn("gildong")).body.access_token as string;
    expect(kidOf(after)).not.toBe(kidOf(before));
    expect((await client.me(after)).status).toBe(200);
  });
});

describe("the server's own pages", () => {
  it("is alive and ready, without detail", async () => {
    expect(await client.send("GET", "/health/live")).toMatchObject({ status: 200, body: { status: "live" } });
    const ready = await client.send("GET", "/health/ready");
    expect(ready).toMatchObject({ status: 200, body: { status: "ready" } });
    expect(Object.keys(ready.body)).toEqual(["status"]);
  });

  it("serves the document and Swagger UI, with and without a slash", async () => {
    const document = await client.send("GET", "/openapi.json");
    expect(document).toMatchObject({ status: 200, body: { openapi: expect.stringMatching(/^3\.1\./) } });
    for (const path of ["/swagger", "/swagger/"]) {
      const page = await client.send("GET", path);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toMatch(/^text\/html/);
      expect(page.body).not.toMatch(/https?:\/\/(?!localhost)/);
    }
  });

  it("shows at / what is mounted, the state, and what to try, with nothing from elsewhere and no script", async () => {
    const page = await client.send("GET", "/");
    expect(page.status).toBe(200);
    for (const shown of [
      "main",
      "/v1",
      "/openapi.json",
      "/swagger",
      "reachable",
      "EdDSA",
      `${server.port}/v1/signup`,
    ]) {
      expect(page.body).toContain(shown);
    }
    expect(page.body).not.toMatch(/<script|<link|<img|@import|url\(/);
    expect(page.body).not.toContain(sandbox.folder);
    const style = /<style>([^]*)<\/style>/.exec(page.body)![1]!;
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain(`style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`);
    expect(policy).toContain("default-src 'none'");
  });

  it("has commands on that page that work as they stand", async () => {
    const page = await client.send("GET", "/");
    const [line] = /curl [^<]*signup[^<]*/.exec(page.body)!;
    const command = line.replaceAll("&#39;", "'").replaceAll("&quot;", '"');
    const { execFile } = await import("node:child_process");
    const { promisify } = await import("node:util");
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      command.replace("localhost", "127.0.0.1").replace("gildong", "curly"),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ account: { username: "curly" } });
  });

  it("answers unknown paths as JSON, and a body that is too large with 413", async () => {
    expect(await client.send("GET", "/nothing")).toMatchObject({ status: 404, body: { error: { code: "NOT_FOUND" } } });
    expect(await client.send("GET", "/v1/nothing")).toMatchObject({
      status: 404,
      body: { error: { code: "NOT_FOUND" } },
    });
    const large = await client.send("POST", "/v1/login", { body: { username: "x".repeat(1_000_000), password: "y" } });
    expect(large.status).toBe(413);
  });

  it.each(["/nothing", "/swagger/nothing", "/openapi/nothing.json"])(
    "refuses %s in the reader's language",
    async (path) => {
      const answer = await fetch(origin + path, { headers: { "accept-language": "ko-KR" } });
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      expect([answer.status, error.code, error.message]).toEqual([404, "NOT_FOUND", "찾을 수 없습니다."]);
      expect(answer.headers.get("content-language")).toBe("ko");
      for (const name of ["content-security-policy", "x-content-type-options", "cache-control"])
        expect(answer.headers.get(name), name).not.toBeNull();
    },
  );

  it.each(["/", "/health/live", "/health/ready", "/openapi.json", "/swagger", "/swagger/"])(
    "refuses a POST to %s with 405 and Allow",
    async (path) => {
      const answer = await fetch(origin + path, { method: "POST" });
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
      expect(await answer.json()).toMatchObject({ error: { code: "METHOD_NOT_ALLOWED" } });
      expect((await fetch(origin + path, { method: "HEAD" })).status).toBe(200);
    },
  );

  it("answers header lines beyond its limit with 431", async () => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    request(`${origin}/health/live`, { headers: { "x-long": "a".repeat(20_000) } }, (response) =>
      resolve(response.statusCode),
    )
      .on("error", reject)
      .end();
    expect(await promise).toBe(431);
  });

  it("has written no password and no token into its log", () => {
    const all = logged.join("");
    expect(all).not.toContain(testPassword);
    expect(all).not.toMatch(/eyJ[A-Za-z0-9_-]{10,}/);
  });
});
