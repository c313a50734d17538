// Which claims a realm's tokens carry, in which order, and from where. Data only: contracts whose clients expect fixed claim sets are tables of this type.
import type { JsonValue } from "../kernel/json.ts";

/** Where a claim's value comes from. */
export type ClaimSource =
  | { readonly literal: JsonValue }
  | {
      readonly from:
        | "issuer"
        | "audience"
        | "account_id"
        | "account_number"
        | "issued_at"
        | "expires_at"
        | "token_id"
        | "session_id"
        | "client_id"
        | "roles";
    }
  | { readonly identifier: string }
  | { readonly attribute: string };

/** One kind of token: its header's members in order, its `typ`, and its claims in order. */
export interface TokenProfile {
  /** Members of the JOSE header, in the order in which they are serialised. */
  readonly header: readonly ("alg" | "typ" | "kid")[];
  /** The `typ` header parameter (RFC 7515 §4.1.9), checked at verification. */
  readonly typ: string;
  /** Claims in the order in which they are serialised. Literal ones are checked at verification. */
  readonly claims: Readonly<Record<string, ClaimSource>>;
}

/** The claims of a realm's tokens. */
export interface ClaimsProfile {
  readonly access: TokenProfile;
  readonly refresh: TokenProfile;
  /** The form of `jti`: 32 hexadecimal digits or a UUIDv4. */
  readonly tokenIdForm: "hex" | "uuid";
  /** Whether refresh tokens are signed by a key of their own that only the issuer has, or by the access tokens' key. */
  readonly refreshKey: "own" | "shared";
}

/** The default: JWT access tokens of RFC 9068, refresh tokens as `rt+jwt` under a key of their own. */
export const rfc9068Claims: ClaimsProfile = Object.freeze({
  access: {
    header: ["alg", "typ", "kid"],
    typ: "at+jwt",
    claims: {
      iss: { from: "issuer" },
      sub: { from: "account_id" },
      aud: { from: "audience" },
      exp: { from: "expires_at" },
      iat: { from: "issued_at" },
      jti: { from: "token_id" },
      client_id: { from: "client_id" },
      sid: { from: "session_id" },
      roles: { from: "roles" },
    },
  },
  refresh: {
    header: ["alg", "typ", "kid"],
    typ: "rt+jwt",
    claims: {
      iss: { from: "issuer" },
      sub: { from: "account_id" },
      exp: { from: "expires_at" },
      iat: { from: "issued_at" },
      jti: { from: "token_id" },
    },
  },
  tokenIdForm: "uuid",
  refreshKey: "own",
} satisfies ClaimsProfile);
