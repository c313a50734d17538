// Django REST framework as a profile: bodies, conversions, texts, protocol refusals, generic headers, OPTIONS metadata, and when a Bearer header is judged.
// Must not know any contract's paths or fields.
import type { JsonValue } from "@latchkey/core";
import type { WireError, WireProblem } from "../../wire-error.ts";
import type { Locale, WireField } from "../../wire-field.ts";
import type { ProtocolProblem, ResourceDescription, WireProfile } from "../../wire-profile.ts";
import { drfChecks } from "./drf-checks.ts";
import { detail, fieldErrors } from "./drf-errors.ts";
import { drfDetails, drfFieldTexts, drfSentences } from "./drf-texts.ts";
import { bearerRealm, simpleJwtTexts } from "./simple-jwt.ts";

/** How a project has configured the framework. */
export interface DrfOptions {
  /** `LANGUAGE_CODE`. */
  readonly locale: Locale;
  /** The default authentication: of SimpleJWT, which refuses a bad Bearer header everywhere, or of the framework's own tokens, which knows none. */
  readonly authentication: "simplejwt" | "token";
  /** Refusals of a bad Bearer header where no authentication is asked, if they differ from the contract's. */
  readonly errorsWhereOpen?: WireProfile["bearer"]["errorsWhereOpen"];
}

/** Headers that Django's SecurityMiddleware and XFrameOptionsMiddleware add, and the framework's `Vary`. */
export const drfHeaders: Readonly<Record<string, string>> = Object.freeze({
  vary: "Accept",
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
});

/** Makes the profile. */
export function drfProfile({ locale, authentication, errorsWhereOpen }: DrfOptions): WireProfile {
  const byJwt = authentication === "simplejwt";
  return Object.freeze({
    id: "drf",
    bodies: ["json", "form", "multipart"],
    emptyBody: "empty_object",
    unknownFields: "ignored",
    trimTexts: true,
    domainChecks: "after_fields",
    checks: drfChecks,
    texts: { [locale]: drfFieldTexts[locale] },
    problems: { ...protocolProblems(locale), credentials_malformed: byJwt ? badHeader : badToken },
    json: { style: "compact", finalNewline: false, mediaType: "application/json" },
    headers: drfHeaders,
    allowOnEveryAnswer: true,
    bearer: {
      caseSensitive: true,
      credentials: "two_words",
      refusedWhereOpen: byJwt,
      ...(errorsWhereOpen !== undefined && { errorsWhereOpen }),
      ...(!byJwt && { refusedSchemes: ["Token"] }),
    },
    judgesAccept: true,
    methodJudged: "after_credentials",
    trailingSlash: "either",
    optionsBody: metadata,
  } satisfies WireProfile);
}

const badHeader: WireError = {
  status: 401,
  name: "bad_authorization_header",
  body: () => ({ detail: simpleJwtTexts.badHeader, code: "bad_authorization_header" }),
  headers: bearerRealm,
};

// There are no tokens of the framework's own, so none is good.
const badToken: WireError = {
  ...detail(401, "authentication_failed", "Invalid token."),
  headers: { "www-authenticate": "Token" },
};

function protocolProblems(
  locale: Locale,
): Readonly<Record<Exclude<ProtocolProblem, "credentials_malformed">, WireError>> {
  const sentences = drfSentences[locale];
  const malformed = detail(400, "parse_error", drfDetails.malformed[locale]);
  return {
    body_missing: malformed,
    body_malformed: {
      ...malformed,
      body: (problem) => ({ detail: `${parserOf(problem)} parse error - ${problem.detail}` }),
    },
    body_not_object: {
      ...fieldErrors,
      name: "invalid",
      body: (problem) => ({ non_field_errors: [sentences.notADictionary(problem.detail || "list")] }),
    },
    body_too_large: detail(413, "too_large", drfDetails.tooLarge[locale]),
    media_type_unsupported: detail(415, "unsupported_media_type", ({ mediaType }) => sentences.mediaType(mediaType)),
    parameters_malformed: malformed,
    method_not_allowed: detail(405, "method_not_allowed", ({ method }) => sentences.method(method)),
    not_acceptable: detail(406, "not_acceptable", drfDetails.notAcceptable[locale]),
    path_unknown: detail(404, "not_found", "Not found."),
  };
}

function parserOf({ mediaType }: WireProblem): string {
  return mediaType.startsWith("multipart/") ? "Multipart form" : "JSON";
}

// SimpleMetadata: what the view is, what it reads and writes, and the fields of each method that has some.
function metadata({ title, description, tag, bodies }: ResourceDescription): JsonValue {
  const actions = Object.entries(bodies).map(([method, fields]) => [
    method,
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldMetadata(name, field)])),
  ]);
  return {
    name: tag === "" ? title : tag,
    description,
    renders: ["application/json"],
    parses: ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
    ...(actions.length > 0 && { actions: Object.fromEntries(actions) }),
  };
}

function fieldMetadata(name: string, { type, optional = false }: WireField): JsonValue {
  const words = name.replaceAll("_", " ");
  return {
    type: type.type === "text" ? "string" : type.type,
    required: !optional,
    read_only: false,
    label: words.charAt(0).toUpperCase() + words.slice(1),
    ...(type.type === "text" && type.maximum !== undefined && { max_length: type.maximum }),
  };
}
