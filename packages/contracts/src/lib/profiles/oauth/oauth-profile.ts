// The OAuth profile: form-encoded requests and the error format of RFC 6749 §5.2, for endpoints that RFC 7662 and RFC 7009 define.
import type { IdentityErrorCode, JsonObject } from "@latchkey/core";
import type { WireError } from "../../wire-error.ts";
import type { ProtocolProblem, WireProfile } from "../../wire-profile.ts";
import { plainChecks } from "../plain/field-checks.ts";
import { plainTexts } from "../plain/field-texts.ts";
import { plainHeaders } from "../plain/plain-profile.ts";

/** The schema of its error bodies, for the `schemas` of a contract's document. */
export const oauthErrorSchema: { readonly name: string; readonly schema: JsonObject } = Object.freeze({
  name: "OAuthError",
  schema: {
    type: "object",
    description: "RFC 6749 §5.2.",
    properties: { error: { type: "string" }, error_description: { type: "string" } },
    required: ["error"],
    additionalProperties: false,
  },
});

// RFC 6749 §5.2: descriptions are ASCII and meant for developers, so they have one language.
const refuse = (
  status: number,
  error: string,
  description: string,
  headers?: Readonly<Record<string, string>>,
): WireError => ({
  status,
  name: error,
  schema: oauthErrorSchema.name,
  body: ({ fields }) => ({
    error,
    error_description:
      fields === undefined ? description : `${description} Check: ${Object.keys(fields).filter(isToken).join(", ")}.`,
  }),
  ...(headers && { headers }),
});

const isToken = (name: string) => /^[\w.-]{1,64}$/.test(name);

const invalidRequest = refuse(400, "invalid_request", "The request is malformed.");

const problems: Readonly<Record<ProtocolProblem, WireError>> = {
  body_missing: refuse(400, "invalid_request", "The body is missing."),
  body_malformed: refuse(400, "invalid_request", "The body is malformed, or a parameter is repeated."),
  body_not_object: invalidRequest,
  body_too_large: refuse(413, "invalid_request", "The body is too large."),
  media_type_unsupported: refuse(415, "invalid_request", "The body must be application/x-www-form-urlencoded."),
  parameters_malformed: refuse(400, "invalid_request", "The query is malformed, or a parameter is repeated."),
  credentials_malformed: refuse(400, "invalid_request", "More than one Authorization header."),
  method_not_allowed: refuse(405, "invalid_request", "The method is not allowed."),
  not_acceptable: refuse(406, "invalid_request", "The answer is application/json."),
  path_unknown: refuse(404, "invalid_request", "There is nothing here."),
};

/** Refusals of the OAuth endpoints; the others stay the contract's. */
export const oauthErrors: Partial<Record<IdentityErrorCode, WireError>> = Object.freeze({
  request_malformed: invalidRequest,
  // RFC 6749 §5.2: 401 with the scheme that the client used.
  client_unauthenticated: refuse(401, "invalid_client", "Client authentication failed.", {
    "www-authenticate": 'Basic realm="latchkey", charset="UTF-8"',
  }),
  rate_limited: refuse(429, "slow_down", "Too many requests."),
  busy: refuse(503, "temporarily_unavailable", "Try again later."),
  store_unavailable: refuse(503, "temporarily_unavailable", "Try again later."),
} satisfies Partial<Record<IdentityErrorCode, WireError>>);

/** The profile. RFC 6749 §3.2: unrecognised parameters are ignored, repeated ones refused. */
export const oauthProfile: WireProfile = Object.freeze({
  id: "oauth",
  bodies: ["form"],
  emptyBody: "refused",
  unknownFields: "ignored",
  trimTexts: false,
  domainChecks: "together",
  checks: plainChecks,
  texts: plainTexts,
  problems,
  json: { style: "compact", finalNewline: false, mediaType: "application/json" },
  headers: plainHeaders,
  allowOnEveryAnswer: false,
  bearer: { caseSensitive: false, refusedWhereOpen: false },
  judgesAccept: false,
  trailingSlash: "exact",
  optionsBody: null,
} satisfies WireProfile);
