// One byte string has exactly one text: what decodes re-encodes to itself, and no other text decodes to the same bytes.
import { assert, constantFrom, integer, property, stringMatching, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";

const alphabet = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];

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
