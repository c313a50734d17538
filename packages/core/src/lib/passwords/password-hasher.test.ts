import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IdentityError } from "../errors/identity-error.ts";
import { fromUtf8, utf8 } from "../kernel/bytes.ts";
import { webPlatform } from "../web-platform.ts";
import type { Argon2id } from "./argon2.ts";
import { defaultArgon2Parameters, type PasswordPepper } from "./argon2id-format.ts";
import { createPasswordHasher, maximumPasswordBytes, type PasswordHasherOptions } from "./password-hasher.ts";
import { formatPhc } from "./phc-string.ts";

/** A clock that the test moves, and an argon2 of which the test ends each hash. */
function bench(options: Partial<PasswordHasherOptions> = {}) {
  let time = 0;
  const started: { readonly password: string; readonly finish: () => void }[] = [];
  const argon2id: Argon2id = (password, salt, { tagLength }) =>
    new Promise((resolve) => {
      started.push({
        password: fromUtf8(password),
        finish: () => resolve(tagOf(password, salt, tagLength)),
      });
    });
  const hasher = createPasswordHasher({
    argon2id,
    random: (length) => new Uint8Array(length).fill(7),
    concurrency: 1,
    clock: { now: () => time, monotonic: () => time },
    ...options,
  });
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    hasher,
    started,
    pass: (milliseconds: number) => (time += milliseconds),
    /** Ends the hash that has run longest, after `milliseconds`. */
    async finish(milliseconds = 0) {
      time += milliseconds;
      started.shift()!.finish();
      await settle();
    },
  };
}

/** What the argon2s here make of a password. */
const tagOf = (password: Uint8Array, salt: Uint8Array, length: number) =>
  new Uint8Array(length).map((_, at) => (password[at % password.length] ?? 0) ^ salt[0]!);

/** An argon2 that answers at once and counts. */
function counted(options: Partial<PasswordHasherOptions> = {}) {
  const costs: string[] = [];
  const hasher = createPasswordHasher({
    argon2id: async (password, salt, parameters) => {
      costs.push(JSON.stringify({ ...parameters, salt: salt.length }));
      return tagOf(password, salt, parameters.tagLength);
    },
    random: (length) => new Uint8Array(length).fill(7),
    concurrency: 1,
    clock: { now: () => 0, monotonic: () => 0 },
    ...options,
  });
  return { hasher, costs };
}

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => "served",
    (error: unknown) => (error instanceof IdentityError ? `${error.code} ${error.retryAfterSeconds}` : "fault"),
  );

describe("hashing", () => {
  test("PW-01 argon2id m=19456 t=2 p=1, salt of 16 bytes, tag of 32", async () => {
    const { hasher, costs } = counted();
    const encoded = await hasher.hash("correct horse battery");
    expect(encoded).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z\d+/]{22}\$[A-Za-z\d+/]{43}$/);
    expect(costs).toEqual([JSON.stringify({ memoryKiB: 19_456, passes: 2, parallelism: 1, tagLength: 32, salt: 16 })]);
    expect(await hasher.verify("correct horse battery", encoded)).toEqual({ matches: true, outdated: false });
    expect(await hasher.verify("correct horse batterz", encoded)).toEqual({ matches: false, outdated: false });
  });

  test("spellings of one password that NFC makes equal are equal", async () => {
    const { hasher } = counted();
    const encoded = await hasher.hash("비밀번호 café".normalize("NFD"));
    expect((await hasher.verify("비밀번호 café".normalize("NFC"), encoded)).matches).toBe(true);
  });

  test("a hash of other parameters matches and is outdated; a wrong password learns nothing of it", async () => {
    const old = counted({ parameters: { memoryKiB: 256, passes: 1, parallelism: 1 } });
    const encoded = await old.hasher.hash("correct horse battery");
    const { hasher, costs } = counted();
    expect(await hasher.verify("correct horse battery", encoded)).toEqual({ matches: true, outdated: true });
    expect(await hasher.verify("wrong", encoded)).toEqual({ matches: false, outdated: false });
    expect(costs.every((cost) => cost.includes('"memoryKiB":256'))).toBe(true);
  });

  test.each([
    ["nothing else", {}, 16, 32, false],
    ["more memory", { memoryKiB: 19_457 }, 16, 32, true],
    ["another number of passes", { passes: 3 }, 16, 32, true],
    ["another parallelism", { parallelism: 2 }, 16, 32, true],
    ["a shorter salt", {}, 8, 32, true],
    ["a longer salt", {}, 17, 32, true],
    ["a shorter tag", {}, 16, 16, true],
    ["a longer tag", {}, 16, 33, true],
  ])("a hash that has %s than ours matches, and is outdated as it should be", async (...row) => {
    const [, differences, saltLength, tagLength, outdated] = row;
    const salt = new Uint8Array(saltLength).fill(7);
    const tag = tagOf(utf8("correct horse battery"), salt, tagLength);
    const encoded = formatPhc({ parameters: { ...defaultArgon2Parameters, ...differences }, salt, tag });
    const { hasher } = counted();
    expect(await hasher.verify("correct horse battery", encoded)).toEqual({ matches: true, outdated });
    expect(await hasher.verify("wrong", encoded)).toEqual({ matches: false, outdated: false });
  });

  test("it says which stored hashes it reads, and computes nothing for that", async () => {
    const read = (encoded: string) =>
      encoded === "other$" ? { outdated: true, matches: async () => true } : undefined;
    const { hasher, costs } = counted({ imported: [{ read }] });
    const own = await hasher.hash("correct horse battery");
    const beyond = own.replace("m=19456", "m=9999999");
    expect([own, "other$", beyond, "another$", ""].map((encoded) => hasher.reads(encoded))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(costs).toHaveLength(1);
  });

  test("a password of the most bytes that may be is hashed and verified like any other", async () => {
    const { hasher } = counted();
    for (const longest of ["a".repeat(maximumPasswordBytes), `${"가".repeat(1365)}a`]) {
      const encoded = await hasher.hash(longest);
      expect(await hasher.verify(longest, encoded)).toEqual({ matches: true, outdated: false });
      expect((await hasher.verify(`b${longest.slice(1)}`, encoded)).matches).toBe(false);
    }
  });

  test("a format of another system verifies, is outdated, and gets the password as it was entered", async () => {
    const seen: string[] = [];
    const read = (encoded: string) =>
      encoded.startsWith("other$")
        ? { outdated: true, matches: async (password: string) => seen.push(password) > 0 && encoded.endsWith(password) }
        : undefined;
    const { hasher, costs } = counted({ imported: [{ read }] });
    const entered = "é".normalize("NFD");
    expect(await hasher.verify(entered, `other$${entered}`)).toEqual({ matches: true, outdated: true });
    expect([seen, costs]).toEqual([[entered], []]);
  });
});

describe("peppers", () => {
  const [first, second] = ["p1", "p2"].map((id, at) => ({ id, secret: new Uint8Array(32).fill(at + 1) }));
  const { argon2id } = webPlatform();
  const parameters = { memoryKiB: 64, passes: 1, parallelism: 1 };
  const withPeppers = (...peppers: readonly PasswordPepper[]) => counted({ argon2id, parameters, peppers }).hasher;

  test("a pepper's id is stored, and without its secret the hash is worth nothing", async () => {
    const encoded = await withPeppers(first!).hash("correct horse battery");
    expect(encoded).toContain("p=1,keyid=cDE$");
    expect(await withPeppers(first!).verify("correct horse battery", encoded)).toEqual({
      matches: true,
      outdated: false,
    });
    const forged = withPeppers({ id: "p1", secret: second!.secret });
    expect((await forged.verify("correct horse battery", encoded)).matches).toBe(false);
    expect((await withPeppers().verify("correct horse battery", encoded.replace(",keyid=cDE", ""))).matches).toBe(
      false,
    );
  });

  test("hashes with an older one or with none verify, and are outdated", async () => {
    const hasher = withPeppers(second!, first!);
    for (const old of [withPeppers(first!), withPeppers()]) {
      const encoded = await old.hash("correct horse battery");
      expect(await hasher.verify("correct horse battery", encoded)).toEqual({ matches: true, outdated: true });
      expect(await hasher.verify("wrong", encoded)).toEqual({ matches: false, outdated: false });
    }
  });

  test("class 12: a pepper that is not configured is our fault, never a wrong password", async () => {
    const encoded = await withPeppers(first!).hash("correct horse battery");
    await expect(withPeppers(second!).verify("correct horse battery", encoded)).rejects.toThrow('pepper "p1"');
  });
});

describe("class 13: an account that does not exist costs what one does", () => {
  const encoded = () => counted().hasher.hash("correct horse battery");
  test.each([
    ["an unknown account", async () => null, "wrong"],
    ["a hash of no known format", async () => "pbkdf2_sha256$1$a$b", "wrong"],
    ["an empty hash", async () => "", "wrong"],
    ["a wrong password", encoded, "wrong"],
    ["the right password", encoded, "correct horse battery"],
    ["a password that is no Unicode", encoded, "\ud800"],
    ["a password that is too long", encoded, "a".repeat(maximumPasswordBytes + 1)],
    ["an endless password", encoded, "a".repeat(1_000_000)],
  ])("%s: exactly one hash with the current parameters", async (_what, stored, password) => {
    const { hasher, costs } = counted();
    const { matches } = await hasher.verify(password, await stored());
    expect(costs).toEqual([JSON.stringify({ memoryKiB: 19_456, passes: 2, parallelism: 1, tagLength: 32, salt: 16 })]);
    expect(matches).toBe(password === "correct horse battery");
  });

  test("no password matches an unknown account, whatever the hash function answers", async () => {
    const { hasher } = counted({ argon2id: async (_p, _s, { tagLength }) => new Uint8Array(tagLength) });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (password) => {
        expect(await hasher.verify(password, null)).toEqual({ matches: false, outdated: false });
      }),
    );
  });
});

describe("class 10: denial by hashing", () => {
  test("no more hashes run at once than allowed, and the others take their turn in order", async () => {
    const { hasher, started, finish } = bench({ concurrency: 2 });
    const order: string[] = [];
    const all = ["a", "b", "c", "d", "e"].map((name) => hasher.hash(name).then(() => order.push(name)));
    expect(hasher.load()).toEqual({ running: 2, waiting: 3 });
    for (const expected of ["a", "b", "c", "d", "e"]) {
      expect(started[0]!.password).toBe(expected);
      expect(started.length).toBeLessThanOrEqual(2);
      await finish(10);
    }
    await Promise.all(all);
    expect(order).toEqual(["a", "b", "c", "d", "e"]);
    expect(hasher.load()).toEqual({ running: 0, waiting: 0 });
  });

  test("what cannot be served within 5 s by the durations measured is refused at once, with the time until it could", async () => {
    const { hasher, finish } = bench();
    const first = hasher.hash("first");
    await finish(100);
    await first;
    const accepted = Array.from({ length: 51 }, (_, index) => outcome(hasher.hash(`${index}`)));
    expect(hasher.load()).toEqual({ running: 1, waiting: 50 });
    expect(await outcome(hasher.hash("one too many"))).toBe("busy 6");
    expect(await outcome(hasher.verify("one too many", null))).toBe("busy 6");
    expect(hasher.load()).toEqual({ running: 1, waiting: 50 });
    for (let count = 0; count < 51; count++) await finish(100);
    expect(await Promise.all(accepted)).toEqual(Array.from({ length: 51 }, () => "served"));
  });

  test("who waits for several that run at once has a turn so much sooner", async () => {
    const { hasher, finish } = bench({ concurrency: 2 });
    const first = hasher.hash("first");
    await finish(100);
    await first;
    for (let index = 0; index < 102; index++) void hasher.hash(`${index}`);
    expect(hasher.load()).toEqual({ running: 2, waiting: 100 });
    expect(await outcome(hasher.hash("one too many"))).toBe("busy 6");
    expect(hasher.load()).toEqual({ running: 2, waiting: 100 });
  });

  test("the last twenty durations, the newest most, are what the next ones are reckoned by", async () => {
    const { hasher, finish } = bench();
    for (const duration of [...Array.from({ length: 20 }, () => 100), 1000]) {
      const one = hasher.hash("one");
      await finish(duration);
      await one;
    }
    // 168 ms each: of 5 s, twenty-nine turns.
    for (let index = 0; index < 50; index++) hasher.hash(`${index}`).catch(() => undefined);
    expect(hasher.load()).toEqual({ running: 1, waiting: 29 });
  });

  test("work that waited just as long as it may has its turn", async () => {
    const { hasher, started, finish } = bench();
    const slow = outcome(hasher.hash("slow"));
    const late = outcome(hasher.hash("late"));
    await finish(5000);
    expect(started.map(({ password }) => password)).toEqual(["late"]);
    await finish();
    expect([await slow, await late]).toEqual(["served", "served"]);
  });

  test("work that waited too long is refused without hashing", async () => {
    const { hasher, started, finish, pass } = bench();
    const slow = outcome(hasher.hash("slow"));
    const late = outcome(hasher.hash("late"));
    pass(4000);
    const inTime = outcome(hasher.hash("in time"));
    await finish(1001);
    expect(await slow).toBe("served");
    expect(await late).toMatch(/^busy \d+$/);
    expect(started.map(({ password }) => password)).toEqual(["in time"]);
    await finish(1);
    expect(await inTime).toBe("served");
  });

  test("a newcomer finds those gone that waited too long", async () => {
    const { hasher, pass } = bench({ maximumQueue: 1 });
    void hasher.hash("stuck");
    const late = outcome(hasher.hash("late"));
    pass(5001);
    void hasher.hash("newcomer");
    expect(await late).toBe("busy 1");
    expect(hasher.load()).toEqual({ running: 1, waiting: 1 });
  });

  test("the queue is bounded in length before anything was measured", async () => {
    const { hasher } = bench({ maximumQueue: 3 });
    const all = Array.from({ length: 5 }, (_, index) => outcome(hasher.hash(`${index}`)));
    expect(await all[4]).toBe("busy 1");
    expect(hasher.load()).toEqual({ running: 1, waiting: 3 });
  });

  test("256 may wait for each hash that runs at once, unless somebody says otherwise", async () => {
    const { hasher } = bench({ concurrency: 2 });
    for (let index = 0; index < 514; index++) void hasher.hash(`${index}`);
    expect(hasher.load()).toEqual({ running: 2, waiting: 512 });
    expect(await outcome(hasher.hash("one too many"))).toBe("busy 1");
  });

  test("one slow hash is forgotten: a free turn is always given", async () => {
    const { hasher, finish } = bench();
    const frozen = hasher.hash("frozen machine");
    await finish(60_000);
    await frozen;
    for (let count = 0; count < 20; count++) {
      const next = hasher.hash("next");
      await finish(10);
      await next;
    }
    const running = outcome(hasher.hash("running"));
    const waiting = outcome(hasher.hash("waiting"));
    await finish(10);
    await finish(10);
    expect([await running, await waiting]).toEqual(["served", "served"]);
  });

  test("a hash that fails frees its turn", async () => {
    let calls = 0;
    const { hasher } = counted({
      argon2id: async () => {
        if (calls++ === 0) throw new Error("out of memory");
        return utf8("x".repeat(32));
      },
    });
    const failing = outcome(hasher.hash("a"));
    const next = outcome(hasher.hash("b"));
    expect([await failing, await next]).toEqual(["fault", "served"]);
    expect(hasher.load()).toEqual({ running: 0, waiting: 0 });
  });

  test("what the realm's rule lets through by mistake is refused before it is hashed", async () => {
    const { hasher, costs } = counted();
    const tooLong = [maximumPasswordBytes + 1, 4 * maximumPasswordBytes + 1].map((length) => "a".repeat(length));
    for (const password of ["\udfff", ...tooLong, "가".repeat(1366)]) {
      await expect(hasher.hash(password)).rejects.toThrow(
        new RangeError("The password is not well-formed or too long to be hashed"),
      );
    }
    await hasher.hash("가".repeat(1365).normalize("NFD"));
    expect(costs.length).toBe(1);
  });
});

test.each([
  [{ concurrency: 0 }, "concurrency"],
  [{ concurrency: 1.5 }, "concurrency"],
  [{ maximumWaitMilliseconds: -1 }, "maximumWaitMilliseconds"],
  [{ maximumQueue: Number.NaN }, "maximumQueue"],
  [{ parameters: { memoryKiB: 7, passes: 1, parallelism: 1 } }, "parameters"],
])("%o is refused by name", (options, name) => {
  expect(() => counted(options)).toThrow(name);
});
