// JWS signatures on Web Crypto, with jose for importing and making keys: runs on every runtime. It sees signing inputs, never claims.
import { importJWK } from "jose/key/import";
import { exportJWK } from "jose/key/export";
import { generateKeyPair } from "jose/key/generate/keypair";
import { decodeBase64url, encodeBase64url } from "../kernel/base64url.ts";
import { utf8 } from "../kernel/bytes.ts";
import type { JsonObject } from "../kernel/json.ts";
import { systemRandom } from "../kernel/random.ts";
import { checkJwk, generateSecretJwk, publicPartOf } from "./jwk.ts";
import type { JwsKey, JwsKeys } from "./jws.ts";
import type { SigningAlgorithm } from "./key-store.ts";

type SubtleKey = Parameters<typeof crypto.subtle.sign>[1];

const operations: Readonly<Record<SigningAlgorithm, { readonly name: string; readonly hash?: string }>> = {
  EdDSA: { name: "Ed25519" },
  ES256: { name: "ECDSA", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  HS256: { name: "HMAC", hash: "SHA-256" },
};

/** Signing and verifying with Web Crypto: asynchronous, portable. Throws `TypeError` for a JWK that does not fit its algorithm. */
export const webJwsKeys: JwsKeys = Object.freeze({
  async importJwk(algorithm: SigningAlgorithm, jwk: JsonObject): Promise<JwsKey> {
    const kind = checkJwk(algorithm, jwk);
    if (kind === "secret") {
      const secret = await importSecret(String(jwk["k"]));
      return webKey(algorithm, secret, secret);
    }
    const verifying = await importAsymmetric(algorithm, publicPartOf(algorithm, jwk));
    const signing = kind === "private" ? await importAsymmetric(algorithm, jwk) : undefined;
    return webKey(algorithm, signing, verifying);
  },

  async generate(algorithm: SigningAlgorithm) {
    if (algorithm === "HS256") return { privateJwk: generateSecretJwk(systemRandom), publicJwk: null };
    const pair = await generateKeyPair(algorithm, { extractable: true });
    const privateJwk = (await exportJWK(pair.privateKey)) as JsonObject;
    return { privateJwk, publicJwk: publicPartOf(algorithm, privateJwk) };
  },
});

function webKey(algorithm: SigningAlgorithm, signing: SubtleKey | undefined, verifying: SubtleKey): JwsKey {
  const operation = operations[algorithm];
  return Object.freeze({
    algorithm,
    async sign(signingInput: string): Promise<string> {
      if (signing === undefined) throw new TypeError("A public key cannot sign");
      return encodeBase64url(new Uint8Array(await crypto.subtle.sign(operation, signing, utf8(signingInput))));
    },
    async verify(signingInput: string, signature: string): Promise<boolean> {
      const bytes = decodeBase64url(signature);
      return bytes !== undefined && (await crypto.subtle.verify(operation, verifying, bytes, utf8(signingInput)));
    },
  });
}

function importSecret(k: string): Promise<SubtleKey> {
  const bytes = decodeBase64url(k)!;
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

/** The private or public part, with the algorithm pinned by the caller and the JWK's own `alg`, `use`, `key_ops` and `ext` left aside. */
async function importAsymmetric(algorithm: SigningAlgorithm, jwk: JsonObject): Promise<SubtleKey> {
  const { alg: _alg, use: _use, key_ops: _operations, ext: _extractable, ...material } = jwk;
  return (await importJWK({ ...material, kty: String(jwk["kty"]) }, algorithm)) as SubtleKey;
}
