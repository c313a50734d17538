import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RevocationIndex } from "./revocation-index.ts";
import { allGenerations } from "./revocation-store.ts";

const family = (number: number) =>
  (1_790_000_000_000 + number).toString(16).padStart(12, "0") + (number * 7919).toString(16).padStart(10, "0");
const entry = (familyId: string, throughGeneration: number, expiresAt = 2e12) => ({
  realm: "main",
  target: { familyId, throughGeneration },
  expiresAt,
});

describe("the revocation index", () => {
  it("answers like a map, whatever comes in whatever order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 9 })), { maxLength: 200 }),
        (entries) => {
          const index = new RevocationIndex();
          const model = new Map<number, number>();
          for (const [number, generation] of entries) {
            index.add(entry(family(number), generation), 0);
            model.set(number, Math.max(model.get(number) ?? -1, generation));
          }
          for (let number = 0; number <= 50; number++) {
            for (let generation = 0; generation <= 10; generation++) {
              expect(index.isRevoked(family(number), generation)).toBe(generation <= (model.get(number) ?? -1));
            }
          }
          expect(index.size).toBe(model.size);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("holds 200,000 families and lets expired ones leave when it grows", () => {
    const index = new RevocationIndex();
    for (let number = 0; number < 200_000; number++)
      index.add(entry(family(number), allGenerations, number % 2 === 0 ? 1_000 : 2e12), 5_000);
    expect(index.isRevoked(family(199_999), allGenerations)).toBe(true);
    expect(index.isRevoked(family(1), 3)).toBe(true);
    expect(index.isRevoked(family(200_001), 0)).toBe(false);
    expect(index.size).toBeLessThan(170_000);
  });

  it("class 7: when it grows it keeps what lives, and through which generation", () => {
    const index = new RevocationIndex();
    const now = 1_790_000_000_000;
    for (let number = 0; number < 2_000; number++) index.add(entry(family(number), number % 7, now + 1_000), now);
    for (let number = 0; number < 2_000; number++) {
      expect(index.isRevoked(family(number), number % 7)).toBe(true);
      expect(index.isRevoked(family(number), (number % 7) + 1)).toBe(false);
    }
    expect(index.size).toBe(2_000);
  });

  it("class 7: of two entries of a family the one that lasts longer decides when it leaves", () => {
    const [early, late, now] = [1_000, 2_000_000, 500_000];
    const index = new RevocationIndex();
    for (const [number, expiries] of [
      [1, [early, late]],
      [2, [late, early]],
      [3, [early, early]],
    ] as const)
      for (const expiresAt of expiries) index.add(entry(family(number), 0, expiresAt), 0);
    for (let number = 10; number < 2_000; number++) index.add(entry(family(number), 0, late), now);
    expect([1, 2, 3].map((number) => index.isRevoked(family(number), 0))).toEqual([true, true, false]);
  });

  it("takes no family for another that differs in one part of its id", () => {
    const index = new RevocationIndex();
    const id = "0199f1c2a3b4d5e6f70819";
    index.add(entry(id, allGenerations), 0);
    const taken: string[] = [];
    // More neighbours than slots, so that many of them are looked for where the revoked one stands.
    for (let number = 1; number <= 40_000; number++) {
      const other = number.toString(16).padStart(6, "0");
      for (const neighbour of [
        `${other}${id.slice(6)}`,
        `${id.slice(0, 8)}${other}${id.slice(14)}`,
        `${id.slice(0, 16)}${other}`,
      ])
        if (neighbour !== id && index.isRevoked(neighbour, 0)) taken.push(neighbour);
    }
    expect(taken).toEqual([]);
    expect(index.isRevoked(id, 0)).toBe(true);
  });

  it("cuts a realm by the creation of its families, to the millisecond", () => {
    const index = new RevocationIndex();
    index.add({ realm: "main", target: { familiesBefore: 1_790_000_000_005 }, expiresAt: 2e12 }, 0);
    expect(index.isRevoked(family(4), 0)).toBe(true);
    expect(index.isRevoked(family(5), 0)).toBe(false);
  });
});
