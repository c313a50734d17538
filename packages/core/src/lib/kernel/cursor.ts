// Cursors of lists: the place to go on from, opaque to clients. Not secret and not signed: a forged one only names another place of the same list.
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { fromUtf8, utf8 } from "./bytes.ts";

/** A cursor for a place in a list ordered by (time, id). */
export function encodeCursor(time: number, id: string): string {
  return encodeBase64url(utf8(`${time}:${id}`));
}

/** The place that a cursor names; `undefined` where it is not one of ours. */
export function decodeCursor(cursor: string): { readonly time: number; readonly id: string } | undefined {
  const bytes = cursor.length > 200 ? undefined : decodeBase64url(cursor);
  if (bytes === undefined) return undefined;
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    return undefined;
  }
  const match = /^(\d{1,16}):([0-9A-Za-z]*)$/.exec(text);
  return match && Number.isSafeInteger(Number(match[1])) ? { time: Number(match[1]), id: match[2]! } : undefined;
}
