// The JWT confusion corpus (class 4): one well-signed access token, and what an attacker makes of it. Each verifier is held to refuse all of it.
import { createHmac } from "node:crypto";
import { decodeBase64url, encodeBase64url } from "../kernel/base64url.ts";
import { utf8 } from "../kernel/bytes.ts";
import type { JsonObject } from "../kernel/json.ts";

/** What an attacker has: tokens of an account of his own, and the published key. */
export interface ForgeryMaterial {
  readonly tokens: { readonly accessToken: string; readonly refreshToken: string };
  /** The access token's parts. */
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
  readonly publicJwk: JsonObject;
}

/** Takes the access token apart. */
export function forgeryMaterial(tokens: ForgeryMaterial["tokens"], publicJwk: JsonObject): ForgeryMaterial {
  const [header, payload, signature] = tokens.accessToken.split(".") as [string, string, string];
  return { tokens, header, payload, signature, publicJwk };
}

const part = (value: unknown) => encodeBase64url(utf8(typeof value === "string" ? value : JSON.stringify(value)));
const json = (text: string) => JSON.parse(new TextDecoder().decode(decodeBase64url(text))) as Record<string, unknown>;

const hmac = (input: string, secret: string | Uint8Array) =>
  createHmac("sha256", secret).update(input).digest("base64url");
const withHeader = (at: ForgeryMaterial, change: Record<string, unknown>) =>
  `${part({ ...json(at.header), ...change })}.${at.payload}`;

/** Forgeries by what they try. */
export const forgeries: Readonly<Record<string, (at: ForgeryMaterial) => string>> = {
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
