// What differs between runtimes: signatures and password hashes. Core works with Web Crypto alone; Node does it faster.
import type { Argon2id } from "./passwords/argon2.ts";
import type { Bcrypt, Scrypt } from "./passwords/key-derivation.ts";
import type { JwsKeys } from "./keys/jws.ts";
import type { LoadCommonPasswords } from "./passwords/common-passwords.ts";

/** The runtime's primitives. */
export interface Platform {
  readonly name: string;
  readonly argon2id: Argon2id;
  /** For imported hashes. Default: JavaScript, on the calling thread. */
  readonly scrypt?: Scrypt;
  /** For imported hashes. Default: none, so that hashes of bcrypt cannot be imported and match nothing. */
  readonly bcrypt?: Bcrypt;
  readonly jws: JwsKeys;
  /** SHA-256 of a text's UTF-8 bytes in lower-case hexadecimal, at once: of secrets that are presented with each request. Default: JavaScript. */
  readonly sha256?: (text: string) => string;
  /** Default: their module, on the calling thread, which keeps 5 MB of it. */
  readonly loadCommonPasswords?: LoadCommonPasswords;
  /** Password hashes that may run at once, of all realms on this platform: max(1, cores − 1). */
  readonly hashConcurrency: number;
  /** How many calls of `argon2id` a thread takes in a row, each after the other, where many wait. Default 1. */
  readonly hashRow?: number;
}
