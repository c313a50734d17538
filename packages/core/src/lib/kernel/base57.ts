// base57: the 57 letters and digits that cannot be mistaken for one another, most significant first, at a fixed width.

const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const bitsPerDigit = Math.log2(57);
const width = (byteLength: number) => Math.ceil((byteLength * 8) / bitsPerDigit);

/** Encodes bytes at the fixed width of their length: 16 bytes make 22 characters, 11 bytes make 16. */
export function encodeBase57(bytes: Uint8Array): string {
  const quotient = threeByThree(bytes);
  let text = "";
  // Four digits for each division of the whole; BigInt would cost several times as much.
  for (let left = width(bytes.length); left > 0;) {
    let rest = divide(quotient, 57 ** 4);
    for (let digit = 0; digit < 4 && left > 0; digit++, left--) {
      text = alphabet[rest % 57]! + text;
      rest = Math.floor(rest / 57);
    }
  }
  return text;
}

/** The number that the bytes are, in places of three bytes, most significant first. */
function threeByThree(bytes: Uint8Array): number[] {
  const places: number[] = [];
  let place = 0;
  for (let index = 0, left = bytes.length - 1; left >= 0; index++, left--) {
    place = (place << 8) | bytes[index]!;
    if (left % 3 > 0) continue;
    places.push(place);
    place = 0;
  }
  return places;
}

/** Divides a number of such places in place by less than 2²⁴, and returns the remainder: what is divided at a time has 48 bits, exact in a double. */
function divide(places: number[], divisor: number): number {
  let rest = 0;
  for (let index = 0; index < places.length; index++) {
    const part = rest * 2 ** 24 + places[index]!;
    const quotient = Math.floor(part / divisor);
    places[index] = quotient;
    rest = part - quotient * divisor;
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
