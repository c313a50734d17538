import { webcrypto } from "node:crypto";
import { expect, it } from "vitest";
import { deriveDigest } from "./derived-key.ts";

const master = Uint8Array.from({ length: 32 }, (_, index) => index);
const purpose = "latchkey/throttling/v1";

/** The same by Web Crypto, by which the digests of earlier releases were made. */
async function byWebCrypto(masterKey: Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  const { subtle } = webcrypto;
  const base = await subtle.importKey("raw", masterKey, "HKDF", false, ["deriveKey"]);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(purpose) };
  const key = await subtle.deriveKey(derivation, base, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
  return Buffer.from(await subtle.sign("HMAC", key, new TextEncoder().encode(text))).toString("base64url");
}

it.each(["", '["v1","main","guesses"]', "길동 🔑", "x".repeat(1000)])(
  "RFC 5869, RFC 2104: digests %j as releases did that stored such digests",
  async (text) => {
    const digest = deriveDigest(master, purpose);
    expect(digest(text)).toBe(await byWebCrypto(master, text));
    expect(digest(text)).toBe(digest(text));
  },
);

it("digests differently for another purpose and under another master key", () => {
  const digests = [
    deriveDigest(master, purpose)("text"),
    deriveDigest(master, "latchkey/one-time-codes/v1")("text"),
    deriveDigest(master.toReversed(), purpose)("text"),
  ];
  expect(new Set(digests).size).toBe(3);
});
