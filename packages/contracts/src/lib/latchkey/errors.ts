// What the latchkey contract answers to each of core's error codes, and to what is no request of its own.
import type { WireError, WireErrors } from "../wire-error.ts";
import type { ProtocolProblem } from "../wire-profile.ts";
import { bearerChallenge, refuse } from "./refuse.ts";

const invalidRequest = refuse(400, "INVALID_REQUEST");
const notFound = refuse(404, "NOT_FOUND");
const invalidAccess = refuse(401, "INVALID_TOKEN", bearerChallenge("invalid_token"));
// RFC 9110 §15.5.2: every 401 has a challenge; a refresh token is no bearer credential, so there it names no error.
const invalidRefresh = refuse(401, "INVALID_TOKEN", bearerChallenge());
const invalidCode = refuse(400, "INVALID_CODE");

/** Every code of core. */
export const latchkeyErrors: WireErrors = Object.freeze({
  request_malformed: invalidRequest,
  identifier_taken: refuse(409, "USER_ALREADY_EXISTS"),
  signup_closed: refuse(403, "SIGNUP_CLOSED"),
  password_unacceptable: invalidRequest,
  credentials_invalid: refuse(401, "INVALID_CREDENTIALS", bearerChallenge()),
  account_pending: refuse(403, "ACCOUNT_PENDING"),
  account_declined: refuse(403, "ACCOUNT_DECLINED"),
  account_disabled: refuse(403, "ACCOUNT_DISABLED"),
  account_unknown: notFound,
  forbidden: refuse(403, "FORBIDDEN", bearerChallenge("insufficient_scope")),
  rate_limited: refuse(429, "RATE_LIMITED"),
  busy: refuse(503, "BUSY"),
  store_unavailable: refuse(503, "UNAVAILABLE"),
  message_undeliverable: refuse(503, "UNAVAILABLE"),
  session_unknown: notFound,
  resource_unknown: notFound,
  access_token_missing: refuse(401, "TOKEN_NOT_FOUND", bearerChallenge()),
  access_token_malformed: invalidAccess,
  access_token_signature_invalid: invalidAccess,
  access_token_wrong_kind: invalidAccess,
  access_token_not_yet_valid: invalidAccess,
  access_token_expired: refuse(401, "TOKEN_EXPIRED", bearerChallenge("invalid_token")),
  access_token_revoked: refuse(401, "TOKEN_REVOKED", bearerChallenge("invalid_token")),
  access_token_account_unknown: invalidAccess,
  access_token_account_disabled: refuse(401, "TOKEN_REVOKED", bearerChallenge("invalid_token")),
  refresh_token_missing: invalidRequest,
  refresh_token_malformed: invalidRefresh,
  refresh_token_signature_invalid: invalidRefresh,
  refresh_token_wrong_kind: invalidRefresh,
  refresh_token_unknown: invalidRefresh,
  refresh_token_expired: refuse(401, "TOKEN_EXPIRED", bearerChallenge()),
  refresh_token_revoked: refuse(401, "TOKEN_REVOKED", bearerChallenge()),
  refresh_token_reused: refuse(401, "TOKEN_REUSED", bearerChallenge()),
  code_missing: invalidRequest,
  code_invalid: invalidCode,
  code_expired: refuse(400, "CODE_EXPIRED"),
  code_used: invalidCode,
  code_exhausted: refuse(429, "RATE_LIMITED"),
  client_unauthenticated: refuse(401, "INVALID_CLIENT", bearerChallenge()),
} satisfies WireErrors);

/** What is refused before any field is looked at. */
export const latchkeyProblems: Readonly<Record<ProtocolProblem, WireError>> = Object.freeze({
  body_missing: invalidRequest,
  body_malformed: invalidRequest,
  body_not_object: invalidRequest,
  body_too_large: refuse(413, "PAYLOAD_TOO_LARGE"),
  media_type_unsupported: refuse(415, "UNSUPPORTED_MEDIA_TYPE"),
  parameters_malformed: invalidRequest,
  credentials_malformed: refuse(400, "INVALID_REQUEST", bearerChallenge("invalid_request")),
  method_not_allowed: refuse(405, "METHOD_NOT_ALLOWED"),
  not_acceptable: refuse(406, "NOT_ACCEPTABLE"),
  path_unknown: notFound,
} satisfies Record<ProtocolProblem, WireError>);

/** At refresh, an account that may not log in has no live session. */
export const refusedAtRefresh: Partial<WireErrors> = Object.freeze({
  account_pending: latchkeyErrors.refresh_token_revoked,
  account_declined: latchkeyErrors.refresh_token_revoked,
  account_disabled: latchkeyErrors.refresh_token_revoked,
});
