// base64url without padding (RFC 4648 §5), strictly: unused bits must be zero, so that no two texts mean the same bytes.

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const values = new Int8Array(128).fill(-1);
for (let index = 0; index < 64; index++) values[alphabet.charCodeAt(index)] = index;

/** Encodes bytes without padding. */
export function encodeBase64url(bytes: Uint8Array): string {
  let text = "";
  let index = 0;
  for (; index + 2 < bytes.length; index += 3) {
    const group = (bytes[index]! << 16) | (bytes[index + 1]! << 8) | bytes[index + 2]!;
    text +=
      alphabet[group >> 18]! + alphabet[(group >> 12) & 63]! + alphabet[(group >> 6) & 63]! + alphabet[group & 63]!;
  }
  if (index + 1 === bytes.length) {
    const group = bytes[index]! << 4;
    text += alphabet[group >> 6]! + alphabet[group & 63]!;
  } else if (index + 2 === bytes.length) {
    const group = (bytes[index]! << 10) | (bytes[index + 1]! << 2);
    text += alphabet[group >> 12]! + alphabet[(group >> 6) & 63]! + alphabet[group & 63]!;
  }
  return text;
}

/** Decodes canonical base64url without padding; `undefined` for anything else (padding, other characters, stray bits). */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const value = code < 128 ? values[code]! : -1;
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : undefined;
}
