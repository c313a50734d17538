import { describe, expect, it } from "vitest";
import { checkType, plainChecks } from "./field-checks.ts";
import { plainTexts } from "./field-texts.ts";

const check = (entered: unknown, type: unknown) => checkType(entered as never, type as never, plainChecks);

describe("plain field types convert nothing", () => {
  it.each([
    ["a", { type: "text" }, "a"],
    [" a ", { type: "text" }, " a "],
    [" e\u0301 ", { type: "text", form: "name" }, "é"],
    ["😀😀", { type: "text", maximum: 2 }, "😀😀"],
    ["7", { type: "integer" }, 7],
    [7, { type: "integer", minimum: 7, maximum: 7 }, 7],
    [true, { type: "boolean" }, true],
    ["accepted", { type: "choice", choices: { accepted: "active" } }, "active"],
    [["a", "b"], { type: "list", of: { type: "text" }, maximumItems: 2 }, ["a", "b"]],
  ])("%j as %j is %j", (entered, type, value) => {
    expect(check(entered, type)).toEqual({ value });
  });

  it.each([
    [1, { type: "text" }, "wrong_type"],
    ["\u0000", { type: "text" }, "invalid_characters"],
    ["\udc00", { type: "text" }, "invalid_characters"],
    ["  ", { type: "text", form: "name" }, "blank"],
    ["a\u202e", { type: "text", form: "name" }, "invalid_characters"],
    ["abc", { type: "text", maximum: 2 }, "too_long"],
    ["a b", { type: "text", pattern: { expression: /^\w+$/ } }, "invalid_characters"],
    ["a b", { type: "text", pattern: { expression: /^\w+$/, problem: "invalid_format" } }, "invalid_format"],
    ["07", { type: "integer" }, "wrong_type"],
    ["1e3", { type: "integer" }, "wrong_type"],
    [1.5, { type: "integer" }, "wrong_type"],
    [8, { type: "integer", maximum: 7 }, "invalid_format"],
    ["true", { type: "boolean" }, "wrong_type"],
    ["toString", { type: "choice", choices: { accepted: "active" } }, "not_a_choice"],
    [1, { type: "choice", choices: {} }, "wrong_type"],
    ["a", { type: "list", of: { type: "text" }, maximumItems: 2 }, "wrong_type"],
    [["a", 1], { type: "list", of: { type: "text" }, maximumItems: 2 }, "wrong_type"],
    [["a", "b", "c"], { type: "list", of: { type: "text" }, maximumItems: 2 }, "too_long"],
  ])("%j as %j is %s", (entered, type, problem) => {
    expect(check(entered, type)).toMatchObject({ problem: { problem } });
  });
});

it("words every problem in both languages", () => {
  const figures = { expected: "string", maximum: 64, minimum: 15, choices: ["a", "b"] };
  for (const locale of ["en", "ko"] as const) {
    for (const [problem, word] of Object.entries(plainTexts[locale])) {
      expect((word as (problem: object) => string)({ problem, ...figures })).toMatch(
        locale === "ko" ? /\p{Script=Hangul}/u : /^[\x20-\x7e]+\.$/,
      );
    }
  }
});
