// The token layer of Flask-JWT-Extended, with the loaders of a project: three refusals of either kind of token, in compact JSON.
import type { IdentityErrorCode } from "@latchkey/core";
import type { WireError } from "../../wire-error.ts";

/** What a project's loaders say. */
export interface FlaskJwtTexts {
  /** No Authorization header, or another scheme than `Bearer`. */
  readonly missing: string;
  /** Malformed, forged, or of the other kind. */
  readonly invalid: string;
  readonly expired: string;
}

type Refused = "missing" | "malformed" | "signature_invalid" | "wrong_kind" | "expired";
type TokenCode = Extract<IdentityErrorCode, `access_token_${Refused | "not_yet_valid"}` | `refresh_token_${Refused}`>;

/** The refusals by code, and `invalid` for whatever else is no token. */
export interface FlaskJwtErrors extends Readonly<Record<TokenCode, WireError>> {
  readonly invalid: WireError;
}

/** Makes the refusals. */
export function flaskJwtErrors(texts: FlaskJwtTexts): FlaskJwtErrors {
  const refuse = (name: string, text: string): WireError => ({
    status: 401,
    name,
    style: "compact",
    body: () => ({ error: text }),
  });
  const missing = refuse("token missing", texts.missing);
  const invalid = refuse("token invalid", texts.invalid);
  const expired = refuse("token expired", texts.expired);
  return Object.freeze({
    invalid,
    access_token_missing: missing,
    access_token_malformed: invalid,
    access_token_signature_invalid: invalid,
    access_token_wrong_kind: invalid,
    access_token_not_yet_valid: invalid,
    access_token_expired: expired,
    refresh_token_missing: missing,
    refresh_token_malformed: invalid,
    refresh_token_signature_invalid: invalid,
    refresh_token_wrong_kind: invalid,
    refresh_token_expired: expired,
  });
}
