// base64url without padding (RFC 4648 §5), strictly: unused bits must be zero, so that no two texts mean the same bytes.

import { utf8 } from "./bytes.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const letters = new Uint8Array(64);
const values = new Int8Array(128).fill(-1);
for (let index = 0; index < 64; index++) {
  const code = alphabet.charCodeAt(index);
  letters[index] = code;
  values[code] = index;
}
const ascii = new TextDecoder("latin1");

/** Encodes bytes without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  const { length } = bytes;
  // Letters as bytes and one text of them: a text that grows letter by letter costs three times as much.
  const text = new Uint8Array(Math.ceil((length * 4) / 3));
  let at = 0;
  for (let index = 0; index < length; index += 3) {
    // Beyond the end there are zeros; what they would write lies beyond the end, too.
    const group = (bytes[index]! << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text[at++] = letters[group >> 18]!;
    text[at++] = letters[(group >> 12) & 63]!;
    text[at++] = letters[(group >> 6) & 63]!;
    text[at++] = letters[group & 63]!;
  }
  return ascii.decode(text);
}

/** Decodes canonical base64url without padding; `undefined` for anything else (padding, other characters, stray bits). */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const { length } = text;
  const rest = length % 4;
  if (rest === 1) return undefined;
  // As bytes, since a part of a longer text is slow to read letter by letter. What is no ASCII has more of them.
  const codes = utf8(text);
  if (codes.length !== length) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let at = 0;
  let index = 0;
  // One letter that is none makes its whole group negative.
  for (; index + 3 < length; index += 4) {
    const group =
      (values[codes[index]!]! << 18) |
      (values[codes[index + 1]!]! << 12) |
      (values[codes[index + 2]!]! << 6) |
      values[codes[index + 3]!]!;
    if (group < 0) return undefined;
    bytes[at++] = group >> 16;
    bytes[at++] = group >> 8;
    bytes[at++] = group;
  }
  if (rest === 0) return bytes;
  const third = rest === 3 ? values[codes[index + 2]!]! : 0;
  const group = (values[codes[index]!]! << 18) | (values[codes[index + 1]!]! << 12) | (third << 6);
  if (group < 0 || (group & (rest === 3 ? 0xff : 0xffff)) !== 0) return undefined;
  bytes[at] = group >> 16;
  if (rest === 3) bytes[at + 1] = group >> 8;
  return bytes;
}
