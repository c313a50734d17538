// `{"error": {"code", "message"}}`: how the tasks that `intern` and `baro` answer word log-ins and tokens, instead of the framework.
import type { IdentityErrorCode } from "@latchkey/core";
import type { WireError } from "../../wire-error.ts";
import { codedError } from "./drf-errors.ts";

const expired = codedError(401, "TOKEN_EXPIRED", "토큰이 만료되었습니다.");
const missing = codedError(401, "TOKEN_NOT_FOUND", "토큰이 없습니다.");

/** A token that is good for nothing. */
export const invalidToken: WireError = Object.freeze(codedError(401, "INVALID_TOKEN", "토큰이 유효하지 않습니다."));

/** A log-in that failed, for whatever reason. */
export const invalidCredentials: WireError = Object.freeze(
  codedError(401, "INVALID_CREDENTIALS", "아이디 또는 비밀번호가 올바르지 않습니다."),
);

/** Refusals of access tokens, with the three documented bodies. */
export const codedTokenErrors: Readonly<Record<Extract<IdentityErrorCode, `access_token_${string}`>, WireError>> =
  Object.freeze({
    access_token_missing: missing,
    access_token_expired: expired,
    access_token_malformed: invalidToken,
    access_token_signature_invalid: invalidToken,
    access_token_wrong_kind: invalidToken,
    access_token_not_yet_valid: invalidToken,
    access_token_revoked: invalidToken,
    access_token_account_unknown: invalidToken,
    access_token_account_disabled: invalidToken,
  });

/** Refusals of log-ins: the same body for each. */
export const refusedLogIns = (
  refusal: WireError,
): Readonly<
  Record<"credentials_invalid" | "account_pending" | "account_declined" | "account_disabled", WireError>
> => ({
  credentials_invalid: refusal,
  account_pending: refusal,
  account_declined: refusal,
  account_disabled: refusal,
});
