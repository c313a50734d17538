// What is remembered of verified tokens, for how long, and that it is never more than was said.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVerifiedTokenCache, verifiedTokenCacheBounds } from "./verified-token-cache.ts";

const roomy = { entries: 1000, characters: 1_000_000 };

/** A cache that has kept the tokens in this order. */
function filled(tokens: readonly string[], bounds = roomy) {
  const cache = createVerifiedTokenCache<string>(bounds);
  cache.get("", 1);
  for (const token of tokens) cache.set(token, `of ${token}`, 1);
  return cache;
}

/** Those of the tokens that are known afterwards; each is asked of a cache of its own, since asking moves them. */
const known = (tokens: readonly string[], bounds: typeof roomy) =>
  tokens.filter((token) => filled(tokens, bounds).get(token, 1) !== undefined);

describe("the bounds", () => {
  it("are 10,000 tokens and 8 million characters, unless somebody says otherwise", () => {
    expect(verifiedTokenCacheBounds).toEqual({ entries: 10_000, characters: 8_000_000 });
    const cache = createVerifiedTokenCache<number>();
    cache.get("", 1);
    const count = 15_000;
    for (let index = 0; index < count; index++) cache.set(String(index), index, 1);
    expect(cache.get(String(count - 1), 1)).toBe(count - 1);
    expect(cache.get(String(count - 5_000), 1)).toBe(count - 5_000);
    expect(cache.get("0", 1)).toBeUndefined();
  });

  it("let everything in that fits, and then the oldest go", () => {
    const tokens = ["a", "b", "c", "d", "e"];
    expect(known(tokens.slice(0, 4), { entries: 4, characters: 1000 })).toEqual(["a", "b", "c", "d"]);
    expect(known(tokens, { entries: 4, characters: 1000 })).toEqual(["c", "d", "e"]);
    expect(known(tokens.slice(0, 4), { entries: 1000, characters: 4 })).toEqual(["a", "b", "c", "d"]);
    expect(known(tokens, { entries: 1000, characters: 4 })).toEqual(["c", "d", "e"]);
  });

  it("hold whatever tokens come, and the newest half of them is always known", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 });
    const bounds = fc.record({
      entries: fc.constantFrom(2, 4, 6, 12),
      characters: fc.integer({ min: 40, max: 120 }),
    });
    fc.assert(
      fc.property(lengths, bounds, (all, limits) => {
        const tokens = all.map((length, index) => String.fromCodePoint(0x4e00 + index).repeat(length));
        const characters = (some: readonly string[]) => some.join("").length;
        const kept = known(tokens, limits);
        expect(kept.length).toBeLessThanOrEqual(limits.entries);
        expect(characters(kept)).toBeLessThanOrEqual(limits.characters);
        let newest: string[] = [];
        for (const token of tokens.toReversed()) {
          const more = [token, ...newest];
          if (more.length > limits.entries / 2 || characters(more) > limits.characters / 2) break;
          newest = more;
        }
        expect(kept.slice(kept.length - newest.length)).toEqual(newest);
      }),
    );
  });

  it("spare a token that is presented again and again", () => {
    const cache = filled(["mine"], { entries: 4, characters: 1000 });
    for (let index = 0; index < 50; index++) {
      expect(cache.get("mine", 1)).toBe("of mine");
      cache.set(`another ${index}`, "", 1);
    }
    const unasked = filled(["mine", "a", "b", "c", "d"], { entries: 4, characters: 1000 });
    expect(unasked.get("mine", 1)).toBeUndefined();
  });

  it("count a token that moves up like one that is new", () => {
    const cache = filled(["a", "b", "c"], { entries: 4, characters: 1000 });
    // Both are of the older half; the second one fills the younger half beyond its bound.
    for (const token of ["a", "b"]) expect(cache.get(token, 1)).toBe(`of ${token}`);
    cache.set("d", "of d", 1);
    expect(cache.get("c", 1)).toBe("of c");
    const full = filled(["a", "b", "c"], { entries: 4, characters: 1000 });
    expect(full.get("unknown", 1)).toBeUndefined();
    expect(["a", "b"].map((token) => full.get(token, 1))).toEqual(["of a", "of b"]);
  });
});

describe("class 7: a change of the keys", () => {
  it("empties everything, the older half too, and counts anew", () => {
    const bounds = { entries: 4, characters: 12 };
    const cache = filled(["aaa", "bbb", "ccc"], bounds);
    expect(cache.get("aaa", 2)).toBeUndefined();
    // Back under the first number, nothing comes back either.
    expect(["aaa", "bbb", "ccc"].map((token) => cache.get(token, 1))).toEqual([undefined, undefined, undefined]);
    for (const token of ["ddd", "eee", "fff", "ggg"]) cache.set(token, "", 1);
    expect(cache.get("ddd", 1)).toBe("");
  });

  it("keeps a verdict out that was begun under other keys", () => {
    const cache = createVerifiedTokenCache<string>(roomy);
    cache.set("before anything", "", 1);
    expect(cache.get("before anything", 1)).toBeUndefined();
    cache.get("", 2);
    cache.set("late", "", 1);
    expect([cache.get("late", 2), cache.get("late", 1)]).toEqual([undefined, undefined]);
  });
});
