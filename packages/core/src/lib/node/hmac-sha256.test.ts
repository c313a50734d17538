// HMAC of our own making is held to RFC 4231's vectors, to @noble/hashes and to node:crypto.
import { createHmac } from "node:crypto";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBase64url } from "../kernel/base64url.ts";
import { fromHex, utf8 } from "../kernel/bytes.ts";
import { hmacSha256 } from "./hmac-sha256.ts";

const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((value) => String.fromCodePoint(value));

describe("HMAC-SHA-256 (RFC 2104)", () => {
  test.each([
    ["0b".repeat(20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    ["4a656665", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
    [
      "aa".repeat(131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
    [
      "aa".repeat(131),
      "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ],
  ])("RFC 4231: key %s, %j", (key, text, mac) => {
    expect(hmacSha256(fromHex(key)!)(text)).toBe(encodeBase64url(fromHex(mac)!));
  });

  test("is what @noble/hashes and node:crypto make of keys and texts of any length, one after another", () => {
    const key = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(63, 64, 65).map(filled));
    const length = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 1000, max: 8192 }));
    const text = fc
      .tuple(fc.string({ unit: codePoint, minLength: 1, maxLength: 20 }), length)
      .map(([part, wanted]) => part.repeat(Math.ceil(wanted / part.length)).slice(0, wanted));
    fc.assert(
      fc.property(key, fc.array(text, { minLength: 1, maxLength: 4 }), (secret, texts) => {
        const mac = hmacSha256(secret);
        for (const one of texts) {
          expect(mac(one)).toBe(encodeBase64url(hmac(sha256, secret, utf8(one))));
          expect(mac(one)).toBe(createHmac("sha256", secret).update(one).digest("base64url"));
        }
      }),
    );
  });

  test("a key belongs to what was prepared with it: neither another key nor a later change of its bytes matters", () => {
    const secret = filled(32);
    const [first, other] = [hmacSha256(secret), hmacSha256(filled(33))];
    const expected = first("a.b");
    secret.fill(0);
    expect(other("a.b")).not.toBe(expected);
    expect(first("a.b")).toBe(expected);
  });
});

function filled(length: number): Uint8Array {
  return new Uint8Array(length).fill(0xa5);
}
