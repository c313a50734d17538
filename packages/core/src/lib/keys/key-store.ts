// The keys' part of the storage port. Private parts are stored encrypted; the store never sees them in clear.
import type { JsonObject } from "../kernel/json.ts";

/** Algorithms that Latchkey signs with (RFC 7518 §3.1, RFC 8037 §3.1). */
export type SigningAlgorithm = "EdDSA" | "ES256" | "RS256" | "HS256";

/** What a key signs: access tokens, or refresh tokens that only the issuer reads. */
export type KeyUse = "access" | "refresh";

/** A stored key of a realm. Times are milliseconds since the epoch. */
export interface KeyRecord {
  readonly realm: string;
  /** The key id (RFC 7515 §4.1.4). */
  readonly kid: string;
  readonly use: KeyUse;
  /** 1, 2, 3 … per (realm, use): of two processes that add the same one, exactly one succeeds. */
  readonly ordinal: number;
  readonly algorithm: SigningAlgorithm;
  /** The public JWK; `null` for a symmetric key. */
  readonly publicJwk: JsonObject | null;
  /** The private JWK, encrypted under the master key. */
  readonly encryptedPrivateJwk: string;
  readonly createdAt: number;
  /** From when it signs; published before. */
  readonly activatesAt: number;
  /** Taken out of use for good, by an operator. */
  readonly retiredAt: number | null;
}

/** Reads of keys. */
export interface KeyReader {
  /** Every key of a realm, retired ones too. */
  list(at: { readonly realm: string }): Promise<readonly KeyRecord[]>;
}

/** Writes inside a unit of work. */
export interface KeyStore extends KeyReader {
  /** `false` where the ordinal or kid is taken. */
  add(key: KeyRecord): Promise<boolean>;
  /** `false` where the key is unknown or already retired. */
  retire(at: { readonly realm: string; readonly kid: string; readonly at: number }): Promise<boolean>;
  /** Replaces the encrypted private part; `false` where it is not `from` any more. */
  rewrap(at: {
    readonly realm: string;
    readonly kid: string;
    readonly from: string;
    readonly to: string;
  }): Promise<boolean>;
  /** Deletes a key for good; for `purge`. */
  remove(at: { readonly realm: string; readonly kid: string }): Promise<boolean>;
}
