// The JWS compact serialisation (RFC 7515 §7.1), read strictly: nothing is looked up, cached or verified before the text is the only one for its bytes.
import { decodeInPlace, writeAscii } from "./base64url.ts";
import { fromUtf8 } from "./bytes.ts";
import type { JsonObject } from "./json.ts";

/** The longest token that is looked at, in characters. */
export const longestToken = 8192;

/** The header of a parsed token; frozen, since tokens of one key share it. */
export type JwsHeader = JsonObject & { readonly alg: string };

/** A parsed and not yet verified token. */
export interface CompactJws {
  readonly header: JwsHeader;
  readonly payload: JsonObject;
  readonly signingInput: string;
  readonly signature: string;
}

// Every token passes through here, one after another; nobody is given it.
const codes = new Uint8Array(longestToken);

/**
 * Parses a token; `undefined` where it is malformed: not three canonical base64url parts of JSON objects, longer than {@link longestToken},
 * or with a critical extension (RFC 7515 §4.1.11: none is understood).
 */
export function parseCompactJws(token: string): CompactJws | undefined {
  if (token.length > longestToken) return undefined;
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  if (first <= 0 || second < 0 || token.indexOf(".", second + 1) >= 0) return undefined;
  if (second + 1 === token.length || !writeAscii(token, codes)) return undefined;
  if (decodeInPlace(codes, second + 1, token.length) < 0) return undefined;
  const payload = parseObject(first + 1, second);
  const header = payload && readHeader(token.slice(0, first));
  if (payload === undefined || header === undefined) return undefined;
  return { header, payload, signingInput: token.slice(0, second), signature: token.slice(second + 1) };
}

// A realm's tokens begin with the same few headers. A text is the only one for its bytes, so what it says need not be read again.
const mostHeaders = 64;
const longestKeptHeader = 256;
const headers = new Map<string, JwsHeader>();

/** The header of the token that stands in `codes`. */
function readHeader(text: string): JwsHeader | undefined {
  const known = headers.get(text);
  if (known !== undefined) return known;
  // A text of its own: as a part of the token it would keep all of that in memory.
  const own = text.length <= longestKeptHeader ? fromUtf8(codes.subarray(0, text.length)) : undefined;
  const header = parseObject(0, text.length);
  if (header === undefined || typeof header["alg"] !== "string" || Object.hasOwn(header, "crit")) return undefined;
  if (own !== undefined) {
    if (headers.size >= mostHeaders) headers.clear();
    headers.set(own, Object.freeze(header) as JwsHeader);
  }
  return header as JwsHeader;
}

/** The JSON object whose base64url stands in `codes` from `start` to `end`. */
function parseObject(start: number, end: number): JsonObject | undefined {
  const decoded = decodeInPlace(codes, start, end);
  if (decoded < 0) return undefined;
  try {
    const value: unknown = JSON.parse(fromUtf8(codes.subarray(start, decoded)));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
