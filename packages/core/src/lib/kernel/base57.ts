// base57: the 57 letters and digits that cannot be mistaken for one another, most significant first, at a fixed width.

const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const width = (byteLength: number) => Math.ceil((byteLength * 8) / Math.log2(57));

/** Encodes bytes at the fixed width of their length: 16 bytes make 22 characters, 11 bytes make 16. */
export function encodeBase57(bytes: Uint8Array): string {
  const quotient = Uint8Array.from(bytes);
  let text = "";
  // Three digits for each division of the whole: a remainder and a byte fit into 31 bits, where BigInt would cost several times as much.
  for (let left = width(bytes.length); left > 0;) {
    let rest = divide(quotient, 57 ** 3);
    for (let digit = 0; digit < 3 && left > 0; digit++, left--) {
      text = alphabet[rest % 57]! + text;
      rest = Math.floor(rest / 57);
    }
  }
  return text;
}

/** Divides a number in place, most significant byte first, and returns the remainder. */
function divide(number: Uint8Array, divisor: number): number {
  let rest = 0;
  for (let index = 0; index < number.length; index++) {
    const part = rest * 256 + number[index]!;
    number[index] = Math.floor(part / divisor);
    rest = part % divisor;
  }
  return rest;
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
