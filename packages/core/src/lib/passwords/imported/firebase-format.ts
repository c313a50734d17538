// Firebase's scrypt: the project's signer key, encrypted with AES-256-CTR under what scrypt makes of password, salt and separator.
import { decodeBase64 } from "../../kernel/base64.ts";
import { concatBytes, equalBytes, utf8 } from "../../kernel/bytes.ts";
import type { PasswordHashFormat } from "../hash-format.ts";
import type { Scrypt } from "../key-derivation.ts";
import { importedBounds, isScryptWithinBounds } from "./imported-bounds.ts";

/** The password hash parameters that a Firebase project shows (Authentication → Users → ⋮), in its own names. */
export interface FirebaseHashParameters {
  readonly base64_signer_key: string;
  readonly base64_salt_separator: string;
  /** scrypt's r. */
  readonly rounds: number;
  /** The binary logarithm of scrypt's N. */
  readonly mem_cost: number;
}

const base64 = "([A-Za-z\\d+/]*={0,2})";
const form = new RegExp(
  `^\\$firebase-scrypt\\$ln=([1-9]\\d?),r=([1-9]\\d{0,3})\\$${base64}\\$${base64}\\$${base64}\\$${base64}$`,
);

/**
 * The text under which a hash of Firebase is stored: it carries the project's parameters, so that a log-in needs nothing else.
 * `passwordHash` and `salt` are those of an export, in base64 of either alphabet.
 */
export function encodeFirebaseHash(parameters: FirebaseHashParameters, passwordHash: string, salt: string): string {
  const { mem_cost, rounds, base64_salt_separator, base64_signer_key } = parameters;
  const standard = (text: string) => text.replaceAll("-", "+").replaceAll("_", "/");
  const parts = [salt, base64_salt_separator, base64_signer_key, passwordHash].map(standard);
  return `$firebase-scrypt$ln=${mem_cost},r=${rounds}$${parts.join("$")}`;
}

/** Texts of {@link encodeFirebaseHash}. */
export function createFirebaseFormat(scrypt: Scrypt): PasswordHashFormat {
  return {
    read(encoded) {
      const [, ln, r, ...texts] = (encoded.length <= importedBounds.length && form.exec(encoded)) || [];
      const [salt, separator, signerKey, tag] = texts.map(decodeBase64);
      const [cost, blockSize] = [2 ** Number(ln), Number(r)];
      if (salt === undefined || separator === undefined || !isScryptWithinBounds(cost, blockSize, 1)) return undefined;
      if (signerKey === undefined || signerKey.length < 16 || tag?.length !== signerKey.length) return undefined;
      const parameters = { cost, blockSize, parallelism: 1, length: 32 };
      return {
        outdated: true,
        async matches(password) {
          const key = await scrypt(utf8(password), concatBytes(salt, separator), parameters);
          return equalBytes(await encrypt(new Uint8Array(key), signerKey), tag);
        },
      };
    },
  };
}

async function encrypt(key: Uint8Array<ArrayBuffer>, text: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey("raw", key, "AES-CTR", false, ["encrypt"]);
  const algorithm = { name: "AES-CTR", counter: new Uint8Array(16), length: 64 };
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, imported, text));
}
