// Whether a JWK fits the algorithm that it is imported for (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). Every runtime asks here, so that all of them refuse the same keys.
import { decodeBase64url, encodeBase64url } from "../kernel/base64url.ts";
import type { JsonObject } from "../kernel/json.ts";
import type { RandomBytes } from "../kernel/random.ts";
import type { SigningAlgorithm } from "./key-store.ts";

/** What a JWK can do: `secret` and `private` sign and verify, `public` verifies. */
export type JwkKind = "secret" | "private" | "public";

interface JwkShape {
  readonly kty: string;
  readonly crv?: string;
  /** Spellings of `alg` that mean this algorithm. */
  readonly alg: readonly string[];
  /** Members of base64url that a public or secret key has, with their length in bytes where it is fixed. */
  readonly members: Readonly<Record<string, number | undefined>>;
  /** Members that make it a private key: all of them or none. */
  readonly privateMembers: Readonly<Record<string, number | undefined>>;
}

const shapes: Readonly<Record<SigningAlgorithm, JwkShape>> = {
  EdDSA: {
    kty: "OKP",
    crv: "Ed25519",
    alg: ["EdDSA", "Ed25519"],
    members: { x: 32 },
    privateMembers: { d: 32 },
  },
  ES256: { kty: "EC", crv: "P-256", alg: ["ES256"], members: { x: 32, y: 32 }, privateMembers: { d: 32 } },
  RS256: {
    kty: "RSA",
    alg: ["RS256"],
    members: { n: undefined, e: undefined },
    privateMembers: { d: undefined, p: undefined, q: undefined, dp: undefined, dq: undefined, qi: undefined },
  },
  HS256: { kty: "oct", alg: ["HS256"], members: { k: undefined }, privateMembers: {} },
};

/** The smallest RSA modulus in bits (RFC 7518 §3.3). */
const minimumModulusBits = 2048;

/**
 * Says what the JWK can do with the algorithm.
 * @throws TypeError where `kty`, `crv`, `alg`, `use` or a member does not fit, a member is not canonical base64url, or an RSA modulus has fewer than 2048 bits (RFC 7518 §3.3).
 */
export function checkJwk(algorithm: SigningAlgorithm, jwk: JsonObject): JwkKind {
  const shape = shapes[algorithm];
  if (jwk["kty"] !== shape.kty) throw unfit(algorithm, `"kty" must be ${shape.kty}`);
  if (jwk["crv"] !== shape.crv) throw unfit(algorithm, `"crv" must be ${shape.crv ?? "absent"}`);
  const { alg, use } = jwk;
  if (alg !== undefined && !shape.alg.includes(String(alg))) throw unfit(algorithm, `"alg" is ${JSON.stringify(alg)}`);
  if (use !== undefined && use !== "sig") throw unfit(algorithm, `"use" is ${JSON.stringify(use)}`);
  if (jwk["oth"] !== undefined) throw unfit(algorithm, "RSA keys of more than two primes are not supported");
  for (const [name, length] of Object.entries(shape.members)) checkMember(algorithm, jwk, name, length);
  if (algorithm === "RS256" && modulusBits(jwk) < minimumModulusBits)
    throw unfit(algorithm, `the modulus has ${modulusBits(jwk)} bits, at least ${minimumModulusBits} are needed`);
  if (algorithm === "HS256") return "secret";
  const privateMembers = Object.entries(shape.privateMembers);
  if (privateMembers.every(([name]) => jwk[name] === undefined)) return "public";
  for (const [name, length] of privateMembers) checkMember(algorithm, jwk, name, length);
  return "private";
}

/** Only the members that verify: no private part, and nothing of the JWK's metadata. For asymmetric algorithms. */
export function publicPartOf(algorithm: SigningAlgorithm, jwk: JsonObject): JsonObject {
  const { kty, crv, members } = shapes[algorithm];
  const part: Record<string, string> = crv === undefined ? { kty } : { kty, crv };
  for (const name of Object.keys(members)) part[name] = String(jwk[name]);
  return part;
}

/** A new HS256 key of 256 bits (RFC 7518 §3.2). */
export function generateSecretJwk(random: RandomBytes): JsonObject {
  return { kty: "oct", k: encodeBase64url(random(32)) };
}

function checkMember(algorithm: SigningAlgorithm, jwk: JsonObject, name: string, length: number | undefined): void {
  const value = jwk[name];
  const bytes = typeof value === "string" ? decodeBase64url(value) : undefined;
  if (bytes === undefined || bytes.length === 0 || (length !== undefined && bytes.length !== length))
    throw unfit(algorithm, `"${name}" must be base64url${length === undefined ? "" : ` of ${length} bytes`}`);
}

function modulusBits(jwk: JsonObject): number {
  const modulus = decodeBase64url(String(jwk["n"])) ?? new Uint8Array();
  const first = modulus.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (modulus.length - first) * 8 - (Math.clz32(modulus[first]!) - 24);
}

function unfit(algorithm: SigningAlgorithm, why: string): TypeError {
  return new TypeError(`The JWK does not fit ${algorithm}: ${why}`);
}
