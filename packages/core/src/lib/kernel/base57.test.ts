// One byte string has exactly one text of a fixed width; ids order as their bytes do.
import { assert, constantFrom, integer, property, string, stringMatching, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase57, encodeBase57 } from "./base57.ts";

const widths: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 2],
  [8, 11],
  [11, 16],
  [16, 22],
];

const codePoint = integer({ min: 0, max: 0x10ffff }).map((value) => String.fromCodePoint(value));

describe("base57", () => {
  it.each(widths)("writes %i bytes in %i characters, from the least to the greatest", (length, width) => {
    const [least, greatest] = [new Uint8Array(length), new Uint8Array(length).fill(255)];
    expect(encodeBase57(least)).toBe("2".repeat(width));
    expect(encodeBase57(greatest)).toHaveLength(width);
    expect(decodeBase57(encodeBase57(least), length)).toEqual(least);
    expect(decodeBase57(encodeBase57(greatest), length)).toEqual(greatest);
  });

  it("writes the number that the bytes are, most significant digit first", () => {
    const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    assert(
      property(uint8Array({ minLength: 1, maxLength: 32 }), (bytes) => {
        let text = "";
        for (let number = BigInt(`0x${Buffer.from(bytes).toString("hex")}`); number > 0n; number /= 57n)
          text = alphabet[Number(number % 57n)]! + text;
        expect(encodeBase57(bytes)).toBe(text.padStart(encodeBase57(bytes).length, "2"));
      }),
    );
  });

  it("decodes what it has encoded", () => {
    assert(
      property(uint8Array({ maxLength: 32 }), (bytes) => {
        expect(decodeBase57(encodeBase57(bytes), bytes.length)).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it("is canonical: every text that decodes re-encodes to itself", () => {
    assert(
      property(stringMatching(/^[2-9A-HJ-NP-Za-km-z]{22}$/), (text) => {
        const bytes = decodeBase57(text, 16);
        if (bytes !== undefined) expect(encodeBase57(bytes)).toBe(text);
      }),
    );
  });

  it("refuses a number too large for its bytes", () => {
    expect(decodeBase57("z".repeat(22), 16)).toBeUndefined();
    expect(decodeBase57("z".repeat(16), 11)).toBeUndefined();
    expect(decodeBase57("zz", 1)).toBeUndefined();
  });

  it("refuses other widths and characters", () => {
    const text = encodeBase57(new Uint8Array(16));
    for (const other of ["", text.slice(1), `${text}2`, ` ${text.slice(1)}`, `${text.slice(1)}\n`]) {
      expect(decodeBase57(other, 16)).toBeUndefined();
    }
    for (const character of ["0", "1", "I", "O", "l", "-", "é", "\0"]) {
      expect(decodeBase57(text.slice(1) + character, 16), character).toBeUndefined();
    }
    expect(decodeBase57(text.slice(2) + "\u{1f407}", 16)).toBeUndefined();
  });

  it("never throws", () => {
    assert(
      property(string({ unit: codePoint, maxLength: 30 }), integer({ min: 0, max: 20 }), (text, length) => {
        const bytes = decodeBase57(text, length);
        if (bytes !== undefined) expect(encodeBase57(bytes)).toBe(text);
      }),
    );
  });

  it("tells every change of one character: it is refused or means other bytes", () => {
    const characters = constantFrom(..."23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz01IOl");
    assert(
      property(
        uint8Array({ minLength: 16, maxLength: 16 }),
        integer({ min: 0, max: 21 }),
        characters,
        (bytes, at, by) => {
          const text = encodeBase57(bytes);
          const mutated = text.slice(0, at) + by + text.slice(at + 1);
          const decoded = decodeBase57(mutated, 16);
          if (mutated !== text && decoded !== undefined) expect(decoded).not.toEqual(new Uint8Array(bytes));
        },
      ),
    );
  });

  it("orders texts as their bytes, so that ids of UUIDv7 are in the order of their making", () => {
    const bytes = uint8Array({ minLength: 16, maxLength: 16 });
    assert(
      property(bytes, bytes, (left, right) => {
        const [first, second] = [encodeBase57(left), encodeBase57(right)];
        expect(Math.sign(Buffer.compare(left, right))).toBe(first < second ? -1 : Number(first > second));
      }),
    );
  });
});
