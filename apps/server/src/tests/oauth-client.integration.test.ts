// Somebody else's client, strict about the RFCs (oauth4webapi): introspection (7662), revocation (7009), JWT access tokens (9068) against the running server.
import * as oauth from "oauth4webapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLog } from "../log.ts";
import { loadConfiguration } from "../config/load-configuration.ts";
import { startServer } from "../start-server.ts";
import type { RunningServer } from "../start-server.ts";
import { createClient } from "./support/client.ts";
import type { Client } from "./support/client.ts";
import { runCli } from "./support/run-cli.ts";
import { baseSettings, createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";

const issuer = "https://id.example/v1";
// Such as RFC 6749 §2.3.1 has form-encoded before they are joined by a colon.
const resourceServer: oauth.Client = { client_id: "resources.of-gildong_1" };
const secret = `a:secret+with/%41&=?"~`;
// The server listens on loopback without TLS.
const insecure = { [oauth.allowInsecureRequests]: true };

let sandbox: Sandbox;
let server: RunningServer;
let client: Client;
let as: oauth.AuthorizationServer;

interface Tokens {
  readonly account: { readonly id: string };
  readonly access_token: string;
  readonly refresh_token: string;
}

beforeAll(async () => {
  const resourceServers = [{ id: resourceServer.client_id, secret }];
  const settings = { ...baseSettings, realms: { main: { contract: "latchkey", mount: "/v1", resourceServers } } };
  sandbox = createSandbox({ settings, environment: { PUBLIC_URL: "https://id.example" } });
  const configuration = loadConfiguration(sandbox.environment, sandbox.folder);
  server = await startServer(
    configuration,
    createLog({ level: "error", format: "json" }, () => {}),
  );
  const origin = `http://127.0.0.1:${server.port}`;
  client = createClient(origin);
  as = {
    issuer,
    jwks_uri: `${origin}/v1/.well-known/jwks.json`,
    introspection_endpoint: `${origin}/v1/token/introspect`,
    revocation_endpoint: `${origin}/v1/token/revoke`,
  };
});
afterAll(async () => {
  await server.close(1_000);
  sandbox.remove();
});

const signUp = async (username: string) => (await client.signUp(username)).body as Tokens;

const introspect = async (token: string, password = secret, authenticate = oauth.ClientSecretBasic) =>
  await oauth.processIntrospectionResponse(
    as,
    resourceServer,
    await oauth.introspectionRequest(as, resourceServer, authenticate(password), token, insecure),
  );

const revoke = async (token: string, additionalParameters: Record<string, string> = {}) => {
  const response = await oauth.revocationRequest(as, { client_id: "latchkey" }, oauth.None(), token, {
    ...insecure,
    additionalParameters,
  });
  await oauth.processRevocationResponse(response);
};

// A server description of its own for each check: the library keeps the keys by it.
const validate = (token: string, { audience = issuer, from = as } = {}) =>
  oauth.validateJwtAccessToken(
    { ...from },
    new Request("https://resource.example/", { headers: { authorization: `Bearer ${token}` } }),
    audience,
    insecure,
  );

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "accepted",
    (error: { readonly code?: string }) => error.code,
  );

describe("RFC 7662: introspection", () => {
  it("tells of both kinds, with the members of the RFC, to a server whose id and secret need encoding", async () => {
    const { account, access_token: access, refresh_token: refresh } = await signUp("seen");
    const now = Math.floor(Date.now() / 1000);
    const answer = await introspect(access);
    expect(answer).toMatchObject({
      active: true,
      iss: issuer,
      sub: account.id,
      client_id: "latchkey",
      username: "seen",
    });
    expect(answer.aud).toBe(issuer);
    expect(answer.exp! - now).toBeGreaterThan(290);
    expect(answer.exp! - now).toBeLessThanOrEqual(300);
    expect(await introspect(refresh)).toMatchObject({ active: true, sub: account.id });
  });

  it("§2.2: tells of nothing but that a token is not active", async () => {
    const { access_token: access, refresh_token: refresh } = await signUp("gone");
    await client.logOut(refresh);
    for (const token of [access, refresh, "garbage", `${access}x`])
      expect(await introspect(token)).toEqual({ active: false });
  });

  it("§2.1: wants the caller's credentials", async () => {
    const { access_token: access } = await signUp("asked");
    const wrong = introspect(access, "another secret of somebody");
    await expect(wrong).rejects.toMatchObject({ status: 401 });
    const nobody = introspect(access, secret, () => oauth.None());
    await expect(nobody).rejects.toMatchObject({ status: 401 });
  });
});

describe("RFC 7009: revocation", () => {
  it("§2.1: a refresh token takes the whole family with it", async () => {
    const { access_token: access, refresh_token: refresh } = await signUp("revoked");
    await revoke(refresh, { token_type_hint: "refresh_token" });
    expect((await client.me(access)).status).toBe(401);
    expect((await client.refresh(refresh)).status).toBe(401);
    expect([await introspect(access), await introspect(refresh)]).toEqual([{ active: false }, { active: false }]);
    // Again, and it is still no error.
    await revoke(refresh);
  });

  it("§2.1: a wrong hint changes nothing", async () => {
    const { access_token: access } = await signUp("hinted");
    await revoke(access, { token_type_hint: "refresh_token" });
    expect((await client.me(access)).status).toBe(401);
  });

  it("§2.2: an unknown token is answered like a known one", async () => {
    await revoke("garbage");
    const { access_token: access } = await signUp("kept");
    await revoke(`${access}x`);
    expect((await client.me(access)).status).toBe(200);
  });
});

describe("RFC 9068: JWT access tokens", () => {
  it("validates by the published keys, and has every claim that §2.2 requires", async () => {
    const { account, access_token: access } = await signUp("validated");
    const claims = await validate(access);
    expect(claims).toMatchObject({ iss: issuer, aud: issuer, sub: account.id, client_id: "latchkey" });
    expect(claims["roles"]).toEqual(["USER"]);
    expect(claims["sid"]).toEqual(expect.any(String));
  });

  it("class 5: refuses a refresh token, another audience and another issuer", async () => {
    const { access_token: access, refresh_token: refresh } = await signUp("confused");
    expect(await refusal(validate(refresh))).not.toBe("accepted");
    const audience = "https://another.example/";
    expect(await refusal(validate(access, { audience }))).not.toBe("accepted");
    const from = { ...as, issuer: "https://id.example/v2" };
    expect(await refusal(validate(access, { from }))).not.toBe("accepted");
    const [header, payload, signature] = access.split(".") as [string, string, string];
    const forged = JSON.stringify({ ...JSON.parse(Buffer.from(payload, "base64url").toString()), roles: ["ADMIN"] });
    const parts = [header, Buffer.from(forged).toString("base64url"), signature];
    expect(await refusal(validate(parts.join(".")))).not.toBe("accepted");
  });

  it("refuses a token whose key was retired, and takes one of the key that follows", async () => {
    const { access_token: before } = await signUp("stolen");
    const { kid } = JSON.parse(Buffer.from(before.split(".")[0]!, "base64url").toString()) as { readonly kid: string };
    await validate(before);
    expect((await runCli(sandbox, ["keys", "retire", kid, "--now"])).code).toBe(0);
    // Whoever verifies learns of it at once; whoever only signs or publishes within a quarter of a second.
    expect((await client.me(before)).status).toBe(401);
    const { body } = await client.logIn("stolen");
    await validate(body.access_token as string);
    expect(await refusal(validate(before))).not.toBe("accepted");
    expect(await introspect(before)).toEqual({ active: false });
  });
});
