// What the Authorization header says. One header, one scheme; nothing else of the request carries credentials.
import type { Context } from "hono";
import { ProtocolRefusal } from "./protocol-refusal.ts";

/** The header; `undefined` where there is none. @throws ProtocolRefusal credentials_malformed where it was sent twice */
export function readAuthorization(c: Context): string | undefined {
  const header = c.req.header("authorization");
  // Repeated headers arrive joined by commas, and no token or Basic credential has one.
  if (header?.includes(",")) throw new ProtocolRefusal("credentials_malformed");
  return header;
}

/** The token of `Bearer` (RFC 6750 §2.1), as it is; `undefined` for no header and for other schemes. */
export function bearerToken(authorization: string | undefined, caseSensitive = false): string | undefined {
  if (authorization === undefined) return undefined;
  const scheme = authorization.slice(0, 6);
  const after = authorization[6];
  const isBearer = scheme === "Bearer" || (!caseSensitive && scheme.toLowerCase() === "bearer");
  if (!isBearer || (after !== undefined && after !== " ")) return undefined;
  return authorization.slice(7);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A client's id and secret: Basic (RFC 7617), each form-decoded (RFC 6749 §2.3.1); `undefined` for anything else. */
export function clientCredentials(
  authorization: string | undefined,
): { readonly id: string; readonly secret: string } | undefined {
  const match = authorization === undefined ? null : /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization);
  if (match === null) return undefined;
  try {
    const text = utf8.decode(Uint8Array.from(atob(match[1]!), (character) => character.charCodeAt(0)));
    const colon = text.indexOf(":");
    if (colon < 0) return undefined;
    return { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) };
  } catch {
    return undefined;
  }
}

const formDecode = (text: string) => decodeURIComponent(text.replaceAll("+", " "));
