// An issuer for tests of verifiers: keys that it publishes, retires and signs with, and an address that counts who asks for them.
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import type { CryptoKey, JWK } from "jose";
import { encodeBase64url } from "../kernel/base64url.ts";
import { utf8 } from "../kernel/bytes.ts";
import type { JsonObject } from "../kernel/json.ts";
import type { ResourceServerVerifier } from "../verification/resource-server.ts";

/** The issuer identifier. */
export const testIssuer = "https://id.example/v1";

/** A key pair of an issuer. */
export interface TestKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JsonObject;
}

/** Makes a key pair. */
export async function makeTestKey(kid: string, alg = "EdDSA"): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const jwk: JWK = await exportJWK(publicKey);
  return { kid, alg, privateKey, publicJwk: { ...jwk, kid, alg, use: "sig" } };
}

/** Claims of a valid access token at `now` (milliseconds), with changes; `undefined` takes a claim away. */
export function accessClaims(now: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const iat = Math.floor(now / 1000);
  return {
    iss: testIssuer,
    aud: testIssuer,
    sub: "2222222222222222222222",
    jti: "a token",
    iat,
    exp: iat + 300,
    client_id: "latchkey",
    sid: "a family",
    roles: ["USER"],
    ...changes,
  };
}

/** Signs claims as they are; header members that are `undefined` are left out. */
export async function signToken(
  key: TestKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, typ: "at+jwt", kid: key.kid, ...header })
    .sign(key.privateKey);
}

/** An unsigned text in the form of a token. */
export function unsignedToken(header: unknown, claims: unknown): string {
  return [header, claims, "signature"].map((one) => encodeBase64url(utf8(JSON.stringify(one)))).join(".");
}

/** An address that publishes keys. */
export interface KeyAddress {
  readonly fetch: typeof fetch;
  /** What was asked for, in order. */
  readonly asked: string[];
  publish(...keys: readonly TestKey[]): void;
  /** Answers with this from now on, instead of keys. */
  answer(reply: () => Response | Promise<Response>): void;
}

/** Publishes keys at an address that exists only in this process. */
export function publishAt(...keys: readonly TestKey[]): KeyAddress {
  let reply: () => Response | Promise<Response>;
  const asked: string[] = [];
  const address: KeyAddress = {
    asked,
    fetch: async (input) => {
      asked.push(input instanceof Request ? input.url : input.toString());
      return await reply();
    },
    publish: (...published) => {
      reply = () => Response.json({ keys: published.map((key) => key.publicJwk) });
    },
    answer: (next) => {
      reply = next;
    },
  };
  address.publish(...keys);
  return address;
}

/** The code of a refusal, or `accepted`; whether it is thrown or rejected with. */
export async function verdict(verify: ResourceServerVerifier, token: string | undefined): Promise<string> {
  try {
    await verify(token);
    return "accepted";
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

/** Verifies a token until it is remembered: the first time fetches the keys, the second one is kept under them. */
export async function verifyTwice(verify: ResourceServerVerifier, token: string): Promise<void> {
  await verify(token);
  await verify(token);
}
