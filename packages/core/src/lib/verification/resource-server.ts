// Verifies access tokens where there is no database: by the issuer's published keys alone (RFC 9068 §4).
// It sees signature, issuer, audience, kind and time. It cannot see revocation, log-out, a disabled account or changed roles before the token expires:
// keep access tokens short, or ask the issuer (RFC 7662) where that matters.
import { errors, jwtVerify } from "jose";
import type { JWTPayload, JWTVerifyOptions } from "jose";
import type { IdentityErrorCode } from "../errors/identity-error.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { Clock } from "../kernel/clock.ts";
import { systemClock, toSeconds } from "../kernel/clock.ts";
import { parseCompactJws } from "../kernel/compact-jws.ts";
import type { JsonObject } from "../kernel/json.ts";
import type { PublishedKeys } from "./published-keys.ts";
import { publishedKeys } from "./published-keys.ts";
import { createVerifiedTokenCache } from "./verified-token-cache.ts";

/** Options of {@link createResourceServerVerifier}. */
export interface ResourceServerOptions {
  /** The issuer identifier, compared as it is. */
  readonly issuer: string;
  /** The audience that must be among the token's. Default: the issuer. */
  readonly audience?: string;
  /** Where the issuer publishes its keys. Default: the issuer followed by `/.well-known/jwks.json`. */
  readonly jwksUrl?: string;
  /** The keys themselves, instead of a URL. */
  readonly jwks?: { readonly keys: readonly JsonObject[] };
  /** For how long fetched keys are kept; a retired key is trusted that long. Default 300. */
  readonly jwksMaxAgeSeconds?: number;
  /** Tolerance for `iat` and `nbf` of the future; `exp` has none. Default 5. */
  readonly clockToleranceSeconds?: number;
  readonly clock?: Clock;
  /** Default: the runtime's. */
  readonly fetch?: typeof fetch;
}

/** What a verified access token says. */
export interface VerifiedAccessToken {
  /** The account (`sub`). */
  readonly subject: string;
  readonly clientId: string | undefined;
  readonly sessionId: string | undefined;
  readonly roles: readonly string[];
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  readonly claims: JsonObject;
}

/** Verifies access tokens; answers synchronously for a token that it knows. Throws `IdentityError`: `access_token_*`, or `store_unavailable` where the keys cannot be fetched. */
export type ResourceServerVerifier = (token: string | undefined) => VerifiedAccessToken | Promise<VerifiedAccessToken>;

const algorithms = ["EdDSA", "ES256", "RS256"];

/** Prepares a verifier; keys are fetched at the first token. @throws TypeError for a URL that is none */
export function createResourceServerVerifier(options: ResourceServerOptions): ResourceServerVerifier {
  const { issuer, audience = issuer, clock = systemClock, clockToleranceSeconds = 5 } = options;
  const cache = createVerifiedTokenCache<VerifiedAccessToken>();
  const keys = publishedKeys({
    url: options.jwksUrl ?? `${issuer.replace(/\/$/, "")}/.well-known/jwks.json`,
    jwks: options.jwks,
    maxAgeSeconds: options.jwksMaxAgeSeconds ?? 300,
    fetch: options.fetch ?? fetch,
    clock,
  });

  const verifyFresh = async (token: string): Promise<VerifiedAccessToken> => {
    if (token === "") throw new IdentityError("access_token_missing");
    if (parseCompactJws(token) === undefined) throw new IdentityError("access_token_malformed");
    const now = clock.now();
    const epoch = keys.epoch();
    const { payload } = await verifyJwt(token, keys, {
      algorithms,
      issuer,
      audience,
      typ: "at+jwt",
      currentDate: new Date(now),
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ["sub", "exp", "iat", "jti"],
    }).catch((error: unknown) => {
      throw toIdentityError(error);
    });
    const verified = toVerified(payload);
    if (verified.expiresAt <= toSeconds(now)) throw new IdentityError("access_token_expired");
    if (payload.iat! > toSeconds(now) + clockToleranceSeconds) throw new IdentityError("access_token_not_yet_valid");
    cache.set(token, verified, epoch);
    return verified;
  };

  return (token = "") => {
    const known = keys.fresh() ? cache.get(token, keys.epoch()) : undefined;
    if (known === undefined) return verifyFresh(token);
    if (known.expiresAt * 1000 <= clock.now()) throw new IdentityError("access_token_expired");
    return known;
  };
}

// Where a token names no key and several might be meant, each of them is tried.
async function verifyJwt(
  token: string,
  keys: PublishedKeys,
  options: JWTVerifyOptions,
): Promise<{ readonly payload: JWTPayload }> {
  try {
    return await jwtVerify(token, keys.get, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return await jwtVerify(token, key, options);
      } catch (refusal) {
        if (!(refusal instanceof errors.JWSSignatureVerificationFailed)) throw refusal;
      }
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

// Of the claims, jose has looked at the types of those that are times; they are there.
function toVerified(claims: JWTPayload): VerifiedAccessToken {
  const { exp, sub, client_id: clientId, sid, roles } = claims as Record<string, unknown> & { readonly exp: number };
  if (typeof sub !== "string") throw new IdentityError("access_token_wrong_kind");
  // Frozen: everybody who presents the token gets the same object.
  return Object.freeze({
    subject: sub,
    clientId: typeof clientId === "string" ? clientId : undefined,
    sessionId: typeof sid === "string" ? sid : undefined,
    roles: Object.freeze(Array.isArray(roles) ? roles.filter((role) => typeof role === "string") : []),
    expiresAt: exp,
    claims: Object.freeze(claims as JsonObject),
  });
}

function toIdentityError(error: unknown): IdentityError {
  const refuse = (code: IdentityErrorCode) => new IdentityError(code, { cause: error });
  if (error instanceof errors.JWTExpired) return refuse("access_token_expired");
  if (error instanceof errors.JWTClaimValidationFailed) {
    const isEarly = error.claim === "nbf" && error.reason === "check_failed";
    return refuse(isEarly ? "access_token_not_yet_valid" : "access_token_wrong_kind");
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
    return refuse("access_token_signature_invalid");
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return refuse("access_token_signature_invalid");
  // The form was read before: what is left is the way to the keys, a fault and not the bearer's.
  return new IdentityError("store_unavailable", { cause: error, retryAfterSeconds: 1 });
}
