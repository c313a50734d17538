import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMountedRealm } from "./testing/test-realm.ts";

const realm = createMountedRealm();
const { send } = realm;
afterAll(() => realm.close());

const encode = (value: object | string) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

let token: string;
let header: Record<string, unknown>;
let claims: Record<string, unknown>;
let signature: string;
let publicKey: { x: string };
beforeAll(async () => {
  token = (await realm.signUp("bearer")).access_token;
  const parts = token.split(".");
  [header, claims] = [decode(parts[0]!), decode(parts[1]!)];
  signature = parts[2]!;
  publicKey = (await send("GET", "/v1/.well-known/jwks.json")).json.keys[0];
});

/** Spoils the good token; each must be refused as a token, never crash. */
const forgeries: Readonly<Record<string, () => string>> = {
  "alg none": () => `${encode({ ...header, alg: "none" })}.${encode(claims)}.`,
  "alg None with the old signature": () => `${encode({ ...header, alg: "None" })}.${encode(claims)}.${signature}`,
  "HS256 with the public key as secret": () => {
    const signed = `${encode({ ...header, alg: "HS256" })}.${encode(claims)}`;
    return `${signed}.${createHmac("sha256", Buffer.from(publicKey.x, "base64url")).update(signed).digest("base64url")}`;
  },
  "an embedded jwk": () => `${encode({ ...header, jwk: publicKey })}.${encode(claims)}.${signature}`,
  "a jku": () => `${encode({ ...header, jku: "https://attacker.example/jwks" })}.${encode(claims)}.${signature}`,
  "a kid of another file": () => `${encode({ ...header, kid: "../../dev/null" })}.${encode(claims)}.${signature}`,
  "a kid of SQL": () => `${encode({ ...header, kid: "' OR '1'='1" })}.${encode(claims)}.${signature}`,
  crit: () => `${encode({ ...header, crit: ["exp"] })}.${encode(claims)}.${signature}`,
  "an empty signature": () => token.slice(0, token.lastIndexOf(".") + 1),
  "an all-zero signature": () => `${token.slice(0, token.lastIndexOf("."))}.${encode("\0".repeat(64))}`,
  "another subject": () =>
    `${encode(header)}.${encode({ ...claims, sub: "2".repeat(22), roles: ["ADMIN"] })}.${signature}`,
  "repeated claims": () =>
    `${encode(header)}.${encode(`${JSON.stringify(claims).slice(0, -1)},"sub":"x"}`)}.${signature}`,
  "claims that are no object": () => `${encode(header)}.${encode("[]")}.${signature}`,
  "two parts": () => token.split(".").slice(0, 2).join("."),
  "four parts": () => `${token}.x`,
  "five parts, as a JWE": () => `${encode({ alg: "dir", enc: "A256GCM" })}..AAAA.AAAA.AAAA`,
  "100 kB": () => `${token}${"A".repeat(100_000)}`,
  blanks: () => token.replaceAll(".", ". "),
  padding: () => `${token}==`,
};

describe("class 4: JWT confusion is 401 everywhere, never 5xx", () => {
  it.each(Object.keys(forgeries))("%s", async (name) => {
    const forged = forgeries[name]!();
    expect((await send("GET", "/v1/me", { token })).status).toBe(200);
    const asAccess = await send("GET", "/v1/me", { token: forged });
    expect([asAccess.status, asAccess.json.error.code]).toEqual([401, "INVALID_TOKEN"]);
    if (forged.length < 60_000) {
      const asRefresh = await send("POST", "/v1/token/refresh", { body: { refresh_token: forged } });
      expect([asRefresh.status, asRefresh.json.error.code]).toEqual([401, "INVALID_TOKEN"]);
    }
  });

  it.each(["Token", "JWT", "Basic", "Negotiate"])("the scheme %s carries no access token", async (scheme) => {
    const answer = await send("GET", "/v1/me", { headers: { authorization: `${scheme} ${token}` } });
    expect([answer.status, answer.json.error.code]).toEqual([401, "TOKEN_NOT_FOUND"]);
  });

  it("tokens in query or body are no credentials", async () => {
    expect((await send("GET", `/v1/me?access_token=${token}`)).status).toBe(401);
    expect((await send("PATCH", "/v1/me", { body: { access_token: token } })).status).toBe(401);
  });

  it("re-encoded copies of a logged-out token stay dead", async () => {
    const { access_token: dead } = await realm.signUp("leaver");
    await send("POST", "/v1/logout", { token: dead });
    const last = alphabet.indexOf(dead.at(-1)!);
    const copies = [1, 2, 3].map((bit) => dead.slice(0, -1) + alphabet[last ^ bit]!);
    for (const copy of [dead, `${dead}=`, `${dead}==`, ...copies]) {
      expect((await send("GET", "/v1/me", { token: copy })).status).toBe(401);
    }
  });

  it("an expired token says so", async () => {
    const { access_token, refresh_token } = await realm.signUp("late");
    realm.clock.advance(301_000);
    const answer = await send("GET", "/v1/me", { token: access_token });
    expect([answer.status, answer.json.error.code]).toEqual([401, "TOKEN_EXPIRED"]);
    realm.clock.advance(14 * 86_400_000);
    const refreshed = await send("POST", "/v1/token/refresh", { body: { refresh_token } });
    expect([refreshed.status, refreshed.json.error.code]).toEqual([401, "TOKEN_EXPIRED"]);
  });

  it("a refresh token that is used again, late, is TOKEN_REUSED, and its successor is dead", async () => {
    const { refresh_token } = await realm.signUp("victim");
    const next = (await send("POST", "/v1/token/refresh", { body: { refresh_token } })).json;
    realm.clock.advance(11_000);
    const reused = await send("POST", "/v1/token/refresh", { body: { refresh_token } });
    expect([reused.status, reused.json.error.code]).toEqual([401, "TOKEN_REUSED"]);
    const successor = await send("POST", "/v1/token/refresh", { body: { refresh_token: next.refresh_token } });
    expect([successor.status, successor.json.error.code]).toEqual([401, "TOKEN_REVOKED"]);
    expect((await send("GET", "/v1/me", { token: next.access_token })).status).toBe(401);
  });
});
