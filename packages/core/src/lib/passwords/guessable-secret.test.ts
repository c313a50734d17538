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

it("takes what a machine drew for a secret, in every usual spelling", async () => {
  for (let run = 0; run < 500; run++) {
    expect(await isGuessableSecret(randomBytes(32).toString("base64"))).toBe(false);
    expect(await isGuessableSecret(randomBytes(16).toString("hex"))).toBe(false);
    expect(await isGuessableSecret(randomBytes(18).toString("base64url"))).toBe(false);
  }
});
