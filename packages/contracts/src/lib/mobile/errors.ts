// What the contract `mobile` answers to core's errors where it differs from the framework.
import type { WireError, WireErrors } from "../wire-error.ts";
import { detail, drfErrors, fieldErrors } from "../profiles/drf/drf-errors.ts";
import { simpleJwtTexts } from "../profiles/drf/simple-jwt.ts";

/** Refusals that the service's exception handler gives a code. */
const coded = (status: number, code: string, text: string): WireError => ({
  status,
  name: code,
  body: () => ({ detail: text, code }),
});

/** 400 under `non_field_errors`. */
const about = (name: string, text: string): WireError => ({
  ...fieldErrors,
  name,
  body: () => ({ non_field_errors: [text] }),
});

/** The sentence of drfpasswordless for every code that is good for nothing: wrong, replaced, expired, used. */
export const wrongCode = "The token you entered isn't valid.";

const invalidCode: WireError = { ...fieldErrors, name: "invalid_code", body: () => ({ token: [wrongCode] }) };

const takenTexts: Readonly<Record<string, string>> = {
  username: "해당 사용자 이름은 이미 존재합니다.",
  unique_in_site: "유저의 unique in site은/는 이미 존재합니다.",
  unique_key: "유저의 unique key은/는 이미 존재합니다.",
};
const takenText = "이 필드는 반드시 고유(unique)해야 합니다.";

/** Every code of core. */
export const mobileErrors: WireErrors = Object.freeze({
  ...drfErrors({ locale: "ko", simpleJwt: "5.3" }),
  identifier_taken: {
    ...fieldErrors,
    name: "unique",
    body: ({ taken }) => Object.fromEntries(taken.map((name) => [name, [takenTexts[name] ?? takenText]])),
  },
  account_unknown: coded(404, "not_found", "가입하지 않은 회원입니다"),
  account_declined: coded(403, "1005", "승인 거절된 회원입니다."),
  account_pending: coded(406, "1006", "승인 대기중인 회원입니다."),
  account_disabled: about("disabled", "User account is disabled."),
  message_undeliverable: detail(400, "undeliverable", "Unable to send you a login code. Try again later."),
  code_missing: { ...fieldErrors, name: "missing_code", body: () => ({ token: ["Invalid Token"] }) },
  code_invalid: invalidCode,
  code_expired: invalidCode,
  code_used: invalidCode,
  code_exhausted: invalidCode,
} satisfies WireErrors);

/** At log-in with a code an account that is not named is one whose alias is missing. */
export const refusedAlias: Partial<WireErrors> = Object.freeze({
  account_unknown: about("invalid_alias", "Invalid alias parameters provided."),
});

const notIncluded = detail(401, "not_included", "Refresh token was not included in request data.");
const invalid = detail(401, "token_not_valid", simpleJwtTexts.invalidOrExpired);
const blacklisted = detail(401, "token_blacklisted", simpleJwtTexts.blacklisted);

/** Log-out: dj-rest-auth's sentences, without code and challenge. */
export const refusedLogOut: Partial<WireErrors> = Object.freeze({
  request_malformed: notIncluded,
  refresh_token_missing: notIncluded,
  refresh_token_malformed: invalid,
  refresh_token_signature_invalid: invalid,
  refresh_token_unknown: invalid,
  refresh_token_expired: invalid,
  refresh_token_wrong_kind: detail(401, "token_has_wrong_type", simpleJwtTexts.wrongType),
  refresh_token_revoked: blacklisted,
  refresh_token_reused: blacklisted,
});

/** A name that somebody has, where it is only asked for. */
export const duplicate: Partial<WireErrors> = Object.freeze({
  identifier_taken: {
    status: 409,
    name: "duplicate",
    schema: "Duplicate",
    body: () => ({ message: "Duplicate record exists." }),
  },
});
