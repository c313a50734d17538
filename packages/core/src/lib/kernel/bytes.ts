// Bytes and their text forms. Encoders and decoders here are strict: one byte string has exactly one text.

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a string in UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The string of UTF-8 bytes; throws `TypeError` where they are none. */
export function fromUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Several byte strings as one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** The two lower-case hexadecimal digits of each byte. */
const hexPairs: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const hexValues = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value++) hexValues[value.toString(16).charCodeAt(0)] = value;

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexPairs[byte]!;
  return text;
}

/** Bytes of lower-case hexadecimal; `undefined` where the text is none. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    // A character that is no digit makes the byte negative.
    const high = hexValues[text.charCodeAt(index * 2)] ?? -1;
    const byte = (high << 4) | (hexValues[text.charCodeAt(index * 2 + 1)] ?? -1);
    if (byte < 0) return undefined;
    bytes[index] = byte;
  }
  return bytes;
}

/** The eight lower-case hexadecimal digits of the lowest 32 bits of a number. */
export function toHex32(value: number): string {
  const high = hexPairs[value >>> 24]! + hexPairs[(value >>> 16) & 255]!;
  return high + hexPairs[(value >>> 8) & 255]! + hexPairs[value & 255]!;
}

/** Whether two byte strings are equal, in a time that depends on their lengths only. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= left[index]! ^ right[index]!;
  return difference === 0;
}

/** Whether two texts are equal, in a time that depends on their lengths only. */
export function equalTexts(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}
