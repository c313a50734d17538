import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyLives, removableAt, signingAt, stateAt, verifyingAt } from "./key-life.ts";
import type { KeyRecord } from "./key-store.ts";

const tails = { access: 1000, refresh: 5000 };

function key(kid: string, activatesAt: number, change: Partial<KeyRecord> = {}): KeyRecord {
  return {
    realm: "main",
    kid,
    use: "access",
    ordinal: Number(kid.slice(1)),
    algorithm: "EdDSA",
    publicJwk: { kty: "OKP" },
    encryptedPrivateJwk: "v1..",
    createdAt: 0,
    activatesAt,
    retiredAt: null,
    ...change,
  };
}

/** State by kid, in the order of signing. */
function states(records: readonly KeyRecord[], now: number) {
  const lives = keyLives(records, tails);
  return Object.fromEntries(lives.map((life) => [life.record.kid, stateAt(lives, life, now)]));
}

const signer = (records: readonly KeyRecord[], at: number, now = at) =>
  signingAt(keyLives(records, tails), "access", at, now)?.record.kid;
const verifiers = (records: readonly KeyRecord[], now: number) =>
  verifyingAt(keyLives(records, tails), "access", now).map(({ record }) => record.kid);

describe("a key passes next → current → previous → retired as time passes, without a write", () => {
  const keys = [key("k2", 500), key("k1", 0)];
  test.each([
    [0, { k1: "current", k2: "next" }, ["k1", "k2"]],
    [499, { k1: "current", k2: "next" }, ["k1", "k2"]],
    [500, { k1: "previous", k2: "current" }, ["k1", "k2"]],
    [1499, { k1: "previous", k2: "current" }, ["k1", "k2"]],
    [1500, { k1: "retired", k2: "current" }, ["k2"]],
  ])("at %d", (now, expected, verifying) => {
    expect(states(keys, now)).toEqual(expected);
    expect(verifiers(keys, now)).toEqual(verifying);
  });

  test("uses do not meet", () => {
    const mixed = [key("k1", 0), key("k2", 100, { use: "refresh" })];
    expect(states(mixed, 200)).toEqual({ k1: "current", k2: "current" });
  });
});

describe("which key signs at an instant", () => {
  test("a replay is signed by the key that was current when the row was rotated", () => {
    const keys = [key("k1", 0), key("k2", 500)];
    expect(signer(keys, 499, 505)).toBe("k1");
    expect(signer(keys, 500, 505)).toBe("k2");
  });

  test("a retired key signs nothing again: its replacement does, not an older key", () => {
    const keys = [key("k1", 0), key("k2", 500, { retiredAt: 800 }), key("k3", 800)];
    expect(signer(keys, 790, 805)).toBe("k3");
    expect(signer(keys, 490, 805)).toBe("k1");
    expect(states(keys, 805)).toEqual({ k1: "previous", k2: "retired", k3: "current" });
  });

  test("a process whose clock is behind the one that made the key uses it all the same", () => {
    expect(signer([key("k1", 100)], 60)).toBe("k1");
    expect(states([key("k1", 100)], 60)).toEqual({ k1: "current" });
    const replaced = [key("k1", 0), key("k2", 10, { retiredAt: 100 }), key("k3", 100)];
    expect(signer(replaced, 60)).toBe("k3");
  });

  test("a key that was retired before it became current superseded nothing", () => {
    const keys = [key("k1", 0), key("k2", 500, { retiredAt: 300 })];
    expect(states(keys, 10_000)).toEqual({ k1: "current", k2: "retired" });
  });

  test("a key made at once signs until one that was published before activates", () => {
    const keys = [key("k1", 0), key("k2", 500), key("k3", 200)];
    expect([signer(keys, 199), signer(keys, 200), signer(keys, 500)]).toEqual(["k1", "k3", "k2"]);
    expect(states(keys, 1201)).toEqual({ k1: "retired", k3: "previous", k2: "current" });
  });

  test("of two that activate together the later made one signs", () => {
    expect(signer([key("k2", 0), key("k1", 0)], 0)).toBe("k2");
  });

  test("none where there is none", () => {
    expect(signer([], 0)).toBeUndefined();
    expect(signer([key("k1", 0, { retiredAt: 5 })], 10)).toBeUndefined();
  });
});

test("rows leave when nothing follows from them any more, the newest of a use never", () => {
  const keys = [
    key("k1", 0),
    key("k2", 500, { retiredAt: 800 }),
    key("k3", 800),
    key("k9", 0, { use: "refresh", retiredAt: 1 }),
  ];
  const removable = (now: number) => removableAt(keyLives(keys, tails), tails, now).map(({ kid }) => kid);
  expect(removable(1799)).toEqual([]);
  expect(removable(1800)).toEqual(["k2"]);
  expect(removable(2500)).toEqual(["k1", "k2"]);
  expect(removable(1_000_000)).toEqual(["k1", "k2"]);
});

test("OP-03: whatever is made and retired, one key is current, what signs verifies, and a token verifies until it expires", () => {
  const step = fc.record({
    after: fc.nat(800),
    what: fc.constantFrom("rotate" as const, "rotate at once" as const, "retire" as const),
    which: fc.nat(5),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let now = 0;
      let keys = [key("k1", 0)];
      const tokens: { readonly kid: string; readonly expiresAt: number }[] = [];
      for (const { after, what, which } of steps) {
        const until = now + after;
        for (; now < until; now += 97) {
          tokens.push({ kid: signer(keys, now)!, expiresAt: now + tails.access });
          checkNow(keys, tokens, now);
        }
        now = until;
        const made = key(`k${keys.length + 1}`, what === "rotate" ? now + 120 : now);
        if (what !== "retire") keys = [...keys, made];
        else {
          const victim = keys[which % keys.length]!;
          if (victim.retiredAt !== null) continue;
          const replaces = signer(keys, now) === victim.kid;
          keys = keys.map((each) => (each === victim ? { ...each, retiredAt: now } : each));
          if (replaces) keys = [...keys, made];
        }
        const removable = new Set(removableAt(keyLives(keys, tails), tails, now));
        expect(
          states(
            keys.filter((each) => !removable.has(each)),
            now,
          ),
        ).toEqual(
          Object.fromEntries(
            Object.entries(states(keys, now)).filter(([kid]) => ![...removable].some((gone) => gone.kid === kid)),
          ),
        );
      }
      checkNow(keys, tokens, now);
    }),
  );
});

function checkNow(
  keys: readonly KeyRecord[],
  tokens: readonly { readonly kid: string; readonly expiresAt: number }[],
  now: number,
): void {
  const verifying = new Set(verifiers(keys, now));
  expect(Object.values(states(keys, now)).filter((state) => state === "current").length).toBe(1);
  expect(verifying.has(signer(keys, now)!)).toBe(true);
  const retired = new Set(keys.filter(({ retiredAt }) => retiredAt !== null).map(({ kid }) => kid));
  for (const { kid, expiresAt } of tokens) {
    if (expiresAt > now && !retired.has(kid)) expect(verifying.has(kid)).toBe(true);
  }
}
