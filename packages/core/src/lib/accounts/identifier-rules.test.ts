import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkIdentifier, defaultIdentifierRules, foldIdentifier } from "./identifier-rules.ts";

const rules = defaultIdentifierRules;
const keyOf = (kind: "username" | "email" | "mobile", entered: string) => {
  const check = checkIdentifier(kind, entered, rules[kind]);
  return "identifier" in check ? check.identifier.key : check.problem.problem;
};

describe("identifiers are normalised before they are checked (class 8)", () => {
  it.each([
    ["letter case", "Kim", "kIM"],
    ["composition", "Zoe\u0301", "Zo\u00e9"],
    ["compatibility forms", "ｋｉｍ", "kim"],
    ["outer blanks", "  kim ", "kim"],
    ["runs of blanks", "kim  lee", "kim lee"],
    ["sharp s", "STRASSE", "straße"],
    ["capital sharp s", "STRAẞE", "straße"],
    ["final sigma", "ΟΔΟΣ", "οδος"],
    ["the Kelvin sign", "\u212aim", "kim"],
  ])("user names that differ in %s are one", (_, left, right) => {
    expect(keyOf("username", left)).toBe(keyOf("username", right));
  });

  it.each([
    ["an at sign", "kim@lee", "invalid_format"],
    ["a full-width at sign", "kim＠lee", "invalid_format"],
    ["a phone number", "+82 10-1234-5678", "invalid_format"],
    ["a phone number in full-width digits", "０１０１２３４５６７８", "invalid_format"],
    ["a zero-width joiner", "ki\u200dm", "invalid_characters"],
    ["a bidirectional override", "kim\u202e", "invalid_characters"],
    ["a no-break space", "kim\u00a0lee", "invalid_characters"],
    ["NUL", "kim\u0000", "invalid_characters"],
    ["a line break", "kim\nlee", "invalid_characters"],
    ["a lone surrogate", "kim\ud800", "invalid_characters"],
    ["nothing but blanks", " \u3000 ", "blank"],
    ["65 code points", "😀".repeat(65), "too_long"],
  ])("user names with %s are refused", (_, entered, problem) => {
    expect(keyOf("username", entered)).toBe(problem);
  });

  it("64 code points beyond the BMP are accepted", () => {
    expect(keyOf("username", "😀".repeat(64))).toBe("😀".repeat(64));
  });

  it.each([
    "a@b.example,c@d.example",
    "a@b.example c@d.example",
    "a@b",
    "a@@b.example",
    "@b.example",
    "a@b..example",
    "<a@b.example>",
    "a@b.example;",
  ])("refuses the e-mail %j", (entered) => {
    expect(keyOf("email", entered)).toBe("invalid_format");
  });

  it("brings mobile numbers to E.164", () => {
    expect(keyOf("mobile", " +82 (10) 1234-5678 ")).toBe("+821012345678");
    expect(keyOf("mobile", "＋８２１０１２３４５６７８")).toBe("+821012345678");
    expect(keyOf("mobile", "01012345678")).toBe("invalid_format");
  });

  it("letter case never makes two identifiers of one, whatever the letter", () => {
    const apart: string[] = [];
    for (let code = 0x21; code < 0x2_0000; code++) {
      const letter = String.fromCodePoint(code);
      if (!letter.isWellFormed()) continue;
      const folded = foldIdentifier(letter);
      const forms = [folded, letter.toUpperCase(), letter.toLowerCase(), letter.normalize("NFD")];
      if (forms.some((form) => foldIdentifier(form) !== folded)) apart.push(code.toString(16));
    }
    expect(apart).toEqual([]);
  });

  it("folding is stable", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(foldIdentifier(foldIdentifier(text))).toBe(foldIdentifier(text));
      }),
      { numRuns: 1000 },
    );
  });
});

it("a realm's own pattern is judged beside the syntax, after normalising", () => {
  const rule = { syntax: "text", form: "exact", maximum: 150, pattern: /^[\p{L}\p{N}_.@+-]+$/u } as const;
  expect(checkIdentifier("username", " 홍길동.kim@x+1 ", rule)).toMatchObject({
    identifier: { key: "홍길동.kim@x+1" },
  });
  expect(checkIdentifier("username", "JIN HO", rule)).toEqual({ problem: { problem: "invalid_format" } });
});

it("a value that folding makes longer than storages index is too long", () => {
  const rule = { syntax: "username", form: "folded", maximum: 64 } as const;
  expect(checkIdentifier("username", "\ufdfa".repeat(64), rule)).toEqual({
    problem: { problem: "too_long", maximum: 64 },
  });
  expect(checkIdentifier("username", "\ufdfa", rule)).toHaveProperty("identifier");
});
