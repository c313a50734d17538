// Our own format: Argon2id as PHC strings. Passwords are hashed as UTF-8 of their NFC form.
import { equalBytes, utf8 } from "../kernel/bytes.ts";
import type { RandomBytes } from "../kernel/random.ts";
import type { Argon2id, Argon2Parameters } from "./argon2.ts";
import type { PasswordHashFormat } from "./hash-format.ts";
import { normalisePassword } from "./password-rule.ts";
import { formatPhc, isWithinBounds, parsePhc } from "./phc-string.ts";

/** The parameters of new hashes: m = 19,456 KiB, t = 2, p = 1 (OWASP Password Storage Cheat Sheet). */
export const defaultArgon2Parameters: Argon2Parameters = Object.freeze({
  memoryKiB: 19_456,
  passes: 2,
  parallelism: 1,
});

const saltLength = 16;
const tagLength = 32;

/** Argon2id with the current parameters: reads old hashes, makes new ones. */
export interface Argon2idFormat extends PasswordHashFormat {
  /** A new hash with a new salt of 16 bytes and a tag of 32. */
  make(password: string): Promise<string>;
  /** Computes a hash with the current parameters and forgets it: what an account that does not exist costs. */
  burn(password: string): Promise<void>;
}

/** @throws RangeError where the parameters are beyond `argon2Bounds`. */
export function createArgon2idFormat(
  argon2id: Argon2id,
  random: RandomBytes,
  current: Argon2Parameters,
): Argon2idFormat {
  if (!isWithinBounds(current))
    throw new RangeError(`parameters ${JSON.stringify(current)} are beyond what Argon2 or Latchkey allows`);
  const cost = { ...current, tagLength };
  return {
    name: "argon2id",

    read(encoded) {
      const stored = parsePhc(encoded);
      if (stored === undefined) return undefined;
      const { parameters, salt, tag } = stored;
      return {
        outdated: !isCurrent(parameters, current) || salt.length !== saltLength || tag.length !== tagLength,
        matches: async (password) =>
          equalBytes(await argon2id(bytesOf(password), salt, { ...parameters, tagLength: tag.length }), tag),
      };
    },

    async make(password) {
      const salt = random(saltLength);
      return formatPhc({ parameters: current, salt, tag: await argon2id(bytesOf(password), salt, cost) });
    },

    async burn(password) {
      await argon2id(bytesOf(password), random(saltLength), cost);
    },
  };
}

function isCurrent(parameters: Argon2Parameters, current: Argon2Parameters): boolean {
  return (
    parameters.memoryKiB === current.memoryKiB &&
    parameters.passes === current.passes &&
    parameters.parallelism === current.parallelism
  );
}

function bytesOf(password: string): Uint8Array {
  return utf8(normalisePassword(password) ?? "");
}
