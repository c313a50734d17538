// Our own format: Argon2id as PHC strings. Passwords are hashed as UTF-8 of their NFC form.
import { equalBytes, utf8 } from "../kernel/bytes.ts";
import type { RandomBytes } from "../kernel/random.ts";
import type { Argon2id, Argon2Parameters } from "./argon2.ts";
import type { PasswordHashFormat } from "./hash-format.ts";
import { normalisePassword } from "./password-rule.ts";
import { type Argon2Hash, formatPhc, isWithinBounds, parsePhc } from "./phc-string.ts";

/** The parameters of new hashes: m = 19,456 KiB, t = 2, p = 1 (OWASP Password Storage Cheat Sheet). */
export const defaultArgon2Parameters: Argon2Parameters = Object.freeze({
  memoryKiB: 19_456,
  passes: 2,
  parallelism: 1,
});

/** A secret that goes into password hashes and is kept apart from them (RFC 9106 §3.1, `K`). */
export interface PasswordPepper {
  /** Stored with each hash: 1 to 8 letters, digits, - or _. */
  readonly id: string;
  /** At least 16 bytes. */
  readonly secret: Uint8Array;
}

const saltLength = 16;
const tagLength = 32;

/** Argon2id with the current parameters: reads old hashes, makes new ones. */
export interface Argon2idFormat extends PasswordHashFormat {
  /** A new hash with a new salt of 16 bytes and a tag of 32. */
  make(password: string): Promise<string>;
  /** Computes a hash with the current parameters and forgets it: what an account that does not exist costs. */
  burn(password: string): Promise<void>;
}

/**
 * The first of `peppers` goes into new hashes; all of them verify. A hash with a pepper that is not among them is our fault, not a wrong password:
 * `matches` throws.
 * @throws RangeError where the parameters are beyond `argon2Bounds`.
 */
export function createArgon2idFormat(
  argon2id: Argon2id,
  random: RandomBytes,
  current: Argon2Parameters,
  peppers: readonly PasswordPepper[] = [],
): Argon2idFormat {
  if (!isWithinBounds(current))
    throw new RangeError(`parameters ${JSON.stringify(current)} are beyond what Argon2 or Latchkey allows`);
  const [pepper] = peppers;
  const cost = { ...current, tagLength, ...(pepper && { secret: pepper.secret }) };
  const verify = async (password: string, { parameters, pepperId, salt, tag }: Argon2Hash) => {
    const secret = peppers.find(({ id }) => id === pepperId)?.secret;
    if (pepperId !== undefined && secret === undefined)
      throw new Error(`A stored password hash needs the pepper "${pepperId}", which is not configured`);
    const made = { ...parameters, tagLength: tag.length, ...(secret && { secret }) };
    return equalBytes(await argon2id(bytesOf(password), salt, made), tag);
  };
  return {
    read(encoded) {
      const stored = parsePhc(encoded);
      if (stored === undefined) return undefined;
      const { parameters, pepperId, salt, tag } = stored;
      const formed = salt.length === saltLength && tag.length === tagLength && pepperId === pepper?.id;
      const inRow = isCurrent(parameters, current);
      return {
        outdated: !formed || !inRow,
        inRow,
        matches: (password) => verify(password, stored),
      };
    },

    async make(password) {
      const salt = random(saltLength);
      const tag = await argon2id(bytesOf(password), salt, cost);
      return formatPhc({ parameters: current, ...(pepper && { pepperId: pepper.id }), salt, tag });
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
