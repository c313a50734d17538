// base64 of other systems (RFC 4648 §4): the padding may be there or not; for the rest one byte string has exactly one text.
import { decodeBase64url, encodeBase64url } from "./base64url.ts";

/** base64 without padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return encodeBase64url(bytes).replaceAll("-", "+").replaceAll("_", "/");
}

/** Bytes of base64, with its padding or without; `undefined` where the text is none. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bare = text.length % 4 === 0 ? text.replace(/={1,2}$/, "") : text;
  return /[-_=]/.test(bare) ? undefined : decodeBase64url(bare.replaceAll("+", "-").replaceAll("/", "_"));
}
