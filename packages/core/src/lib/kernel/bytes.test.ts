// Hexadecimal is strict and canonical; UTF-8 refuses what is none; equality looks at every byte.
import { array, assert, integer, nat, property, string, stringMatching, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes, equalBytes, equalTexts, fromHex, fromUtf8, toHex, toHex32, utf8 } from "./bytes.ts";

const codePoint = integer({ min: 0, max: 0x10ffff }).map((value) => String.fromCodePoint(value));

describe("hexadecimal", () => {
  it("decodes what it has encoded, in lower case", () => {
    assert(
      property(uint8Array(), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
        expect(fromHex(toHex(bytes))).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it("is canonical: every text that decodes re-encodes to itself", () => {
    assert(
      property(stringMatching(/^[0-9a-fA-Fgx -]{0,8}$/), (text) => {
        const bytes = fromHex(text);
        if (bytes !== undefined) expect(toHex(bytes)).toBe(text);
      }),
    );
  });

  it("writes the lowest 32 bits of a number in eight digits", () => {
    assert(
      property(integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), (value) => {
        expect(toHex32(value)).toBe((value >>> 0).toString(16).padStart(8, "0"));
      }),
    );
  });

  it("refuses odd lengths, upper case and other characters", () => {
    for (const text of ["0", "abc", "AB", "aB", "0x", "0g", " 0", "0\n", "ab\n", "-1", "é0", "\u{1f407}"]) {
      expect(fromHex(text), JSON.stringify(text)).toBeUndefined();
    }
  });
});

describe("UTF-8", () => {
  it("decodes what it has encoded, a byte order mark included", () => {
    assert(
      property(string({ unit: codePoint }), (text) => {
        expect(fromUtf8(utf8(text))).toBe(text.toWellFormed());
      }),
    );
    expect(fromUtf8(utf8("\ufeffa"))).toBe("\ufeffa");
  });

  it("refuses bytes that are none: surrogates, overlong forms, cut sequences", () => {
    for (const hex of ["eda080", "c080", "e2", "ff", "f4908080", "80"]) {
      expect(() => fromUtf8(fromHex(hex)!), hex).toThrow(TypeError);
    }
  });
});

describe("byte strings", () => {
  it("joins in order", () => {
    assert(
      property(array(uint8Array()), (parts) => {
        expect(Buffer.from(concatBytes(...parts)).equals(Buffer.concat(parts))).toBe(true);
      }),
    );
  });

  it("are equal where every byte is", () => {
    assert(
      property(uint8Array(), uint8Array(), (left, right) => {
        expect(equalBytes(left, right)).toBe(Buffer.from(left).equals(right));
        expect(equalBytes(left, Uint8Array.from(left))).toBe(true);
      }),
    );
  });

  it("as texts are equal where every character is", () => {
    assert(
      property(string(), string(), nat(), (left, right, place) => {
        expect(equalTexts(left, right)).toBe(left === right);
        expect(equalTexts(left, `${left.slice(0, 3)}${left.slice(3)}`)).toBe(true);
        const at = left.length === 0 ? 0 : place % left.length;
        expect(equalTexts(left, `${left.slice(0, at)}\u{1f407}${left.slice(at + 2)}`)).toBe(false);
        expect(equalTexts(left, `${left}a`)).toBe(false);
      }),
    );
  });
});
