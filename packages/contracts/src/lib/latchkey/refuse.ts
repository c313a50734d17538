// The form of the latchkey contract's errors: {"error":{"code","message","fields"?,"request_id"}}.
import type { WireError } from "../wire-error.ts";
import type { LatchkeyCode } from "./texts.ts";
import { latchkeyTexts, takenText } from "./texts.ts";

/** One refusal of the contract. */
export function refuse(status: number, code: LatchkeyCode, headers?: Readonly<Record<string, string>>): WireError {
  const texts = latchkeyTexts[code];
  return {
    status,
    name: code,
    body({ locale, requestId, fields, taken }) {
      const all =
        fields ?? (taken.length > 0 ? Object.fromEntries(taken.map((name) => [name, [takenText[locale]]])) : undefined);
      return { error: { code, message: texts[locale], ...(all && { fields: all }), request_id: requestId } };
    },
    ...(headers && { headers }),
  };
}

/** RFC 6750 §3: a challenge, with its error where a token was sent. */
export const bearerChallenge = (
  error?: "invalid_request" | "invalid_token" | "insufficient_scope",
): Readonly<Record<string, string>> => ({
  "www-authenticate": error === undefined ? "Bearer" : `Bearer error="${error}"`,
});
