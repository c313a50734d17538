// JWS signatures with node:crypto, synchronously: no promise and no thread between a request and its signature. It sees signing inputs, never claims.
import { createPrivateKey, createPublicKey, generateKeyPair, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { decodeBase64url, encodeBase64url } from "../kernel/base64url.ts";
import { equalTexts } from "../kernel/bytes.ts";
import type { JsonObject } from "../kernel/json.ts";
import { systemRandom } from "../kernel/random.ts";
import { checkJwk, generateSecretJwk, publicPartOf } from "../keys/jwk.ts";
import type { JwsKey, JwsKeys } from "../keys/jws.ts";
import type { SigningAlgorithm } from "../keys/key-store.ts";
import { derToRaw, rawToDer } from "./ecdsa-signature.ts";
import { hmacSha256 } from "./hmac-sha256.ts";

const makeKeyPair = promisify(generateKeyPair);

/** Signing and verifying with node:crypto: synchronous, on the calling thread. Throws `TypeError` for a JWK that does not fit its algorithm. */
export const nodeJwsKeys: JwsKeys = Object.freeze({
  async importJwk(algorithm: SigningAlgorithm, jwk: JsonObject): Promise<JwsKey> {
    const kind = checkJwk(algorithm, jwk);
    if (kind === "secret") return hmacKey(decodeBase64url(String(jwk["k"]))!);
    const publicKey = createPublicKey({ key: publicPartOf(algorithm, jwk), format: "jwk" });
    const privateKey = kind === "private" ? createPrivateKey({ key: jwk, format: "jwk" }) : undefined;
    if (algorithm === "ES256") return ecdsaKey(privateKey, publicKey);
    return plainKey(algorithm === "RS256" ? "RS256" : "EdDSA", privateKey, publicKey);
  },

  async generate(algorithm: SigningAlgorithm) {
    if (algorithm === "HS256") return { privateJwk: generateSecretJwk(systemRandom), publicJwk: null };
    const privateJwk = (await makePrivateKey(algorithm)).export({ format: "jwk" }) as JsonObject;
    return { privateJwk, publicJwk: publicPartOf(algorithm, privateJwk) };
  },
});

async function makePrivateKey(algorithm: Exclude<SigningAlgorithm, "HS256">): Promise<KeyObject> {
  switch (algorithm) {
    case "EdDSA":
      return (await makeKeyPair("ed25519")).privateKey;
    case "ES256":
      return (await makeKeyPair("ec", { namedCurve: "P-256" })).privateKey;
    case "RS256":
      return (await makeKeyPair("rsa", { modulusLength: 2048 })).privateKey;
  }
}

/** A MAC has one canonical text, so the texts are compared. */
function hmacKey(secret: Uint8Array): JwsKey {
  const mac = hmacSha256(secret);
  return Object.freeze({
    algorithm: "HS256" as const,
    sign: mac,
    verify: (signingInput: string, signature: string) => equalTexts(signature, mac(signingInput)),
  });
}

/** EdDSA hashes by itself (RFC 8032 §5.1); RS256 is RSASSA-PKCS1-v1_5, Node's default padding. */
function plainKey(algorithm: "EdDSA" | "RS256", privateKey: KeyObject | undefined, publicKey: KeyObject): JwsKey {
  const digest = algorithm === "RS256" ? "sha256" : null;
  return Object.freeze({
    algorithm,
    sign: (signingInput: string) => sign(digest, Buffer.from(signingInput), signerOf(privateKey)).toString("base64url"),
    verify(signingInput: string, signature: string): boolean {
      const bytes = decodeBase64url(signature);
      return bytes !== undefined && verify(digest, Buffer.from(signingInput), publicKey, bytes);
    },
  });
}

/** OpenSSL's own DER form, converted here: `dsaEncoding: "ieee-p1363"` makes Node import the key anew at each call (see decisions/006). */
function ecdsaKey(privateKey: KeyObject | undefined, publicKey: KeyObject): JwsKey {
  return Object.freeze({
    algorithm: "ES256" as const,
    sign: (signingInput: string) =>
      encodeBase64url(derToRaw(sign("sha256", Buffer.from(signingInput), signerOf(privateKey)))),
    verify(signingInput: string, signature: string): boolean {
      const bytes = decodeBase64url(signature);
      return bytes?.length === 64 && verify("sha256", Buffer.from(signingInput), publicKey, rawToDer(bytes));
    },
  });
}

function signerOf(privateKey: KeyObject | undefined): KeyObject {
  if (privateKey === undefined) throw new TypeError("A public key cannot sign");
  return privateKey;
}
