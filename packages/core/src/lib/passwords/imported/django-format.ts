// What Django's password hashers store (django.contrib.auth.hashers): the hasher's name, its figures and its hash, with `$` between. The password is hashed as it was entered.
import { decodeBase64 } from "../../kernel/base64.ts";
import { equalBytes, toHex, utf8 } from "../../kernel/bytes.ts";
import type { Argon2id } from "../argon2.ts";
import type { PasswordHashFormat, StoredPasswordHash } from "../hash-format.ts";
import { pbkdf2, type Bcrypt, type Scrypt } from "../key-derivation.ts";
import { parsePhc } from "../phc-string.ts";
import { readBcrypt } from "./bcrypt-format.ts";
import { importedBounds, isScryptWithinBounds } from "./imported-bounds.ts";

type Read = PasswordHashFormat["read"];

const pbkdf2Form = /^pbkdf2_(sha1|sha256)\$([1-9]\d{0,6})\$([^$]{1,128})\$([A-Za-z\d+/]{27,43}=?)$/;
const scryptForm = /^scrypt\$([1-9]\d{0,7})\$([^$]{1,128})\$([1-9]\d{0,3})\$([1-9]\d{0,3})\$([A-Za-z\d+/]{86}={0,2})$/;
const sizes = { sha1: 20, sha256: 32 } as const;

const readPbkdf2: Read = (encoded) => {
  const [, name, digits, salt, text] = pbkdf2Form.exec(encoded) ?? [];
  if (name === undefined) return undefined;
  const length = sizes[name as keyof typeof sizes];
  const iterations = Number(digits);
  const tag = decodeBase64(text!);
  if (iterations > importedBounds.pbkdf2Iterations || tag?.length !== length) return undefined;
  const parameters = { hash: name === "sha1" ? "SHA-1" : "SHA-256", iterations, length } as const;
  return {
    outdated: true,
    matches: async (password) => equalBytes(await pbkdf2(utf8(password), utf8(salt!), parameters), tag),
  };
};

/** Read by Django since 4.0. */
function readScrypt(scrypt: Scrypt, encoded: string): StoredPasswordHash | undefined {
  const [, n, salt, r, p, text] = scryptForm.exec(encoded) ?? [];
  const [cost, blockSize, parallelism] = [Number(n), Number(r), Number(p)];
  const tag = text === undefined ? undefined : decodeBase64(text);
  if (!isScryptWithinBounds(cost, blockSize, parallelism) || tag?.length !== 64) return undefined;
  const parameters = { cost, blockSize, parallelism, length: 64 };
  return {
    outdated: true,
    matches: async (password) => equalBytes(await scrypt(utf8(password), utf8(salt!), parameters), tag),
  };
}

function readArgon2(argon2id: Argon2id, encoded: string): StoredPasswordHash | undefined {
  const stored = parsePhc(encoded);
  if (stored === undefined) return undefined;
  const { salt, tag, parameters } = stored;
  return {
    outdated: true,
    matches: async (password) =>
      equalBytes(await argon2id(utf8(password), salt, { ...parameters, tagLength: tag.length }), tag),
  };
}

/** bcrypt hides what is beyond 72 bytes, so Django can give it the SHA-256 in hexadecimal instead. */
async function sha256Hex(password: string): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(password))));
}

/** `pbkdf2_sha256$`, `pbkdf2_sha1$`, `scrypt$`, `argon2$argon2id$`, and, where there is bcrypt, `bcrypt_sha256$` and `bcrypt$`. */
export function createDjangoFormat(primitives: {
  readonly argon2id: Argon2id;
  readonly scrypt: Scrypt;
  readonly bcrypt: Bcrypt | undefined;
}): PasswordHashFormat {
  const { argon2id, scrypt, bcrypt } = primitives;
  const hashers: Readonly<Record<string, Read>> = {
    pbkdf2_sha256: readPbkdf2,
    pbkdf2_sha1: readPbkdf2,
    scrypt: (encoded) => readScrypt(scrypt, encoded),
    argon2: (encoded) => readArgon2(argon2id, encoded.slice("argon2".length)),
    ...(bcrypt && {
      bcrypt: (encoded) => readBcrypt(bcrypt, encoded.slice("bcrypt$".length)),
      bcrypt_sha256: (encoded) => readBcrypt(bcrypt, encoded.slice("bcrypt_sha256$".length), sha256Hex),
    }),
  };
  return {
    read(encoded) {
      const name = encoded.slice(0, encoded.indexOf("$"));
      return Object.hasOwn(hashers, name) ? hashers[name]!(encoded) : undefined;
    },
  };
}
