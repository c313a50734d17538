// base57: the 57 letters and digits that cannot be mistaken for one another, most significant first, at a fixed width.

const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const width = (byteLength: number) => Math.ceil((byteLength * 8) / Math.log2(57));

/** Encodes bytes at the fixed width of their length: 16 bytes make 22 characters, 11 bytes make 16. */
export function encodeBase57(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = "";
  for (let index = width(bytes.length); index > 0; index--) {
    text = alphabet[Number(value % 57n)]! + text;
    value /= 57n;
  }
  return text;
}

/** Whether a text has only the alphabet's characters. */
export function isBase57(text: string): boolean {
  return [...text].every((character) => alphabet.includes(character));
}

/** Decodes `byteLength` bytes; `undefined` where the text has another width, another character, or a larger number. */
export function decodeBase57(text: string, byteLength: number): Uint8Array<ArrayBuffer> | undefined {
  if (text.length !== width(byteLength)) return undefined;
  let value = 0n;
  for (const character of text) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return undefined;
    value = value * 57n + BigInt(digit);
  }
  const bytes = new Uint8Array(byteLength);
  for (let index = byteLength - 1; index >= 0; index--) {
    bytes[index] = Number(value & 0xffn);
    value >>= 8n;
  }
  return value === 0n ? bytes : undefined;
}
