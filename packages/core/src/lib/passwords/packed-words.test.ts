import fc from "fast-check";
import { expect, test } from "vitest";
import { packedWords, packWords } from "./packed-words.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "0", "~", "가"), maxLength: 4 });

test("it has the words that it was made of, and no others", () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), fc.array(word, { maxLength: 20 }), (words, others) => {
      const [list, set] = [packedWords(packWords(words)), new Set(words)];
      for (const one of [...words, ...others]) expect(list.has(one), one).toBe(set.has(one));
    }),
    { numRuns: 500 },
  );
});

test("what only parts of it are has several words in one, or none", () => {
  const list = packedWords(packWords(["dragon", "monkey"]));
  for (const text of ["", "\n", "drag", "ragon", "dragon\nmonkey", "\ndragon", "dragon\n"])
    expect(list.has(text)).toBe(false);
});
