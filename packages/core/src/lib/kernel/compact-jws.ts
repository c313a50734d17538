// The JWS compact serialisation (RFC 7515 §7.1), read strictly: nothing is looked up, cached or verified before the text is the only one for its bytes.
import { decodeBase64url } from "./base64url.ts";
import { fromUtf8 } from "./bytes.ts";
import type { JsonObject } from "./json.ts";

/** The longest token that is looked at, in characters. */
export const longestToken = 8192;

/** A parsed and not yet verified token. */
export interface CompactJws {
  readonly header: JsonObject & { readonly alg: string };
  readonly payload: JsonObject;
  readonly signingInput: string;
  readonly signature: string;
}

/**
 * Parses a token; `undefined` where it is malformed: not three canonical base64url parts of JSON objects, longer than {@link longestToken},
 * or with a critical extension (RFC 7515 §4.1.11: none is understood).
 */
export function parseCompactJws(token: string): CompactJws | undefined {
  if (token.length > longestToken) return undefined;
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  if (first <= 0 || second < 0 || token.indexOf(".", second + 1) >= 0) return undefined;
  const signature = token.slice(second + 1);
  if (signature === "" || decodeBase64url(signature) === undefined) return undefined;
  const header = parseObject(token.slice(0, first));
  const payload = parseObject(token.slice(first + 1, second));
  if (
    header === undefined ||
    payload === undefined ||
    typeof header["alg"] !== "string" ||
    Object.hasOwn(header, "crit")
  )
    return undefined;
  return { header: header as JsonObject & { alg: string }, payload, signingInput: token.slice(0, second), signature };
}

function parseObject(part: string): JsonObject | undefined {
  const bytes = decodeBase64url(part);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
