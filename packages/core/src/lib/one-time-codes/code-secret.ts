// One-time codes: six decimal digits, every one equally likely; stored as HMAC-SHA-256 under a key derived from the master key, over the code and its place.
// Six digits are guessed offline at once without that key: a dump alone opens nothing.
import { deriveDigest } from "../kernel/derived-key.ts";
import type { RandomBytes } from "../kernel/random.ts";
import type { CodePlace } from "./code-store.ts";

/** Digits of a code. */
export const codeLength = 6;

const codes = 10 ** codeLength;
/** The largest multiple of the number of codes in 32 bits: what lies above would make some codes likelier. */
const fair = Math.floor(2 ** 32 / codes) * codes;

/** Digests codes in their place. */
export type CodeDigest = (place: CodePlace & { readonly id: string }, code: string) => string;

/** A random code; leading zeros are digits like others. */
export function createCode(random: RandomBytes): string {
  for (;;) {
    const number = new DataView(random(4).buffer).getUint32(0);
    if (number < fair) return String(number % codes).padStart(codeLength, "0");
  }
}

/** Creates the digest; its key is derived at the first use. @throws TypeError at use where the realm has no master key */
export function createCodeDigest(masterKey: Uint8Array<ArrayBuffer> | undefined): CodeDigest {
  let digest: ((text: string) => string) | undefined;
  return ({ realm, accountId, purpose, id }, code) => {
    if (masterKey === undefined) throw new TypeError("masterKey is needed: one-time codes are digested with it");
    digest ??= deriveDigest(masterKey, "latchkey/one-time-codes/v1");
    return digest(JSON.stringify(["v1", realm, accountId, purpose, id, code]));
  };
}
