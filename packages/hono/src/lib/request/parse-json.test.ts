import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "./parse-json.ts";

describe("parseJson", () => {
  it("reads what JSON.parse reads, where names are not repeated and reach no prototype", () => {
    const dangerous = new Set(["__proto__", "constructor", "prototype"]);
    const safe = fc
      .jsonValue({ maxDepth: 5, stringUnit: "binary" })
      .filter((value) => !namesOf(value).some((name) => dangerous.has(name)) && !/\d{16}/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(safe, fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("never reads what JSON.parse refuses", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\/truefalsn0123-+.eE u\u0001\n') }), (text) => {
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expect(() => parseJson(text)).toThrow();
          return;
        }
        // Stricter is allowed; different is not.
        try {
          expect(parseJson(text)).toEqual(expected);
        } catch (error) {
          if (!(error instanceof Error) || error.name !== "JsonSyntaxError") throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['{"a":1,"a":2}', "Property name is repeated"],
    ['{"a":{"b":1,"\\u0062":2}}', "Property name is repeated"],
    ['{"__proto__":{"roles":["ADMIN"]}}', "Property name is not allowed"],
    ['{"\\u005f_proto__":1}', "Property name is not allowed"],
    ['{"a":{"constructor":1}}', "Property name is not allowed"],
    ["[".repeat(17) + "]".repeat(17), "Nesting is too deep"],
    ["[".repeat(100_000), "Nesting is too deep"],
    ["1e400", "Number is out of range"],
    ["9007199254740993", "Number is out of range"],
    ["-", "Expecting value"],
    ["01", "Extra data"],
    ["NaN", "Expecting value"],
    ["\ufeff{}", "Expecting value"],
    ['{"a":1} x', "Extra data"],
    ['"\u0000"', "Invalid control character"],
    ['"\\x"', "Invalid \\escape"],
    ['"abc', "Unterminated string"],
    ["", "Expecting value: line 1 column 1 (char 0)"],
  ])("class 11: refuses hostile text %#", (text, reason) => {
    expect(() => parseJson(text)).toThrow(reason);
  });

  it("says where, as Python does", () => {
    expect(() => parseJson('{"username":}')).toThrow("Expecting value: line 1 column 13 (char 12)");
    expect(() => parseJson('{\n "a": 1,\n}')).toThrow(
      "Expecting property name enclosed in double quotes: line 3 column 1 (char 11)",
    );
  });
});

function namesOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(namesOf)];
}
