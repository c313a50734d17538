// A resource server of somebody else's: an HTTP service without a database that asks the running server for nothing but its published keys.
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { IdentityError, createResourceServerVerifier } from "@latchkey/core/verify";
import type { ResourceServerVerifier } from "@latchkey/core/verify";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createLog } from "../log.ts";
import { loadConfiguration } from "../config/load-configuration.ts";
import { startServer } from "../start-server.ts";
import type { RunningServer } from "../start-server.ts";
import { createClient } from "./support/client.ts";
import type { Client } from "./support/client.ts";
import { runCli } from "./support/run-cli.ts";
import { createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";

let sandbox: Sandbox;
let server: RunningServer;
let client: Client;
let jwksUrl: string;
let service: Server;
let ask: (token?: string) => Promise<{ readonly status: number; readonly body: unknown }>;

const issuer = "http://localhost:8000/v1";
const verifierOf = (jwksMaxAgeSeconds: number) => createResourceServerVerifier({ issuer, jwksUrl, jwksMaxAgeSeconds });

/** The service: whom the token names, or why it is refused. */
const startService = async (verify: ResourceServerVerifier) => {
  const answered = createServer(async ({ headers: { authorization } }, response) => {
    try {
      const { subject, roles } = await verify(authorization?.replace(/^Bearer /, ""));
      response.end(JSON.stringify({ subject, roles }));
    } catch (error) {
      const code = error instanceof IdentityError ? error.code : "another error";
      response.statusCode = code.startsWith("access_token_") ? 401 : 503;
      response.end(JSON.stringify({ code }));
    }
  }).listen(0, "127.0.0.1");
  await once(answered, "listening");
  return answered;
};

beforeAll(async () => {
  sandbox = createSandbox();
  const configuration = loadConfiguration(sandbox.environment, sandbox.folder);
  server = await startServer(
    configuration,
    createLog({ level: "error", format: "json" }, () => {}),
  );
  client = createClient(`http://127.0.0.1:${server.port}`);
  jwksUrl = `http://127.0.0.1:${server.port}/v1/.well-known/jwks.json`;
  service = await startService(verifierOf(300));
  const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
  ask = async (token) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(address, { headers });
    return { status: response.status, body: await response.json() };
  };
});
afterAll(async () => {
  service.close();
  service.closeAllConnections();
  await server.close(1_000);
  sandbox.remove();
});

const codeOf = async (verify: ResourceServerVerifier, token: string) => {
  try {
    return (await verify(token)).subject;
  } catch (error) {
    return (error as IdentityError).code;
  }
};

describe("a resource server without a database", () => {
  it("knows the bearer by the published keys alone, and refuses everybody else", async () => {
    const { body } = await client.signUp("bearer");
    const subject = body.account.id as string;
    for (let time = 0; time < 3; time++)
      expect(await ask(body.access_token)).toEqual({ status: 200, body: { subject, roles: ["USER"] } });
    expect(await ask()).toEqual({ status: 401, body: { code: "access_token_missing" } });
    const [header, payload, signature] = (body.access_token as string).split(".") as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    const forged = Buffer.from(JSON.stringify({ ...claims, roles: ["ADMIN"] })).toString("base64url");
    const refused = { status: 401, body: { code: "access_token_signature_invalid" } };
    expect(await ask(`${header}.${forged}.${signature}`)).toEqual(refused);
    // Class 5: a refresh token is signed with another key, which is not published.
    expect(await ask(body.refresh_token)).toEqual(refused);
  });

  it("does not see a log-out, as it says: that is what introspection and short lives are for", async () => {
    const { body } = await client.signUp("leaver");
    await client.logOut(body.refresh_token);
    expect((await client.me(body.access_token)).status).toBe(401);
    expect((await ask(body.access_token)).status).toBe(200);
  });

  it("learns a new key from the first token that it signed, and drops a retired one with the age of its keys", async () => {
    const { body: before } = await client.signUp("rotated");
    expect((await ask(before.access_token)).status).toBe(200);
    const impatient = verifierOf(0);
    expect(await codeOf(impatient, before.access_token)).toBe(before.account.id);
    const { kid } = JSON.parse(Buffer.from(before.access_token.split(".")[0], "base64url").toString()) as {
      readonly kid: string;
    };
    expect((await runCli(sandbox, ["keys", "retire", kid, "--now"])).code).toBe(0);
    // Whoever verifies learns of it at once; whoever only signs or publishes within a quarter of a second.
    expect((await client.me(before.access_token)).status).toBe(401);
    const { body: after } = await client.logIn("rotated");
    expect(await codeOf(impatient, before.access_token)).toBe("access_token_signature_invalid");
    expect(await codeOf(impatient, after.access_token)).toBe(before.account.id);
    // It asks for keys at most once a second.
    await vi.waitFor(async () => expect((await ask(after.access_token)).status).toBe(200), { timeout: 5_000 });
    expect((await ask(before.access_token)).body).toEqual({ code: "access_token_signature_invalid" });
  });

  it("class 12: says that it cannot know, and not that the token is bad, while the server is away", async () => {
    const { body } = await client.signUp("alone");
    const away = createServer().listen(0, "127.0.0.1");
    await once(away, "listening");
    const { port } = away.address() as AddressInfo;
    away.close();
    await once(away, "close");
    const url = `http://127.0.0.1:${port}/v1/.well-known/jwks.json`;
    const verify = createResourceServerVerifier({ issuer, jwksUrl: url });
    expect(await codeOf(verify, body.access_token)).toBe("store_unavailable");
  });
});
