import { expect, it } from "vitest";
import { checkType } from "../plain/field-checks.ts";
import { marshmallowChecks } from "./marshmallow-checks.ts";

const check = (entered: unknown, type: unknown) => checkType(entered as never, type as never, marshmallowChecks);

// From the source and documentation of marshmallow 3 (fields.py) and wire-contracts.md §5.0.
it.each([
  [" a ", { type: "text" }, " a "],
  ["", { type: "text" }, ""],
  ["1000", { type: "integer" }, 1000],
  [" +1_000 ", { type: "integer" }, 1000],
  [1000.5, { type: "integer" }, 1000],
  [-0.5, { type: "integer" }, 0],
  [-7, { type: "integer" }, -7],
  ["true", { type: "boolean" }, true],
  ["on", { type: "boolean" }, true],
  [1, { type: "boolean" }, true],
  ["No", { type: "boolean" }, false],
  [0, { type: "boolean" }, false],
  ["a", { type: "choice", choices: { a: 1 } }, 1],
  [["1", 2], { type: "list", of: { type: "integer" }, maximumItems: 2 }, [1, 2]],
])("%j as %j is %j", (entered, type, value) => {
  expect(check(entered, type)).toEqual({ value });
});

it.each([
  [1, { type: "text" }, "wrong_type"],
  ["\u0000", { type: "text" }, "wrong_type"],
  ["abc", { type: "text", maximum: 2 }, "too_long"],
  ["x", { type: "text", pattern: { expression: /^\d$/ } }, "invalid_format"],
  ["1000.5", { type: "integer" }, "wrong_type"],
  ["", { type: "integer" }, "wrong_type"],
  [true, { type: "integer" }, "wrong_type"],
  [2 ** 60, { type: "integer" }, "wrong_type"],
  [2 ** 31, { type: "integer", maximum: 2 ** 31 - 1 }, "wrong_type"],
  ["yEs", { type: "boolean" }, "wrong_type"],
  [2, { type: "boolean" }, "wrong_type"],
  [[], { type: "boolean" }, "wrong_type"],
  ["toString", { type: "choice", choices: { a: 1 } }, "not_a_choice"],
  ["a", { type: "list", of: { type: "integer" }, maximumItems: 2 }, "wrong_type"],
  [["a"], { type: "list", of: { type: "integer" }, maximumItems: 2 }, "wrong_type"],
  [[1, 2, 3], { type: "list", of: { type: "integer" }, maximumItems: 2 }, "too_long"],
])("%j as %j is %s", (entered, type, problem) => {
  expect(check(entered, type)).toMatchObject({ problem: { problem } });
});
