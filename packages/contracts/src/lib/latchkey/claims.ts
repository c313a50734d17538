// The claims of the latchkey contract's tokens: RFC 9068 for access tokens; refresh tokens are only the issuer's to read.
import type { ClaimsProfile } from "@latchkey/core";

/** Claims in the order in which they are serialised. */
export const latchkeyClaims: ClaimsProfile = Object.freeze({
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
