// Hashes that other systems made. Where each comes from is said beside it; none was made by this repository.
import { describe, expect, test } from "vitest";
import { nodePlatform } from "../../node/node-platform.ts";
import { webPlatform } from "../../web-platform.ts";
import { readStoredHash } from "../hash-format.ts";
import { createPasswordHasher } from "../password-hasher.ts";
import { encodeFirebaseHash } from "./firebase-format.ts";
import { createImportedFormats } from "./imported-formats.ts";

const node = createImportedFormats(nodePlatform());
const web = createImportedFormats(webPlatform());

/** The example of github.com/firebase/scrypt, README. */
const firebaseProject = {
  base64_signer_key: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  base64_salt_separator: "Bw==",
  rounds: 8,
  mem_cost: 14,
};
const firebaseHash = "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
const firebase = encodeFirebaseHash(firebaseProject, firebaseHash, "42xEC+ixf3L2lw==");

// Django 3.2.25 (Debian's python3-django), django.contrib.auth.hashers.make_password.
const django = "pbkdf2_sha256$260000$xvb9DMBBsvmGaR3oKVOAgy$Q8kRyYbji/SirfPA6CWfNpZVeP9JSDzJ1W37pFlYMoI=";
// Python 3.11's hashlib, put together as werkzeug.security and later Djangos do.
const werkzeug =
  "pbkdf2:sha256:260000$aBcDeFgHiJkLmNoP$02a6aafda9146befaf23f3b5dd9a4abc20f096ecf5c20ea0854223b38820942d";
const werkzeugScrypt =
  "scrypt:32768:8:1$aBcDeFgHiJkLmNoP$db2066ba1ee420f6d9c7d29d2c5b1bb25b146e30d8b914e8f3eef7c02a0f0d86b1999f2491b9f563911bd7f1ac24a25a2b1fc2d98485caac23a85499fec5de92";
// Debian's libxcrypt.
const bcrypt = "$2b$10$abcdefghijklmnopqrstuu1Fso/pgzMriBFBK9YzM8ageoq52dFZ2";
const bcryptOf72 = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";

const vectors: readonly (readonly [string, string, string])[] = [
  ["django pbkdf2_sha256", "12341234", django],
  [
    "django pbkdf2_sha256, Korean and accents",
    "비밀번호 café 12341234",
    "pbkdf2_sha256$260000$MESbqZyFPvb86jVVqTZNHn$f7GNIt0X8d5+MPpcfZRsJOCA8OSPo9gUqAwSOIOOgSg=",
  ],
  [
    "django pbkdf2_sha256, decomposed, which Django does not compose",
    "cafe\u0301 12341234",
    "pbkdf2_sha256$260000$myu0FFrHjPwaQDqHhSpBjJ$J47KnjCW+7fcr4gQLZBA+MPAFw9rtYf8t4pdRPVpP6o=",
  ],
  ["django pbkdf2_sha1", "12341234", "pbkdf2_sha1$260000$eisQlJFYzpjEQHcbDRY1qU$tM0kLP964aZfGWEvipQ6DjVRTNE="],
  [
    "django scrypt",
    "12341234",
    "scrypt$16384$NaCl0123456789abcdefgh$8$1$qa4Fv0ba8pEGMyNXfwfE89jWqCr0b5QHuJ3Kt/ZVjYOjPr3DL7JiIjzal5FSZ94VOMzxinOs52e1czmta6C8dw==",
  ],
  [
    // phc-winner-argon2, test.c (version 19, Argon2id), with Django's name before it.
    "django argon2",
    "password",
    "argon2$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
  ],
  ["werkzeug pbkdf2:sha256", "Goddess_anA1!", werkzeug],
  [
    "werkzeug pbkdf2:sha512",
    "Goddess_anA1!",
    "pbkdf2:sha512:210000$aBcDeFgHiJkLmNoP$f1283f59cf6ec0573bdde0859d7ababc5caa01e38b55290fea8f1ae28aad88a566b2e959858e23d475ea540cbbbe3824bb529e43924ee2625d8c3241ae82877f",
  ],
  [
    "werkzeug pbkdf2:sha1",
    "Goddess_anA1!",
    "pbkdf2:sha1:1000$aBcDeFgHiJkLmNoP$8ca99a9c0d3bf425a725612e772e17ff45236ce0",
  ],
  ["werkzeug scrypt", "12341234", werkzeugScrypt],
  ["firebase", "user1password", firebase],
];

const bcryptVectors: readonly (readonly [string, string, string])[] = [
  ["bcrypt 2b", "12341234", bcrypt],
  ["bcrypt 2y", "12341234", bcrypt.replace("$2b$", "$2y$")],
  ["bcrypt 2a", "12341234", bcrypt.replace("$2b$", "$2a$")],
  ["bcrypt 2a, beyond ASCII", "\u00ff\u00ff£한", "$2a$04$abcdefghijklmnopqrstuuTlo5l1jr014lOGuCwTO7srs49ufXvEi"],
  ["django bcrypt", "12341234", `bcrypt$${bcrypt}`],
  ["django bcrypt_sha256", "12341234", "bcrypt_sha256$$2b$12$abcdefghijklmnopqrstuu8VExyLB7oX8MF.Cvd24dH4NP/SmqSTO"],
  [
    "django bcrypt_sha256, beyond 72 bytes",
    "y".repeat(100),
    "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuCAvIyD0QJ5jPCZEmfu/pCR8B3ay503q",
  ],
];

describe.each([
  ["Node", node, [...vectors, ...bcryptVectors]],
  ["any runtime", web, vectors],
] as const)("hashes of other systems on %s", (_platform, formats, all) => {
  test.each(all)(
    "%s: the password matches, another does not, and the hash is outdated",
    async (_, password, encoded) => {
      const stored = readStoredHash(formats, encoded);
      expect(stored?.outdated).toBe(true);
      expect(await stored!.matches(password)).toBe(true);
      expect(await stored!.matches(`${password} `)).toBe(false);
    },
  );
});

test("bcrypt counts 72 bytes of UTF-8 and no more, as it did where the hash was made", async () => {
  const stored = readStoredHash(node, bcryptOf72)!;
  expect(await stored.matches("x".repeat(72))).toBe(true);
  expect(await stored.matches("x".repeat(80))).toBe(true);
  expect(await stored.matches("x".repeat(71))).toBe(false);
  const hashed = readStoredHash(node, bcryptVectors.at(-1)![2])!;
  expect(await hashed.matches("y".repeat(99))).toBe(false);
});

test("where the platform has no bcrypt, its hashes are of no known format", () => {
  const formats = createImportedFormats(webPlatform());
  expect(formats).toHaveLength(3);
  for (const [, , encoded] of bcryptVectors) expect(readStoredHash(formats, encoded)).toBeUndefined();
});

describe("class 10: a stored hash cannot ask for more than the bounds", () => {
  const costly: Readonly<Record<string, string>> = {
    "Django's iterations": django.replace("260000", "3000001"),
    "Django's iterations beyond any number": django.replace("260000", "9".repeat(400)),
    "Werkzeug's iterations": werkzeug.replace("260000", "3000001"),
    "scrypt's memory": werkzeugScrypt.replace("32768:8:1", "4194304:8:1"),
    "scrypt's lanes": werkzeugScrypt.replace("32768:8:1", "32768:8:9"),
    "a scrypt N that is no power of two": werkzeugScrypt.replace("32768", "32769"),
    "Firebase's memory": firebase.replace("ln=14", "ln=19"),
    "bcrypt's rounds": bcrypt.replace("$10$", "$15$"),
    "bcrypt's rounds behind Django's name": `bcrypt_sha256$${bcrypt.replace("$10$", "$31$")}`,
    "argon2's memory": "argon2$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
  };
  test.each(Object.entries(costly))("%s", (_, encoded) => {
    expect(readStoredHash(node, encoded)).toBeUndefined();
  });
});

describe("what no format reads", () => {
  const unread: Readonly<Record<string, string>> = {
    "Django's unusable password": "!klDZELZdEcBHw0IggEAt9VZVHlCHF3No52esEJIc",
    nothing: "",
    "a password in clear": "12341234",
    "Django's md5": "md5$salt$0123456789abcdef0123456789abcdef",
    "Werkzeug without figures": werkzeug.replace(":260000", ""),
    "Werkzeug's plain sha256": "sha256$salt$0123456789abcdef0123456789abcdef",
    "a hash cut off": django.slice(0, -4),
    "a hash with a line break": `${django}\n`,
    "bcrypt of the faulty implementation": bcrypt.replace("$2b$", "$2x$"),
    "a name of every object": "constructor$1$a$b",
    "Firebase without its project": `$firebase-scrypt$ln=14,r=8$AAAA$Bw==$$${firebaseHash}`,
  };
  test.each(Object.entries(unread))("%s", (_, encoded) => {
    expect(readStoredHash(node, encoded)).toBeUndefined();
  });
});

test("Firebase's exports in the alphabet of URLs are the same hash", () => {
  const urlSafe = firebaseHash.replaceAll("+", "-").replaceAll("/", "_");
  expect(encodeFirebaseHash(firebaseProject, urlSafe, "42xEC-ixf3L2lw==")).toBe(firebase);
});

test("class 13: a hasher that reads them still hashes once for an account that does not exist, and replaces what matched", async () => {
  let argon2Calls = 0;
  const hasher = createPasswordHasher({
    argon2id: async (_password, _salt, { tagLength }) => {
      argon2Calls++;
      return new Uint8Array(tagLength);
    },
    random: (length) => new Uint8Array(length),
    concurrency: 1,
    imported: node,
    clock: { now: () => 0, monotonic: () => 0 },
  });
  expect(await hasher.verify("12341234", null)).toEqual({ matches: false, outdated: false });
  expect(argon2Calls).toBe(1);
  expect(await hasher.verify("12341234", django)).toEqual({ matches: true, outdated: true });
  expect(await hasher.verify("wrong", django)).toEqual({ matches: false, outdated: false });
  expect(argon2Calls).toBe(1);
});
