// The one error of core: a closed union of codes with a log level each. It knows no status, no text and no language.
import type { FieldProblems } from "./field-problem.ts";

/** How loudly an error is logged: `debug` a caller's everyday mistake, `info` worth knowing, `warn` an attack or a limit, `error` a fault of ours. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** The closed union of error codes. A contract maps each of them; a new one breaks the build of every contract until it is mapped. */
export type IdentityErrorCode =
  | "request_malformed"
  | "identifier_taken"
  | "signup_closed"
  | "password_unacceptable"
  | "credentials_invalid"
  | "account_pending"
  | "account_declined"
  | "account_disabled"
  | "account_unknown"
  | "forbidden"
  | "rate_limited"
  | "busy"
  | "store_unavailable"
  | "message_undeliverable"
  | "session_unknown"
  | "resource_unknown"
  | "access_token_missing"
  | "access_token_malformed"
  | "access_token_signature_invalid"
  | "access_token_wrong_kind"
  | "access_token_not_yet_valid"
  | "access_token_expired"
  | "access_token_revoked"
  | "access_token_account_unknown"
  | "access_token_account_disabled"
  | "refresh_token_missing"
  | "refresh_token_malformed"
  | "refresh_token_signature_invalid"
  | "refresh_token_wrong_kind"
  | "refresh_token_unknown"
  | "refresh_token_expired"
  | "refresh_token_revoked"
  | "refresh_token_reused"
  | "code_missing"
  | "code_invalid"
  | "code_expired"
  | "code_used"
  | "code_exhausted"
  | "client_unauthenticated";

/** Every code with its log level. */
export const identityErrorLevels: Readonly<Record<IdentityErrorCode, LogLevel>> = Object.freeze({
  request_malformed: "debug",
  identifier_taken: "debug",
  signup_closed: "info",
  password_unacceptable: "debug",
  credentials_invalid: "info",
  account_pending: "info",
  account_declined: "info",
  account_disabled: "info",
  account_unknown: "debug",
  forbidden: "info",
  rate_limited: "warn",
  busy: "warn",
  store_unavailable: "error",
  message_undeliverable: "error",
  session_unknown: "debug",
  resource_unknown: "debug",
  access_token_missing: "debug",
  access_token_malformed: "debug",
  access_token_signature_invalid: "info",
  access_token_wrong_kind: "info",
  access_token_not_yet_valid: "info",
  access_token_expired: "debug",
  access_token_revoked: "info",
  access_token_account_unknown: "info",
  access_token_account_disabled: "info",
  refresh_token_missing: "debug",
  refresh_token_malformed: "debug",
  refresh_token_signature_invalid: "info",
  refresh_token_wrong_kind: "info",
  refresh_token_unknown: "info",
  refresh_token_expired: "debug",
  refresh_token_revoked: "info",
  refresh_token_reused: "warn",
  code_missing: "debug",
  code_invalid: "info",
  code_expired: "debug",
  code_used: "info",
  code_exhausted: "warn",
  client_unauthenticated: "info",
});

/** What an {@link IdentityError} may carry beside its code. */
export interface IdentityErrorDetail {
  /** Problems by field, for `request_malformed`, `password_unacceptable` and wrong current passwords. */
  readonly fields?: FieldProblems;
  /** Kinds of identifier that another account has, for `identifier_taken`. */
  readonly kinds?: readonly string[];
  /** Seconds after which a retry makes sense, for `rate_limited`, `busy` and `store_unavailable`. */
  readonly retryAfterSeconds?: number;
  /** The cause, for logs only. */
  readonly cause?: unknown;
}

/** A refusal or fault in core's own words. Anything else that core throws is a bug. */
export class IdentityError extends Error {
  readonly code: IdentityErrorCode;
  readonly fields: FieldProblems | undefined;
  readonly kinds: readonly string[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: IdentityErrorCode, detail: IdentityErrorDetail = {}) {
    super(code, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "IdentityError";
    this.code = code;
    this.fields = detail.fields;
    this.kinds = detail.kinds ?? [];
    this.retryAfterSeconds = detail.retryAfterSeconds;
  }

  /** The log level of the code. */
  get level(): LogLevel {
    return identityErrorLevels[this.code];
  }
}
