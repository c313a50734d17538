// The plain profile: strict JSON over HTTP, as Latchkey's own contract speaks it. A contract gives the form of its protocol refusals.
import type { WireError } from "../../wire-error.ts";
import type { ProtocolProblem, WireProfile } from "../../wire-profile.ts";
import { plainChecks } from "./field-checks.ts";
import { plainTexts } from "./field-texts.ts";

/** Headers that keep browsers from storing, framing, sniffing or running an answer. */
export const plainHeaders: Readonly<Record<string, string>> = Object.freeze({
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
});

/** Makes the profile with a contract's protocol refusals. */
export function plainProfile(problems: Readonly<Record<ProtocolProblem, WireError>>): WireProfile {
  return Object.freeze({
    id: "plain",
    bodies: ["json"],
    emptyBody: "refused",
    unknownFields: "refused",
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
}
