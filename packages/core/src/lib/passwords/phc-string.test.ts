import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Argon2Hash, formatPhc, isWithinBounds, parsePhc } from "./phc-string.ts";

const salt = new Uint8Array(16).fill(1);
const tag = new Uint8Array(32).fill(2);
const hash = { parameters: { memoryKiB: 19_456, passes: 2, parallelism: 1 }, salt, tag };
const usual = formatPhc(hash);

const anyHash = fc.record({
  parameters: fc
    .record({
      memoryKiB: fc.integer({ min: 8, max: 262_144 }),
      passes: fc.integer({ min: 1, max: 200 }),
      parallelism: fc.integer({ min: 1, max: 16 }),
    })
    .filter(isWithinBounds),
  pepperId: fc.option(fc.stringMatching(/^[\w-]{1,8}$/), { nil: undefined }),
  salt: fc.uint8Array({ minLength: 8, maxLength: 64 }),
  tag: fc.uint8Array({ minLength: 16, maxLength: 64 }),
});

test("what is written is read back", () => {
  fc.assert(
    fc.property(anyHash, (any) => {
      const { pepperId, ...rest } = any;
      const read = parsePhc(formatPhc({ ...rest, ...(pepperId !== undefined && { pepperId }) }));
      expect(read?.parameters).toEqual(any.parameters);
      expect(read?.pepperId).toBe(pepperId);
      expect([...read!.salt]).toEqual([...any.salt]);
      expect([...read!.tag]).toEqual([...any.tag]);
    }),
  );
});

test("what is read is the only text of its hash, whatever the text", () => {
  const mutation = fc.record({ at: fc.nat(usual.length), remove: fc.nat(2), insert: fc.string({ maxLength: 2 }) });
  const text = fc.oneof(
    fc.string(),
    mutation.map(({ at, remove, insert }) => usual.slice(0, at) + insert + usual.slice(at + remove)),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      const read = parsePhc(candidate);
      if (read !== undefined) expect(formatPhc(read)).toBe(candidate);
    }),
    { numRuns: 2000 },
  );
});

describe("class 10: a stored hash cannot ask for more than the bounds", () => {
  const withParameters = (parameters: string) => usual.replace("m=19456,t=2,p=1", parameters);
  test.each([
    "m=262145,t=1,p=1",
    "m=4294967295,t=1,p=1",
    "m=19456,t=4294967295,p=1",
    "m=262144,t=5,p=1",
    "m=19456,t=2,p=17",
    "m=19456,t=2,p=255",
    "m=7,t=1,p=1",
    "m=31,t=1,p=4",
    "m=0,t=2,p=1",
    "m=19456,t=0,p=1",
    "m=19456,t=2,p=0",
  ])("%s is refused", (parameters) => {
    expect(parsePhc(withParameters(parameters))).toBeUndefined();
  });

  test("salts, tags and names of peppers, at the last length and beyond", () => {
    const bytes = (length: number) => new Uint8Array(length).fill(7);
    const reads = (differences: Partial<Argon2Hash>) => parsePhc(formatPhc({ ...hash, ...differences })) !== undefined;
    expect([7, 8, 64, 65].map((length) => reads({ salt: bytes(length) }))).toEqual([false, true, true, false]);
    expect([15, 16, 64, 65].map((length) => reads({ tag: bytes(length) }))).toEqual([false, true, true, false]);
    for (const pepperId of ["a", "abcdefgh", "A-_9"]) expect(reads({ pepperId })).toBe(true);
    for (const pepperId of ["", "abcdefghi", "a b", "a.b", "é"]) expect(reads({ pepperId })).toBe(false);
    // Bits that belong to no byte.
    expect(parsePhc(usual.replace(",p=1", ",p=1,keyid=cDE"))?.pepperId).toBe("p1");
    expect(parsePhc(usual.replace(",p=1", ",p=1,keyid=cDF"))).toBeUndefined();
  });

  test.each([
    [19_456, 2, 1, true],
    [8, 1, 1, true],
    [128, 1, 16, true],
    [136, 1, 17, false],
    [262_144, 4, 1, true],
    [262_145, 1, 1, false],
    [19_456, 0, 1, false],
    [19_456, -2, 1, false],
    [19_456, 1.5, 1, false],
    [19_456, Number.NaN, 1, false],
    [19_456.5, 2, 1, false],
    [19_456, 2, 0, false],
    [19_456, 2, -1, false],
    [19_456, 2, 1.5, false],
  ])("configured parameters m=%d t=%d p=%d: %s", (memoryKiB, passes, parallelism, expected) => {
    expect(isWithinBounds({ memoryKiB, passes, parallelism })).toBe(expected);
  });

  test("the longest and the widest that is allowed", () => {
    const most = { parameters: { memoryKiB: 104_857, passes: 10, parallelism: 16 }, pepperId: "abcdefgh" };
    expect(parsePhc(formatPhc({ ...most, salt: new Uint8Array(64), tag: new Uint8Array(64) }))).toBeDefined();
    expect(parsePhc(withParameters("m=8,t=131072,p=1"))).toBeDefined();
    expect(parsePhc(withParameters("m=8,t=131073,p=1"))).toBeUndefined();
    expect(parsePhc(withParameters("m=262144,t=4,p=16"))).toBeDefined();
    expect(parsePhc(withParameters("m=102400,t=2,p=8"))).toBeDefined();
  });
});

test.each([
  ["another algorithm", usual.replace("argon2id", "argon2i")],
  ["another version", usual.replace("v=19", "v=16")],
  ["no version", usual.replace("v=19$", "")],
  ["another order", usual.replace("m=19456,t=2,p=1", "t=2,m=19456,p=1")],
  ["a leading zero", usual.replace("t=2", "t=02")],
  ["a sign", usual.replace("t=2", "t=+2")],
  ["padding", `${usual}=`],
  ["a line feed", `${usual}\n`],
  ["the base64url alphabet", usual.replace(/[^$]*$/, `-_${"A".repeat(41)}`)],
  ["a salt of 7 bytes", formatPhc({ ...hash, salt: salt.subarray(0, 7) })],
  ["a tag of 15 bytes", formatPhc({ ...hash, tag: tag.subarray(0, 15) })],
  ["a second hash", usual + usual],
  ["nothing", ""],
])("%s is no hash of ours", (_what, text) => {
  expect(parsePhc(text)).toBeUndefined();
});
