// What the Authorization header says. One header, one scheme; nothing else of the request carries credentials.
import type { WireProfile } from "@latchkey/contracts";
import type { Context } from "hono";
import { formDecode } from "./parse-parameters.ts";
import { ProtocolRefusal } from "./protocol-refusal.ts";
import type { RequestSource } from "./request-source.ts";
import { webRequest } from "./request-source.ts";

/** How a framework reads the header. */
type BearerRules = WireProfile["bearer"];

/** The header; `undefined` where there is none. @throws ProtocolRefusal credentials_malformed where it was sent twice, or with a scheme of which nothing is good */
export function readAuthorization(
  c: Context,
  rules?: BearerRules,
  source: RequestSource = webRequest,
): string | undefined {
  const header = source.header(c, "authorization");
  if (header === undefined) return undefined;
  // Repeated headers arrive joined by commas, and no token or Basic credential has one. Where words are counted, they are too many.
  const repeated = header.includes(",") && rules?.credentials !== "two_words";
  const scheme = rules?.refusedSchemes && header.trim().split(" ", 1)[0]!.toLowerCase();
  if (repeated || rules?.refusedSchemes?.some((refused) => refused.toLowerCase() === scheme))
    throw new ProtocolRefusal("credentials_malformed");
  return header;
}

/** The token of `Bearer` (RFC 6750 §2.1); `undefined` for no header and for other schemes. @throws ProtocolRefusal credentials_malformed where words are counted */
export function bearerToken(authorization: string | undefined, rules: BearerRules): string | undefined {
  if (authorization === undefined) return undefined;
  const { caseSensitive } = rules;
  if (rules.credentials === "two_words") {
    const words = authorization.trim().split(/\s+/);
    if (!isBearer(words[0]!, caseSensitive)) return undefined;
    if (words.length !== 2) throw new ProtocolRefusal("credentials_malformed");
    return words[1];
  }
  const scheme = authorization.slice(0, 6);
  const after = authorization[6];
  if (!isBearer(scheme, caseSensitive) || (after !== undefined && after !== " ")) return undefined;
  return authorization.slice(7);
}

const isBearer = (scheme: string, caseSensitive: boolean) =>
  scheme === "Bearer" || (!caseSensitive && scheme.toLowerCase() === "bearer");

const utf8 = new TextDecoder("utf-8", { fatal: true });
const beyondAscii = /[\x80-\xff]/;

/** A client's id and secret: Basic (RFC 7617), each form-decoded (RFC 6749 §2.3.1); `undefined` for anything else. */
export function clientCredentials(
  authorization: string | undefined,
): { readonly id: string; readonly secret: string } | undefined {
  const match = authorization === undefined ? null : /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization);
  const text = match === null ? undefined : decodeBase64(match[1]!);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) return undefined;
  const id = formDecode(text.slice(0, colon));
  const secret = formDecode(text.slice(colon + 1));
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** The text of UTF-8 in base64; `undefined` for anything else. */
function decodeBase64(encoded: string): string | undefined {
  try {
    const bytes = atob(encoded);
    // ASCII, as nearly every id and secret is, is its own UTF-8.
    if (!beyondAscii.test(bytes)) return bytes;
    return utf8.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
