// Django REST framework's refusals: `{"detail": …}`, and lists of texts by field. A contract takes the whole table and replaces what its document says differently.
import type { JsonObject } from "@latchkey/core";
import type { WireError, WireErrors, WireProblem } from "../../wire-error.ts";
import type { Locale } from "../../wire-field.ts";
import { drfDetails } from "./drf-texts.ts";
import type { SimpleJwtVersion } from "./simple-jwt.ts";
import { accessTokenRefusals, noActiveAccount, refreshTokenRefusals } from "./simple-jwt.ts";

/** A refusal `{"detail": text}`. */
export function detail(status: number, name: string, text: string | ((problem: WireProblem) => string)): WireError {
  return { status, name, body: (problem) => ({ detail: typeof text === "string" ? text : text(problem) }) };
}

/** A refusal `{"error": {"code", "message"}}`, as the tasks of `intern` and `baro` have it. */
export function codedError(status: number, code: string, message: string): WireError {
  return { status, name: code, body: () => ({ error: { code, message } }), schema: "Error" };
}

/** 400 with every problem of every field: `{"field": ["text"]}`. */
export const fieldErrors: WireError = Object.freeze({
  status: 400,
  name: "invalid",
  schema: "FieldErrors",
  body: ({ fields }) => ({ ...fields }),
} satisfies WireError);

/** 400 that says `text` of each field whose value another account has. */
export function takenErrors(text: string): WireError {
  return {
    ...fieldErrors,
    name: "unique",
    body: ({ taken }) => Object.fromEntries(taken.map((name) => [name, [text]])),
  };
}

/** 500. */
export function drfInternal(locale: Locale): WireError {
  return detail(500, "error", drfDetails.serverError[locale]);
}

/** Every code of core. */
export function drfErrors({
  locale,
  simpleJwt,
}: {
  readonly locale: Locale;
  readonly simpleJwt: SimpleJwtVersion;
}): WireErrors {
  const malformed = detail(400, "parse_error", drfDetails.malformed[locale]);
  const invalid: WireError = {
    ...fieldErrors,
    body: (problem) => (problem.fields ? fieldErrors.body(problem) : malformed.body(problem)),
  };
  const notFound = detail(404, "not_found", "Not found.");
  const denied = detail(403, "permission_denied", drfDetails.permissionDenied[locale]);
  const unavailable = detail(503, "unavailable", drfDetails.unavailable[locale]);
  return Object.freeze({
    ...accessTokenRefusals(locale, simpleJwt),
    ...refreshTokenRefusals(locale, simpleJwt),
    request_malformed: invalid,
    identifier_taken: takenErrors(locale === "ko" ? "이 칸은 반드시 고유해야 합니다." : "This field must be unique."),
    signup_closed: denied,
    password_unacceptable: invalid,
    credentials_invalid: noActiveAccount,
    account_pending: noActiveAccount,
    account_declined: noActiveAccount,
    account_disabled: noActiveAccount,
    account_unknown: notFound,
    forbidden: denied,
    rate_limited: detail(429, "throttled", drfDetails.throttled[locale]),
    busy: unavailable,
    store_unavailable: unavailable,
    message_undeliverable: unavailable,
    session_unknown: notFound,
    resource_unknown: notFound,
    code_missing: malformed,
    code_invalid: malformed,
    code_expired: malformed,
    code_used: malformed,
    code_exhausted: malformed,
    client_unauthenticated: detail(401, "not_authenticated", drfDetails.notAuthenticated[locale]),
  } satisfies WireErrors);
}

const text: JsonObject = { type: "string" };
const texts: JsonObject = { type: "array", items: text };

/** Schemas of the framework's refusals, for a contract's document. `errorSchema` is `Detail`. */
export const drfSchemas: Readonly<Record<"Detail" | "FieldErrors" | "Error", JsonObject>> = Object.freeze({
  Detail: {
    type: "object",
    properties: { detail: text, code: text, messages: { type: "array", items: { type: "object" } } },
    required: ["detail"],
  },
  FieldErrors: {
    type: "object",
    additionalProperties: texts,
    description: "What is wrong with which field, all at once.",
  },
  Error: {
    type: "object",
    properties: {
      error: { type: "object", properties: { code: text, message: text }, required: ["code", "message"] },
    },
    required: ["error"],
  },
});
