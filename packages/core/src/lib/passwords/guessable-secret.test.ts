import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { isGuessableSecret } from "./guessable-secret.ts";

it.each([
  "secretsecretsecretsecretsecretsecret",
  "your-256-bit-secret-your-256-bit-secret",
  "change-me-in-production-please-1234",
  "for-local-use-only-change-me",
  "My Super Secret Password 2024!!!",
  "abcabcabcabcabcabcabcabcabcabcabc",
  "00000000000000000000000000000000",
])("RFC 8725 §3.5: %s is no key", async (secret) => {
  expect(await isGuessableSecret(secret)).toBe(true);
});

// Letters that make no word; eight different ones.
const noise = "xqzvwkjb";

it.each([
  ["one of eight different characters", `${noise}${noise.toUpperCase()}qx`, false],
  ["one of seven", "xqzvwkjxzqvjwkxqjz", true],
  ["ten characters beside a word", `dragon-${noise}qv`, false],
  ["nine", `dragon-${noise}q`, true],
  ["nine beside a word of four letters", `love-${noise}q`, true],
  ["nine behind a word, nothing between them", `dragon${noise}q`, true],
  ["nine before a word, nothing between them", `${noise}qdragon`, true],
  ["nine around a word", `${noise.slice(4)}dragon${noise.slice(0, 4)}q`, true],
  ["nine beside a word in capitals", `DRAGON-${noise}q`, true],
  ["nine beside a word in a compatibility form", `ｄｒａｇｏｎ-${noise}q`, true],
  ["what it repeats, which counts once", `${noise}-${noise}-${noise}`, true],
  ["parts that differ", `${noise}-${noise}q`, false],
])("a secret of %s: guessable %s", async (_, secret, expected) => {
  expect(await isGuessableSecret(secret)).toBe(expected);
});

it("takes what a machine drew for a secret, in every usual spelling", async () => {
  for (let run = 0; run < 500; run++) {
    expect(await isGuessableSecret(randomBytes(32).toString("base64"))).toBe(false);
    expect(await isGuessableSecret(randomBytes(16).toString("hex"))).toBe(false);
    expect(await isGuessableSecret(randomBytes(18).toString("base64url"))).toBe(false);
  }
});
