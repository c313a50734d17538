import { describe, expect, it } from "vitest";
import { differenceOf } from "./match-value.ts";

const loosely = { exact: false, extra: [] };
const exactly = { exact: true, extra: ["c"] };

describe("what a case expects of a value", () => {
  it.each([
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: [1, 2] }, { a: ["<int>", "<int>"] }],
    ["a.b-c._d", "<jwt>"],
    ["http://x/1", "<url>"],
    ["0".repeat(32), "<hex32>"],
    ["JSON parse error - x", "<contains:parse error>"],
    ["*", "<regex:^\\*$>"],
    [null, null],
  ])("%j is %j", (actual, expected) => {
    expect(differenceOf(actual, expected, loosely)).toBeUndefined();
  });

  it.each([
    [{ a: 1 }, { a: "1" }, '$.a is 1, not "1"'],
    [{}, { a: "<any>" }, '$.a is undefined, not "<any>"'],
    [{ a: [1, 2] }, { a: [1] }, "$.a is [1,2], not [1]"],
    [[], {}, "$ is [], not {}"],
    [1.5, "<int>", '$ is 1.5, not "<int>"'],
    ["x", "<regex:^\\*$>", '$ is "x", not "<regex:^\\\\*$>"'],
  ])("%j is not %j", (actual, expected, difference) => {
    expect(differenceOf(actual, expected, loosely)).toBe(difference);
  });

  it("takes no member beside the expected ones where it is exact, at any depth", () => {
    expect(differenceOf({ a: { x: 1, y: 2 }, c: 1 }, { a: { x: 1 } }, exactly)).toBe("$.a.y is not expected");
    expect(differenceOf({ a: { x: 1, c: 2 } }, { a: { x: 1 } }, exactly)).toBeUndefined();
    expect(differenceOf({ toString: 1 }, {}, exactly)).toBe("$.toString is not expected");
  });
});
