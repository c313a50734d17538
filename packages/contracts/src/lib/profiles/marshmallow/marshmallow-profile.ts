// Flask with Flask-RESTful and marshmallow as a profile: JSON as Python writes it, unknown fields refused, nothing trimmed, werkzeug's protocol refusals.
// Must not know any contract's paths or fields.
import type { WireError } from "../../wire-error.ts";
import type { FieldTexts, Locale } from "../../wire-field.ts";
import type { ProtocolProblem, WireProfile } from "../../wire-profile.ts";
import { marshmallowChecks } from "./marshmallow-checks.ts";
import { marshmallowTexts } from "./marshmallow-texts.ts";

/** How a project has configured the frameworks. */
export interface MarshmallowOptions {
  /** The language of the project's own texts. */
  readonly locale: Locale;
  /** `error_messages` of the project's fields. */
  readonly texts?: Partial<FieldTexts>;
  /** What a body is refused with that is JSON but no object. */
  readonly notAnObject: WireError;
  /** What an Authorization header is refused with that is not a scheme and one token. */
  readonly badHeader: WireError;
  /** What a path is refused with that nothing has. */
  readonly pathUnknown: WireError;
}

/** Schema of werkzeug's refusals, for the `schemas` of a contract's document. */
export const werkzeugSchema = "Message" as const;

// Flask-RESTful words werkzeug's exceptions as {"message": …}.
const werkzeug = (status: number, name: string, message: string): WireError => ({
  status,
  name,
  schema: werkzeugSchema,
  body: () => ({ message }),
});

const badRequest = werkzeug(
  400,
  "bad request",
  "The browser (or proxy) sent a request that this server could not understand.",
);

/** Makes the profile. */
export function marshmallowProfile(options: MarshmallowOptions): WireProfile {
  const problems: Readonly<Record<ProtocolProblem, WireError>> = {
    body_missing: badRequest,
    body_malformed: badRequest,
    body_not_object: options.notAnObject,
    body_too_large: werkzeug(413, "too large", "The data value transmitted exceeds the capacity limit."),
    media_type_unsupported: badRequest,
    parameters_malformed: badRequest,
    credentials_malformed: options.badHeader,
    method_not_allowed: werkzeug(405, "method not allowed", "The method is not allowed for the requested URL."),
    not_acceptable: badRequest,
    path_unknown: options.pathUnknown,
  };
  return Object.freeze({
    id: "marshmallow",
    bodies: ["json"],
    emptyBody: "refused",
    unknownFields: "refused_in_body",
    trimTexts: false,
    domainChecks: "one_by_one",
    checks: marshmallowChecks,
    texts: { [options.locale]: { ...marshmallowTexts, ...options.texts } },
    problems,
    json: { style: "spaced", finalNewline: true, mediaType: "application/json" },
    // Flask adds none; these two change nothing for a client, and keep tokens out of caches.
    headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" },
    allowOnEveryAnswer: false,
    bearer: { caseSensitive: true, refusedWhereOpen: false, credentials: "two_words" },
    judgesAccept: false,
    trailingSlash: "either",
    optionsBody: null,
  } satisfies WireProfile);
}
