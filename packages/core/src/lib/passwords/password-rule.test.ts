// Which passwords a realm takes (ASVS 6.2, NIST SP 800-63B-4 §3.1.1.2): by length in code points after NFC, by classes, by what text they are.
import { describe, expect, it } from "vitest";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import { checkPassword, defaultPasswordRule, normalisePassword, type PasswordRule } from "./password-rule.ts";

const problemOf = (password: string, rule: PasswordRule) => checkPassword(password, rule)[0];

describe("the length of a password", () => {
  const rule = { minimum: 8, maximum: 64 };

  it("ASVS 6.2.1, 6.2.9: counts code points, at both bounds", () => {
    for (const letter of ["x", "ü", "u\u0308", "한", "🐇"]) {
      expect(problemOf(letter.repeat(7), rule)).toEqual({ problem: "too_short", minimum: 8 });
      expect(checkPassword(letter.repeat(8), rule)).toEqual([]);
      expect(checkPassword(letter.repeat(64), rule)).toEqual([]);
      expect(problemOf(letter.repeat(65), rule)).toEqual({ problem: "too_long", maximum: 64 });
    }
  });

  it("is blank for nothing, and by default from 15 to 256", () => {
    expect(problemOf("", rule)).toEqual({ problem: "blank" });
    expect([14, 15, 256, 257].map((length) => problemOf("x".repeat(length), defaultPasswordRule)?.problem)).toEqual([
      "too_short",
      undefined,
      undefined,
      "too_long",
    ]);
  });
});

it("class 8: text that is not well-formed, or holds a NUL, is no password", () => {
  const rule = { minimum: 1, maximum: 64 };
  for (const password of ["\ud800", "pass\udc00word", "pass\u0000word", "\u0000"])
    expect(checkPassword(password, rule)).toEqual([{ problem: "invalid_characters" }]);
  expect(normalisePassword("\ud800")).toBeUndefined();
  expect(normalisePassword("u\u0308")).toBe("ü");
});

it.each([
  ["upper", ["a1!", "ü", "1"], ["aB", "Ü"]],
  ["lower", ["A1!", "Ü", "1"], ["Ab", "ü"]],
  ["digit", ["aA!", "½"], ["a1", "٣"]],
  ["punctuation", ["aA1", "ü", " ", "·"], [..."!/:@[`{~"]],
] as const)("a rule that asks for the class %s finds it, and misses it", (name, without, having) => {
  const rule = { minimum: 1, maximum: 64, classes: [name] };
  for (const password of without)
    expect([password, problemOf(password, rule)]).toEqual([password, { problem: "invalid_format" }]);
  for (const password of having) expect([password, problemOf(password, rule)]).toEqual([password, undefined]);
});

it("ASVS 6.2.5: a rule of several classes wants each of them, and none asks for none", () => {
  const rule = { minimum: 1, maximum: 64, classes: ["upper", "digit"] as const };
  expect(["a", "A", "1", "A1"].map((password) => checkPassword(password, rule).length)).toEqual([1, 1, 1, 0]);
  expect(checkPassword("a", { minimum: 1, maximum: 64 })).toEqual([]);
});

it("what a realm refuses it names, whoever sets the password; nothing is stored", async () => {
  const { provider } = createTestRealm({ policy: { passwordRule: { minimum: 8, maximum: 64 } } });
  const identifiers = { username: "kim" };
  const refused = (problem: unknown) => ({ code: "password_unacceptable", fields: { password: [problem] } });
  for (const [password, problem] of [
    ["short", { problem: "too_short", minimum: 8 }],
    ["x".repeat(65), { problem: "too_long", maximum: 64 }],
    ["not well-formed \ud800", { problem: "invalid_characters" }],
  ] as const)
    await expect(provider.signUp({ identifiers, password })).rejects.toMatchObject(refused(problem));
  const { account } = await provider.signUp({ identifiers, password: testPassword });
  await expect(provider.setPassword(account.id, "short", { kind: "operator" })).rejects.toMatchObject({
    code: "password_unacceptable",
  });
  await provider.logIn({ identifier: "kim", password: testPassword });
});
