import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism, getPriority } from "node:os";
import { promisify } from "node:util";
import fc from "fast-check";
import { argon2id } from "@noble/hashes/argon2.js";
import { describe, expect, test } from "vitest";
import { portableDigest } from "../introspection/authenticate-client.ts";
import { fromHex, toHex, utf8 } from "../kernel/bytes.ts";
import { packCommonPasswords } from "../passwords/common-passwords.ts";
import { webPlatform } from "../web-platform.ts";
import { nodePlatform } from "./node-platform.ts";

const platforms = {
  web: webPlatform(),
  "node, rust": nodePlatform({ argon2: "rust" }),
  "node, its own": nodePlatform({ argon2: "node" }),
  "node, javascript": nodePlatform({ argon2: "javascript" }),
};

test("the RFC 9106 §5.3 vector holds for the JavaScript that the others are compared with", () => {
  const tag = argon2id(new Uint8Array(32).fill(1), new Uint8Array(16).fill(2), {
    t: 3,
    m: 32,
    p: 4,
    dkLen: 32,
    key: new Uint8Array(8).fill(3),
    personalization: new Uint8Array(12).fill(4),
  });
  expect(toHex(tag)).toBe("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
});

describe.each(Object.entries(platforms))("argon2id of %s", (_name, { argon2id }) => {
  // Made by the reference implementation (phc-winner-argon2, test.c), version 19, Argon2id.
  test.each([
    ["password", "somesalt", 256, 2, 1, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"],
    ["password", "somesalt", 256, 2, 2, "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"],
    ["differentpassword", "somesalt", 65_536, 2, 1, "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde"],
    ["password", "diffsalt", 65_536, 2, 1, "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c"],
  ])(
    "%s, %s, m=%d, t=%d, p=%d",
    async (password, salt, memoryKiB, passes, parallelism, expected) => {
      const tag = await argon2id(utf8(password), utf8(salt), { memoryKiB, passes, parallelism, tagLength: 32 });
      expect(toHex(tag)).toBe(expected);
    },
    60_000,
  );

  test("a refusal of the primitive is a rejection, and the next hash is served", async () => {
    const cost = { memoryKiB: 64, passes: 1, parallelism: 1, tagLength: 32 };
    await expect(argon2id(utf8("a"), utf8("short"), cost)).rejects.toThrow();
    expect((await argon2id(utf8("a"), utf8("somesalt"), cost)).length).toBe(32);
  });
});

test("all of them give the same bytes", async () => {
  const input = fc.record({
    password: fc.uint8Array({ maxLength: 100 }),
    salt: fc.uint8Array({ minLength: 8, maxLength: 64 }),
    parallelism: fc.integer({ min: 1, max: 3 }),
    lanes: fc.integer({ min: 8, max: 20 }),
    passes: fc.integer({ min: 1, max: 3 }),
    tagLength: fc.integer({ min: 16, max: 64 }),
    secret: fc.option(fc.uint8Array({ minLength: 1, maxLength: 64 }), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(input, async ({ password, salt, parallelism, lanes, passes, tagLength, secret }) => {
      const cost = { memoryKiB: lanes * parallelism, passes, parallelism, tagLength, ...(secret && { secret }) };
      const tags = await Promise.all(
        Object.values(platforms).map(({ argon2id }) => argon2id(password, salt, cost).then(toHex)),
      );
      expect(new Set(tags).size).toBe(1);
      expect(fromHex(tags[0]!)!.length).toBe(tagLength);
    }),
    { numRuns: 40 },
  );
});

test("class 10: no hash stops the event loop for long", async () => {
  for (const { argon2id } of Object.values(platforms)) {
    let turns = 0;
    let computing = true;
    const count = (): void => {
      turns++;
      if (computing) setImmediate(count);
    };
    setImmediate(count);
    await argon2id(utf8("password"), utf8("somesalt"), { memoryKiB: 19_456, passes: 2, parallelism: 1, tagLength: 32 });
    computing = false;
    expect(turns).toBeGreaterThan(3);
  }
});

test("digests of secrets are the portable ones, whatever is presented", () => {
  const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((value) => String.fromCodePoint(value));
  const sha256 = nodePlatform().sha256!;
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  fc.assert(
    fc.property(fc.string({ unit: codePoint, maxLength: 200 }), (text) => {
      expect(sha256(text)).toBe(portableDigest(text));
    }),
  );
});

test("the list of common passwords that a thread tells is the portable one, and worth the name", async () => {
  const packed = await nodePlatform().loadCommonPasswords!();
  expect(packed).toBe(await packCommonPasswords());
  expect(packed.split("\n").length).toBeGreaterThan(40_000);
});

test("a process has one platform of a kind, and so one set of threads", () => {
  expect(nodePlatform()).toBe(nodePlatform());
  expect(nodePlatform({ argon2: "javascript" })).not.toBe(nodePlatform());
});

test("a pool serves more hashes than it has threads, in any number", async () => {
  const { argon2id } = nodePlatform({ argon2: "javascript" });
  const cost = { memoryKiB: 64, passes: 1, parallelism: 1, tagLength: 32 };
  const tags = await Promise.all(
    Array.from({ length: 20 }, (_, index) => argon2id(utf8(`${index}`), utf8("somesalt"), cost)),
  );
  expect(new Set(tags.map(toHex)).size).toBe(20);
});

test("threads at rest keep no process alive, one at work does", async () => {
  const module = new URL("./node-platform.ts", import.meta.url).href;
  const script = `
    import { nodePlatform } from ${JSON.stringify(module)};
    const cost = { memoryKiB: 64, passes: 1, parallelism: 1, tagLength: 16 };
    nodePlatform({ argon2: "javascript" }).argon2id(Buffer.from("a"), Buffer.from("somesalt"), cost).then((tag) => console.log(tag.length));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    timeout: 20_000,
  });
  expect(stdout.trim()).toBe("16");
});

test("one core stays free", () => {
  expect(platforms.web.hashConcurrency).toBe(1);
  expect(nodePlatform().hashConcurrency).toBe(Math.max(1, availableParallelism() - 1));
});

test.skipIf(process.platform !== "linux")("threads that hash give way to the one that answers", async () => {
  const cost = { memoryKiB: 64, passes: 1, parallelism: 1, tagLength: 16 };
  await nodePlatform().argon2id(utf8("a"), utf8("somesalt"), cost);
  const niceness = new Map(
    readdirSync("/proc/self/task").map((thread) => [Number(thread), getPriority(Number(thread))] as const),
  );
  expect(niceness.get(process.pid)).toBe(getPriority());
  expect([...niceness.values()]).toContain(5);
});
