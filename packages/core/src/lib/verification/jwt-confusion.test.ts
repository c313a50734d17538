// The JWT confusion corpus (class 4): whatever a header says, the key decides. Every forgery is refused, none is a fault.
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decodeBase64url, encodeBase64url } from "../kernel/base64url.ts";
import { utf8 } from "../kernel/bytes.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";

const part = (value: unknown) => encodeBase64url(utf8(typeof value === "string" ? value : JSON.stringify(value)));
const json = (text: string) => JSON.parse(new TextDecoder().decode(decodeBase64url(text))) as Record<string, unknown>;

async function loggedIn() {
  const realm = createTestRealm();
  await realm.provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
  const { tokens } = await realm.provider.logIn({ identifier: "kim", password: testPassword });
  const [header, payload, signature] = tokens.accessToken.split(".") as [string, string, string];
  const { keys } = await realm.provider.jwks();
  return { ...realm, tokens, header, payload, signature, publicJwk: keys[0]! };
}

type Setting = Awaited<ReturnType<typeof loggedIn>>;

const hmac = (input: string, secret: string | Uint8Array) =>
  createHmac("sha256", secret).update(input).digest("base64url");
const withHeader = (at: Setting, change: Record<string, unknown>) =>
  `${part({ ...json(at.header), ...change })}.${at.payload}`;

const forgeries: Record<string, (at: Setting) => string> = {
  "alg none without a signature": (at) => `${withHeader(at, { alg: "none" })}.`,
  "alg none with the old signature": (at) => `${withHeader(at, { alg: "none" })}.${at.signature}`,
  "alg NONE in capitals": (at) => `${withHeader(at, { alg: "NONE" })}.${at.signature}`,
  "HS256 with the public key as the secret": (at) => {
    const input = withHeader(at, { alg: "HS256" });
    return `${input}.${hmac(input, JSON.stringify(at.publicJwk))}`;
  },
  "HS256 with the public key's bytes as the secret": (at) => {
    const input = withHeader(at, { alg: "HS256" });
    return `${input}.${hmac(input, decodeBase64url(at.publicJwk["x"] as string)!)}`;
  },
  "HS256 with an empty secret": (at) => {
    const input = withHeader(at, { alg: "HS256", kid: undefined });
    return `${input}.${hmac(input, "")}`;
  },
  "an alg that the key does not have": (at) => `${withHeader(at, { alg: "RS256" })}.${at.signature}`,
  "an alg that is no string": (at) => `${withHeader(at, { alg: ["EdDSA"] })}.${at.signature}`,
  "an embedded jwk": (at) => `${withHeader(at, { jwk: at.publicJwk, kid: undefined })}.${at.signature}`,
  "a jku": (at) => `${withHeader(at, { jku: "http://127.0.0.1:1/jwks.json", kid: "x" })}.${at.signature}`,
  "an x5u": (at) => `${withHeader(at, { x5u: "http://127.0.0.1:1/cert.pem" })}.${at.signature}`,
  "a kid that is a path": (at) => `${withHeader(at, { kid: "../../../../dev/null" })}.${at.signature}`,
  "a kid that is SQL": (at) => `${withHeader(at, { kid: "' OR 1=1 --" })}.${at.signature}`,
  "a kid that is no string": (at) => `${withHeader(at, { kid: { $ne: null } })}.${at.signature}`,
  "a kid that is a property of every object": (at) => `${withHeader(at, { kid: "__proto__" })}.${at.signature}`,
  "a critical extension": (at) => `${withHeader(at, { crit: ["exp"] })}.${at.signature}`,
  "a psychic signature (zeros)": (at) => `${at.header}.${at.payload}.${encodeBase64url(new Uint8Array(64))}`,
  "a truncated signature": (at) =>
    `${at.header}.${at.payload}.${encodeBase64url(decodeBase64url(at.signature)!.slice(0, 32))}`,
  "another subject": (at) =>
    `${at.header}.${part({ ...json(at.payload), sub: "2222222222222222222222" })}.${at.signature}`,
  "more roles": (at) => `${at.header}.${part({ ...json(at.payload), roles: ["ADMIN"] })}.${at.signature}`,
  "duplicate claims": (at) => {
    const text = new TextDecoder().decode(decodeBase64url(at.payload));
    return `${at.header}.${part(text.replace("{", '{"exp":9999999999,'))}.${at.signature}`;
  },
  "a payload that is a list": (at) => `${at.header}.${part([])}.${at.signature}`,
  "a deeply nested payload": (at) => `${at.header}.${part(`${"[".repeat(3000)}${"]".repeat(3000)}`)}.${at.signature}`,
  "a JWE": (at) => `${part({ alg: "dir", enc: "A256GCM", zip: "DEF" })}..AAAA.AAAA.AAAA${at.signature}`,
  "100,000 characters": (at) => `${at.header}.${"A".repeat(100_000)}.${at.signature}`,
  padding: (at) => `${at.header}.${at.payload}.${at.signature}==`,
  "stray bits in the last character": (at) => {
    const last = at.signature.at(-1)!;
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return `${at.header}.${at.payload}.${at.signature.slice(0, -1)}${alphabet[alphabet.indexOf(last) | 1]}`;
  },
  "base64 instead of base64url": (at) =>
    `${at.header}.${at.payload}.${Buffer.from(decodeBase64url(at.signature)!).toString("base64")}`,
  "a leading blank": (at) => ` ${at.tokens.accessToken}`,
  "a trailing line break": (at) => `${at.tokens.accessToken}\n`,
  "the refresh token": (at) => at.tokens.refreshToken,
};

describe("class 4: JWT confusion", () => {
  it.each(Object.entries(forgeries))("refuses %s", async (_, forge) => {
    const at = await loggedIn();
    const verdict = await Promise.resolve()
      .then(() => at.provider.verifyAccessToken(forge(at)))
      .catch((error: { code?: string }) => error.code);
    expect(verdict).toMatch(/^access_token_(malformed|signature_invalid|wrong_kind)$/);
  });

  it("class 5: refuses an access token where a refresh token is wanted", async () => {
    const at = await loggedIn();
    await expect(at.provider.refresh(at.tokens.accessToken)).rejects.toMatchObject({
      code: /^refresh_token_(signature_invalid|wrong_kind)$/,
    });
  });

  it("class 5: refuses tokens of another realm with the same storage and master key", async () => {
    const at = await loggedIn();
    const other = at.again({ realm: "other", issuer: "https://id.example/other" });
    await expect(Promise.resolve().then(() => other.verifyAccessToken(at.tokens.accessToken))).rejects.toMatchObject({
      code: "access_token_signature_invalid",
    });
    await expect(other.refresh(at.tokens.refreshToken)).rejects.toMatchObject({
      code: "refresh_token_signature_invalid",
    });
  });

  it("class 4: re-encoded copies of a logged-out token stay dead", async () => {
    const at = await loggedIn();
    await at.provider.verifyAccessToken(at.tokens.accessToken);
    await at.provider.logOut(at.tokens.refreshToken);
    const copies = [
      at.tokens.accessToken,
      `${at.tokens.accessToken}=`,
      forgeries["stray bits in the last character"]!(at),
      ` ${at.tokens.accessToken}`,
    ];
    for (const copy of copies) {
      await expect(Promise.resolve().then(() => at.provider.verifyAccessToken(copy))).rejects.toMatchObject({
        code: /^access_token_(revoked|malformed)$/,
      });
    }
  });
});
