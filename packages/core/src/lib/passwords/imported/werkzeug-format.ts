// What werkzeug.security stores: `method$salt$hash`, salt as text and hash in hexadecimal. The password is hashed as it was entered.
import { equalBytes, fromHex, utf8 } from "../../kernel/bytes.ts";
import type { PasswordHashFormat } from "../hash-format.ts";
import { pbkdf2, type Scrypt } from "../key-derivation.ts";
import { importedBounds, isScryptWithinBounds } from "./imported-bounds.ts";

const pbkdf2Form = /^pbkdf2:(sha1|sha256|sha512):([1-9]\d{0,6})\$([^$]{1,128})\$([0-9a-f]{40,128})$/;
const scryptForm = /^scrypt:([1-9]\d{0,7}):([1-9]\d{0,3}):([1-9]\d{0,3})\$([^$]{1,128})\$([0-9a-f]{128})$/;
const hashes = {
  sha1: { hash: "SHA-1", length: 20 },
  sha256: { hash: "SHA-256", length: 32 },
  sha512: { hash: "SHA-512", length: 64 },
} as const;

/** `pbkdf2:sha256:260000$…` (also sha1 and sha512) and `scrypt:32768:8:1$…`. A method without figures means those of its version, which the text does not tell: it is not read. */
export function createWerkzeugFormat(scrypt: Scrypt): PasswordHashFormat {
  const readPbkdf2: PasswordHashFormat["read"] = (encoded) => {
    const [, name, digits, salt, hex] = pbkdf2Form.exec(encoded) ?? [];
    if (name === undefined) return undefined;
    const method = hashes[name as keyof typeof hashes];
    const iterations = Number(digits);
    const tag = fromHex(hex!);
    if (iterations > importedBounds.pbkdf2Iterations || tag?.length !== method.length) return undefined;
    return {
      outdated: true,
      matches: async (password) =>
        equalBytes(await pbkdf2(utf8(password), utf8(salt!), { ...method, iterations }), tag),
    };
  };

  const readScrypt: PasswordHashFormat["read"] = (encoded) => {
    const [, n, r, p, salt, hex] = scryptForm.exec(encoded) ?? [];
    const [cost, blockSize, parallelism] = [Number(n), Number(r), Number(p)];
    const tag = hex === undefined ? undefined : fromHex(hex);
    if (tag === undefined || !isScryptWithinBounds(cost, blockSize, parallelism)) return undefined;
    const parameters = { cost, blockSize, parallelism, length: tag.length };
    return {
      outdated: true,
      matches: async (password) => equalBytes(await scrypt(utf8(password), utf8(salt!), parameters), tag),
    };
  };

  return {
    read: (encoded) => readPbkdf2(encoded) ?? readScrypt(encoded),
  };
}
