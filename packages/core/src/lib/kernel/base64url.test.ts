// One byte string has exactly one text: what decodes re-encodes to itself, and no other text decodes to the same bytes.
import { array, assert, constantFrom, integer, property, string, stringMatching, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64url, decodeInPlace, encodeBase64url, encodeTextAsBase64url, writeAscii } from "./base64url.ts";

const alphabet = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];

const codePoint = integer({ min: 0, max: 0x10ffff }).map((value) => String.fromCodePoint(value));

describe("base64url", () => {
  it("encodes as RFC 4648 §10 does, and without padding", () => {
    const text = (ascii: string) => encodeBase64url(new TextEncoder().encode(ascii));
    expect(["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(text)).toEqual([
      "",
      "Zg",
      "Zm8",
      "Zm9v",
      "Zm9vYg",
      "Zm9vYmE",
      "Zm9vYmFy",
    ]);
    expect(encodeBase64url(Uint8Array.of(0xfb, 0xff, 0xfe))).toBe("-__-");
  });

  it("agrees with Node's encoder, and decodes what it has encoded", () => {
    assert(
      property(uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeBase64url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64url"));
        expect(decodeBase64url(text)).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it("encodes a text as its UTF-8 bytes", () => {
    assert(
      property(string({ unit: codePoint, maxLength: 100 }), constantFrom("", "~~~???", "\x7f", "é"), (text, more) => {
        expect(encodeTextAsBase64url(text + more)).toBe(encodeBase64url(new TextEncoder().encode(text + more)));
      }),
    );
    assert(property(string(), (text) => encodeTextAsBase64url(text) === Buffer.from(text).toString("base64url")));
  });

  it("keeps nothing of one call for the next, whatever their lengths", () => {
    const lengths = integer({ min: 0, max: 9 }).map((step) => step * 1024 + (step % 3));
    assert(
      property(array(lengths, { minLength: 2, maxLength: 6 }), integer({ min: 1, max: 255 }), (wanted, seed) => {
        const all = wanted.map((length, at) => new Uint8Array(length).fill(seed + at));
        const texts = all.map((bytes) => encodeBase64url(bytes));
        const decoded = texts.map((text) => decodeBase64url(text)!);
        expect(texts).toEqual(all.map((bytes) => Buffer.from(bytes).toString("base64url")));
        expect(decoded).toEqual(all);
        for (const bytes of decoded) expect(bytes.buffer.byteLength).toBe(bytes.length);
      }),
      { numRuns: 30 },
    );
  });

  it("decodes a part of an array where it stands, and nothing beside it", () => {
    assert(
      property(uint8Array({ maxLength: 40 }), string(), string(), (bytes, before, after) => {
        const [left, right] = [before, after].map((text) => Buffer.from(text));
        const part = Buffer.from(encodeBase64url(bytes));
        const codes = new Uint8Array(Buffer.concat([left!, part, right!]));
        const end = decodeInPlace(codes, left!.length, left!.length + part.length);
        expect(codes.slice(left!.length, end)).toEqual(new Uint8Array(bytes));
        expect(codes.slice(0, left!.length)).toEqual(new Uint8Array(left!));
        expect(codes.slice(left!.length + part.length)).toEqual(new Uint8Array(right!));
      }),
    );
    expect(decodeInPlace(Uint8Array.of(0x5a, 0xe9, 0x6d, 0x39), 0, 4)).toBe(-1);
  });

  it("writes a text that is all ASCII and fits, and says of every other one that it did not", () => {
    const codes = new Uint8Array(4);
    expect(writeAscii("Zm9v", codes)).toBe(true);
    expect([...codes]).toEqual([0x5a, 0x6d, 0x39, 0x76]);
    for (const text of ["Zm9vY", "Zé", "é", "\u{1f407}", "\ud800"]) expect(writeAscii(text, codes), text).toBe(false);
  });

  it("is canonical: every text that decodes re-encodes to itself", () => {
    assert(
      property(stringMatching(/^[A-Za-z0-9_=+/-]{0,12}$/), (text) => {
        const bytes = decodeBase64url(text);
        if (bytes !== undefined) expect(encodeBase64url(bytes)).toBe(text);
      }),
    );
  });

  it("refuses padding, other alphabets, white space, stray bits and impossible lengths", () => {
    for (const text of [
      "Zg==",
      "Zg=",
      "Zh",
      "Zm9=",
      "Zm9",
      "Z",
      "Zm9vY",
      "+_",
      "/A",
      "Zg ",
      " Zg",
      "Zg\n",
      "Zm\u00e9v",
      "\u{1f407}\u{1f407}",
    ]) {
      expect(decodeBase64url(text), JSON.stringify(text)).toBeUndefined();
    }
  });

  it("tells every change of one character: it is refused or means other bytes (class 4)", () => {
    const change = { at: integer({ min: 0, max: 1000 }), by: constantFrom(...alphabet, "=", "+", "/", " ", "\0", "é") };
    assert(
      property(uint8Array({ minLength: 1, maxLength: 64 }), change.at, change.by, (bytes, place, by) => {
        const text = encodeBase64url(bytes);
        const at = place % text.length;
        const mutated = text.slice(0, at) + by + text.slice(at + 1);
        const decoded = decodeBase64url(mutated);
        if (mutated !== text && decoded !== undefined) expect(decoded).not.toEqual(new Uint8Array(bytes));
      }),
    );
  });
});
