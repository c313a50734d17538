// Signatures of the JWS compact serialisation (RFC 7515 §3.1), as the runtime supplies them. The algorithm is the key's; a token's header chooses nothing.
import type { JsonObject } from "../kernel/json.ts";
import type { SigningAlgorithm } from "./key-store.ts";

/** A key that can sign and verify, or only verify. */
export interface JwsKey {
  readonly algorithm: SigningAlgorithm;
  /** Signs the ASCII signing input (`header.payload`); the signature in base64url. Throws for a public key. */
  sign(signingInput: string): string | Promise<string>;
  /** Whether the signature (canonical base64url) is this key's. */
  verify(signingInput: string, signature: string): boolean | Promise<boolean>;
}

/** Makes and imports keys. */
export interface JwsKeys {
  /** A JWK (RFC 7517): private ones sign and verify, public ones verify; `kty: "oct"` for HS256. */
  importJwk(algorithm: SigningAlgorithm, jwk: JsonObject): Promise<JwsKey>;
  /** A new key: the private JWK and, for asymmetric algorithms, the public one. */
  generate(
    algorithm: SigningAlgorithm,
  ): Promise<{ readonly privateJwk: JsonObject; readonly publicJwk: JsonObject | null }>;
}
