import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseParameters } from "./parse-parameters.ts";

describe("parseParameters", () => {
  it("reads what URLSearchParams writes", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), (fields) => {
        const entries = Object.entries(fields);
        expect([...(parseParameters(new URLSearchParams(entries).toString()) ?? [])]).toEqual(entries);
      }),
    );
  });

  it.each(["a=1&a=2", "a=1&%61=2", "a=%ff", "a=%", "%c3=1"])("class 11: refuses %s", (text) => {
    expect(parseParameters(text)).toBeUndefined();
  });
});
