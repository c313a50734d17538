// What each format asks of its primitives, at the last figure that it may ask for and one beyond. No hash is computed.
import { describe, expect, test } from "vitest";
import { utf8 } from "../../kernel/bytes.ts";
import type { StoredPasswordHash } from "../hash-format.ts";
import { readStoredHash } from "../hash-format.ts";
import { importedBounds, isScryptWithinBounds } from "./imported-bounds.ts";
import { createImportedFormats } from "./imported-formats.ts";

/** Primitives that tell what they were asked for instead of computing it. */
function formats() {
  const asked: unknown[] = [];
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const read = (encoded: string): StoredPasswordHash | undefined =>
    readStoredHash(
      createImportedFormats({
        argon2id: async (password, salt, { tagLength, ...parameters }) => {
          asked.push({ argon2id: text(password), salt: text(salt), tagLength, ...parameters });
          return new Uint8Array(tagLength);
        },
        scrypt: async (password, salt, parameters) => {
          asked.push({ scrypt: text(password), salt: text(salt), ...parameters });
          return new Uint8Array(parameters.length);
        },
        bcrypt: async (password, setting) => {
          asked.push({ bcrypt: password, setting });
          return `${setting}${".".repeat(31)}`;
        },
      }),
      encoded,
    );
  return { read, asked };
}

const base64 = (length: number, fill = 0) => Buffer.alloc(length, fill).toString("base64");
const hex = (length: number) => "00".repeat(length);
const salt = "aBcDeFgHiJkLmNoP";

const bcrypt = (cost: string, version = "2b") => `$${version}$${cost}$${"a".repeat(22)}${".".repeat(31)}`;
const djangoPbkdf2 = (iterations: number | string, { hash = "sha256", length = 32, as = salt } = {}) =>
  `pbkdf2_${hash}$${iterations}$${as}$${base64(length)}`;
const djangoScrypt = (n: number | string, r = 8, p = 1, { length = 64, as = salt } = {}) =>
  `scrypt$${n}$${as}$${r}$${p}$${base64(length)}`;
const werkzeugPbkdf2 = (iterations: number | string, { hash = "sha256", length = 32, as = salt } = {}) =>
  `pbkdf2:${hash}:${iterations}$${as}$${hex(length)}`;
const werkzeugScrypt = (n: number | string, r = 8, p = 1, { length = 64, as = salt } = {}) =>
  `scrypt:${n}:${r}:${p}$${as}$${hex(length)}`;
const firebase = (ln: number | string, r: number | string = 8, parts: FirebaseParts = {}) => {
  const { key = 16, tag = key, as = base64(6), middle = base64(1) } = parts;
  return `$firebase-scrypt$ln=${ln},r=${r}$${as}$${middle}$${base64(key)}$${base64(tag)}`;
};
/** Lengths in bytes; salt and separator as they stand. */
interface FirebaseParts {
  readonly key?: number;
  readonly tag?: number;
  readonly as?: string;
  readonly middle?: string;
}

describe("class 10: the last figure that a stored hash may ask for, and the first that it may not", () => {
  const most = importedBounds.pbkdf2Iterations;
  test.each<[string, string, string]>([
    ["bcrypt, dear", bcrypt("14"), bcrypt("15")],
    ["bcrypt, cheap", bcrypt("04"), bcrypt("03")],
    ["bcrypt behind Django's name", `bcrypt$${bcrypt("14")}`, `bcrypt$${bcrypt("15")}`],
    ["bcrypt of a digest", `bcrypt_sha256$${bcrypt("14")}`, `bcrypt_sha256$${bcrypt("15")}`],
    ["Django's iterations", djangoPbkdf2(most), djangoPbkdf2(most + 1)],
    ["Django's iterations, at least one", djangoPbkdf2(1), djangoPbkdf2(0)],
    ["Django's scrypt, memory", djangoScrypt(2 ** 18), djangoScrypt(2 ** 19)],
    ["Django's scrypt, memory by its blocks", djangoScrypt(2 ** 17, 16), djangoScrypt(2 ** 17, 17)],
    ["Django's scrypt, work", djangoScrypt(2 ** 17, 8, 2), djangoScrypt(2 ** 17, 8, 3)],
    ["Django's scrypt, lanes", djangoScrypt(2 ** 10, 8, 256), djangoScrypt(2 ** 10, 8, 257)],
    ["Werkzeug's scrypt, lanes", werkzeugScrypt(2 ** 10, 16, 128), werkzeugScrypt(2 ** 10, 16, 129)],
    ["Django's scrypt, at least two rounds", djangoScrypt(2), djangoScrypt(1)],
    ["Django's scrypt, powers of two", djangoScrypt(4), djangoScrypt(6)],
    ["Werkzeug's iterations", werkzeugPbkdf2(most), werkzeugPbkdf2(most + 1)],
    ["Werkzeug's scrypt, memory", werkzeugScrypt(2 ** 18), werkzeugScrypt(2 ** 19)],
    ["Werkzeug's scrypt, work", werkzeugScrypt(2 ** 17, 8, 2), werkzeugScrypt(2 ** 17, 8, 3)],
    ["Firebase's memory", firebase(18), firebase(19)],
    ["Firebase's blocks", firebase(17, 16), firebase(17, 17)],
    ["Firebase's project key", firebase(14, 8, { key: 16 }), firebase(14, 8, { key: 15 })],
    ["the length, Firebase", lengthenedFirebase(512), lengthenedFirebase(516)],
    [
      "the length of a salt, Django",
      djangoPbkdf2(1, { as: "s".repeat(128) }),
      djangoPbkdf2(1, { as: "s".repeat(129) }),
    ],
    [
      "the length of a salt, Werkzeug",
      werkzeugPbkdf2(1, { as: "s".repeat(128) }),
      werkzeugPbkdf2(1, { as: "s".repeat(129) }),
    ],
    ["the length of a hash, Django", djangoPbkdf2(1, { hash: "sha1", length: 20 }), djangoPbkdf2(1, { length: 20 })],
    ["the length of a hash, Django's scrypt", djangoScrypt(2), djangoScrypt(2, 8, 1, { length: 63 })],
    [
      "the length of a hash, Werkzeug",
      werkzeugPbkdf2(1, { hash: "sha512", length: 64 }),
      werkzeugPbkdf2(1, { length: 33 }),
    ],
    ["the length of a hash, Werkzeug's scrypt", werkzeugScrypt(2), werkzeugScrypt(2, 8, 1, { length: 65 })],
    ["the length of a hash, Firebase", firebase(14, 8, { key: 32 }), firebase(14, 8, { key: 32, tag: 31 })],
  ])("%s", (_, within, beyond) => {
    const { read } = formats();
    expect(read(within)?.outdated).toBe(true);
    expect(read(beyond)).toBeUndefined();
  });

  function lengthenedFirebase(length: number): string {
    const rest = firebase(14, 8, { as: "" }).length;
    return firebase(14, 8, { as: "A".repeat(length - rest) });
  }

  test.each([
    [2 ** 18, 8, 1, true],
    [2 ** 18, 8, 2, false],
    [2 ** 21, 1, 1, true],
    [2 ** 22, 1, 1, false],
    [2, 1, 1, true],
    [1, 1, 1, false],
    [0, 1, 1, false],
    [0.5, 1, 1, false],
    [2, 0, 1, false],
    [2, 1, 0, false],
    [2, 1.5, 1, false],
    [2, 1, Number.NaN, false],
    [12, 1, 1, false],
  ])("scrypt with N=%d r=%d p=%d: %s", (cost, blockSize, parallelism, expected) => {
    expect(isScryptWithinBounds(cost, blockSize, parallelism)).toBe(expected);
  });
});

describe("what a primitive is asked for: what the stored text says, and the password as it was entered", () => {
  const entered = "pass\u0065\u0301";
  test.each<[string, string, unknown]>([
    ["bcrypt", bcrypt("10", "2y"), { bcrypt: entered, setting: `$2y$10$${"a".repeat(22)}` }],
    ["Django's bcrypt", `bcrypt$${bcrypt("10")}`, { bcrypt: entered, setting: `$2b$10$${"a".repeat(22)}` }],
    [
      "Django's argon2",
      `argon2$argon2id$v=19$m=256,t=2,p=1$${Buffer.from("somesalt").toString("base64").replace("=", "")}$${base64(16).replaceAll("=", "")}`,
      { argon2id: entered, salt: "somesalt", memoryKiB: 256, passes: 2, parallelism: 1, tagLength: 16 },
    ],
    [
      "Django's scrypt",
      djangoScrypt(1024, 4, 2),
      { scrypt: entered, salt, cost: 1024, blockSize: 4, parallelism: 2, length: 64 },
    ],
    [
      "Werkzeug's scrypt",
      werkzeugScrypt(1024, 4, 2),
      { scrypt: entered, salt, cost: 1024, blockSize: 4, parallelism: 2, length: 64 },
    ],
    [
      "Firebase, which puts its separator behind the salt",
      firebase(10, 4, { as: Buffer.from("salts!").toString("base64"), middle: Buffer.from("|").toString("base64") }),
      { scrypt: entered, salt: "salts!|", cost: 1024, blockSize: 4, parallelism: 1, length: 32 },
    ],
  ])("%s", async (_, encoded, expected) => {
    const { read, asked } = formats();
    const stored = read(encoded)!;
    await stored.matches(entered);
    expect([stored.outdated, asked]).toEqual([true, [expected]]);
  });

  test("Django's digest in front of bcrypt is that of the whole password, in hexadecimal", async () => {
    const { read, asked } = formats();
    await read(`bcrypt_sha256$${bcrypt("10")}`)!.matches(entered);
    const digest = Buffer.from(await crypto.subtle.digest("SHA-256", utf8(entered))).toString("hex");
    expect(asked).toEqual([{ bcrypt: digest, setting: `$2b$10$${"a".repeat(22)}` }]);
  });
});

test("base64 may stand without its padding", () => {
  const { read } = formats();
  for (const padded of [djangoPbkdf2(1), djangoPbkdf2(1, { hash: "sha1", length: 20 }), djangoScrypt(2), firebase(14)])
    expect(read(padded.replaceAll("=", "").replace("ln14,r8", "ln=14,r=8"))?.outdated).toBe(true);
});

describe("texts that only look like one", () => {
  test.each([
    [`x${bcrypt("10")}`],
    [`${bcrypt("10")}x`],
    [bcrypt("1")],
    [bcrypt("100")],
    [`x${djangoPbkdf2(1)}`],
    [`${djangoPbkdf2(1)} `],
    [djangoPbkdf2("01")],
    [djangoPbkdf2("1e3")],
    [djangoPbkdf2(1, { as: "" })],
    [djangoPbkdf2(1, { hash: "md5" })],
    [djangoPbkdf2(1, { hash: "sha512", length: 64 })],
    [djangoPbkdf2(1).replace("pbkdf2_sha256", "pbkdf2_sha1")],
    [djangoPbkdf2(1).replace("=", "*")],
    [`x${djangoScrypt(2)}`],
    [`${djangoScrypt(2)} `],
    [djangoScrypt("02")],
    [djangoScrypt(2, 0)],
    [djangoScrypt(2, 8, 0)],
    [djangoScrypt(2, 8, 1, { as: "" })],
    [`x${werkzeugPbkdf2(1)}`],
    [`${werkzeugPbkdf2(1)}x`],
    [werkzeugPbkdf2("01")],
    [werkzeugPbkdf2(1, { hash: "md5", length: 20 })],
    [werkzeugPbkdf2(1, { as: "" })],
    [werkzeugPbkdf2(1).replace(/0$/, "g")],
    [werkzeugPbkdf2(1).replace(/0$/, "A")],
    [`x${werkzeugScrypt(2)}`],
    [`${werkzeugScrypt(2)}x`],
    [werkzeugScrypt("02")],
    [werkzeugScrypt(2, 8, 1, { as: "" })],
    [`x${firebase(14)}`],
    [`${firebase(14)}x`],
    [firebase("04")],
    [firebase(14, "08")],
    [firebase(14, 8, { as: "A" })],
    [firebase(14, 8, { middle: "A" })],
    [firebase(14, 8, { middle: "*" })],
    // Bits that belong to no byte, and half a byte.
    [djangoPbkdf2(1).replace(/A=$/, "B=")],
    [djangoScrypt(2).replace(/A==$/, "B==")],
    [firebase(14).replace(/A==$/, "B==")],
    [firebase(14, 8, { middle: "AB==" })],
    [firebase(14, 8, { key: 17, tag: 17 }).replace(/A=\$/, "B=$")],
    [`${werkzeugPbkdf2(1)}0`],
    ["argon2$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"],
    ["argon2"],
    ["toString$1$a$b"],
  ])("%s", (encoded) => {
    expect(formats().read(encoded)).toBeUndefined();
  });
});
