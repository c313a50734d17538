// What differs between runtimes: signatures and the password hash. Core works with Web Crypto alone; Node does it faster.
import type { Argon2id } from "./passwords/argon2.ts";
import type { JwsKeys } from "./keys/jws.ts";

/** The runtime's primitives. */
export interface Platform {
  readonly name: string;
  readonly argon2id: Argon2id;
  readonly jws: JwsKeys;
  /** Password hashes that may run at once: max(1, cores − 1). */
  readonly hashConcurrency: number;
}
