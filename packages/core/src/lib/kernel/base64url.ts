// base64url without padding (RFC 4648 §5), strictly: unused bits must be zero, so that no two texts mean the same bytes.
// What is short passes through an array that every call uses again: an ArrayBuffer of its own would cost more than the work. Nobody is given that array.
import { utf8 } from "./bytes.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const letters = new Uint8Array(64);
const values = new Int8Array(256).fill(-1);
for (let index = 0; index < 64; index++) {
  const code = alphabet.charCodeAt(index);
  letters[index] = code;
  values[code] = index;
}
const ascii = new TextDecoder("latin1");
const encoder = new TextEncoder();
const scratch = new Uint8Array(4096);

/** Encodes bytes without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  const { length } = bytes;
  const written = Math.ceil((length * 4) / 3);
  // Letters as bytes and one text of them: a text that grows letter by letter costs three times as much.
  const text = written <= scratch.length ? scratch : new Uint8Array(written);
  let at = 0;
  for (let index = 0; index < length; index += 3) {
    // Beyond the end there are zeros; what they would write is not read.
    const group = (bytes[index]! << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text[at++] = letters[group >> 18]!;
    text[at++] = letters[(group >> 12) & 63]!;
    text[at++] = letters[(group >> 6) & 63]!;
    text[at++] = letters[group & 63]!;
  }
  return ascii.decode(text.subarray(0, written));
}

/** Encodes the UTF-8 bytes of a text. */
export function encodeTextAsBase64url(text: string): string {
  // The runtime's own base64 takes one byte for each character: the same bytes as UTF-8 where all of them are ASCII.
  if (/[^ -~]/.test(text)) return encodeBase64url(utf8(text));
  const padded = btoa(text).replaceAll("+", "-").replaceAll("/", "_");
  return padded.slice(0, Math.ceil((text.length * 4) / 3));
}

/** Decodes canonical base64url without padding; `undefined` for anything else (padding, other characters, stray bits). */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const { length } = text;
  // As bytes, since a part of a longer text is slow to read letter by letter.
  const codes = length <= scratch.length ? scratch : new Uint8Array(length);
  if (!writeAscii(text, codes)) return undefined;
  const end = decodeInPlace(codes, 0, length);
  return end < 0 ? undefined : codes.slice(0, end);
}

/** Writes the characters of a text that is all ASCII into `codes`; `false` for any other text, and for one that is longer. */
export function writeAscii(text: string, codes: Uint8Array): boolean {
  const { read, written } = encoder.encodeInto(text, codes);
  return read === text.length && written === read;
}

/** Decodes the letters of `codes` from `start` to `end` to where they stood; the end of their bytes, or -1 where they are not canonical base64url. */
export function decodeInPlace(codes: Uint8Array, start: number, end: number): number {
  const rest = (end - start) % 4;
  if (rest === 1) return -1;
  let at = start;
  let index = start;
  // One letter that is none makes its whole group negative.
  for (; index + 3 < end; index += 4) {
    const group =
      (values[codes[index]!]! << 18) |
      (values[codes[index + 1]!]! << 12) |
      (values[codes[index + 2]!]! << 6) |
      values[codes[index + 3]!]!;
    if (group < 0) return -1;
    codes[at++] = group >> 16;
    codes[at++] = group >> 8;
    codes[at++] = group;
  }
  if (rest === 0) return at;
  const third = rest === 3 ? values[codes[index + 2]!]! : 0;
  const group = (values[codes[index]!]! << 18) | (values[codes[index + 1]!]! << 12) | (third << 6);
  if (group < 0 || (group & (rest === 3 ? 0xff : 0xffff)) !== 0) return -1;
  codes[at++] = group >> 16;
  if (rest === 3) codes[at++] = group >> 8;
  return at;
}
