// How djangorestframework-simplejwt refuses tokens: `{"detail","code","messages"}`, in the words of 5.4 and later or of 5.3 and earlier.
import type { ClaimsProfile, IdentityErrorCode, TokenProfile } from "@latchkey/core";
import type { WireError } from "../../wire-error.ts";
import type { Locale } from "../../wire-field.ts";
import { drfDetails } from "./drf-texts.ts";

/** Which wording: from 5.4 on the reason is told, up to 5.3 it is `Token is invalid or expired`. */
export type SimpleJwtVersion = "5.4" | "5.3";

/** The challenge of every 401 of its. */
export const bearerRealm: Readonly<Record<string, string>> = Object.freeze({
  "www-authenticate": 'Bearer realm="api"',
});

/** Sentences that are the same in every language of the contracts. */
export const simpleJwtTexts: Readonly<
  Record<
    | "badHeader"
    | "invalidOrExpired"
    | "invalid"
    | "expired"
    | "wrongType"
    | "blacklisted"
    | "noActiveAccount"
    | "noAccountForToken",
    string
  >
> = Object.freeze({
  badHeader: "Authorization header must contain two space-delimited values",
  invalidOrExpired: "Token is invalid or expired",
  invalid: "Token is invalid",
  expired: "Token is expired",
  wrongType: "Token has wrong type",
  blacklisted: "Token is blacklisted",
  noActiveAccount: "No active account found with the given credentials",
  noAccountForToken: "No active account found for the given token.",
});

const notValid: Readonly<Record<Locale, string>> = Object.freeze({
  en: "Given token not valid for any token type",
  ko: "이 토큰은 모든 타입의 토큰에 대해 유효하지 않습니다",
});

type CodesOf<Kind extends string> = Extract<IdentityErrorCode, `${Kind}_${string}`>;

/** Log-in that failed, for whatever reason. */
export const noActiveAccount: WireError = Object.freeze({
  status: 401,
  name: "no_active_account",
  body: () => ({ detail: simpleJwtTexts.noActiveAccount }),
  headers: bearerRealm,
} satisfies WireError);

function refuse(name: string, detail: string, code?: string): WireError {
  return {
    status: 401,
    name,
    body: () => (code === undefined ? { detail } : { detail, code }),
    headers: bearerRealm,
  };
}

/** Refusals of a bearer's access token. */
export function accessTokenRefusals(
  locale: Locale,
  version: SimpleJwtVersion,
): Readonly<Record<CodesOf<"access_token">, WireError>> {
  const refused = (name: string, message: string): WireError => ({
    ...refuse(name, ""),
    body: () => ({
      detail: notValid[locale],
      code: "token_not_valid",
      messages: [{ token_class: "AccessToken", token_type: "access", message }],
    }),
  });
  const known = version === "5.4";
  const { invalidOrExpired, wrongType } = simpleJwtTexts;
  const invalid = refused("token_not_valid", known ? simpleJwtTexts.invalid : invalidOrExpired);
  return {
    access_token_missing: refuse("not_authenticated", drfDetails.notAuthenticated[locale]),
    access_token_malformed: invalid,
    access_token_signature_invalid: invalid,
    access_token_not_yet_valid: invalid,
    access_token_revoked: invalid,
    access_token_wrong_kind: refused("token_has_wrong_type", wrongType),
    access_token_expired: refused("token_expired", known ? simpleJwtTexts.expired : invalidOrExpired),
    access_token_account_unknown: refuse("user_not_found", "User not found", "user_not_found"),
    access_token_account_disabled: refuse("user_inactive", "User is inactive", "user_inactive"),
  };
}

/** Refusals of a refresh token at the token endpoints. */
export function refreshTokenRefusals(
  locale: Locale,
  version: SimpleJwtVersion,
): Readonly<Record<CodesOf<"refresh_token">, WireError>> {
  const refused = (name: string, text: string) => refuse(name, text, "token_not_valid");
  const known = version === "5.4";
  const { invalidOrExpired, wrongType, blacklisted } = simpleJwtTexts;
  const invalid = refused("token_not_valid", known ? simpleJwtTexts.invalid : invalidOrExpired);
  const black = refused("token_blacklisted", blacklisted);
  const required = locale === "ko" ? "이 필드는 필수 항목입니다." : "This field is required.";
  return {
    refresh_token_missing: {
      status: 400,
      name: "required",
      body: () => ({ refresh: [required] }),
      schema: "FieldErrors",
    },
    refresh_token_malformed: invalid,
    refresh_token_signature_invalid: invalid,
    refresh_token_unknown: invalid,
    refresh_token_wrong_kind: refused("token_has_wrong_type", wrongType),
    refresh_token_expired: refused("token_expired", known ? simpleJwtTexts.expired : invalidOrExpired),
    refresh_token_revoked: black,
    refresh_token_reused: black,
  };
}

/** The claims of SimpleJWT's tokens in the order in which it writes them. `header` is the order of its header's members, `userId` what `USER_ID_FIELD` names. */
export function simpleJwtClaims(
  header: readonly ("alg" | "typ")[],
  userId: "account_number" | "account_id" = "account_number",
): ClaimsProfile {
  const profile = (tokenType: "access" | "refresh"): TokenProfile => ({
    header,
    typ: "JWT",
    claims: {
      token_type: { literal: tokenType },
      exp: { from: "expires_at" },
      iat: { from: "issued_at" },
      jti: { from: "token_id" },
      user_id: { from: userId },
    },
  });
  return { access: profile("access"), refresh: profile("refresh"), tokenIdForm: "hex", refreshKey: "shared" };
}
