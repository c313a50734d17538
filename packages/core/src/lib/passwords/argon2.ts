// The primitive behind password hashes, as the runtime supplies it.

/** Parameters of Argon2id (RFC 9106 §3.1). */
export interface Argon2Parameters {
  /** Memory in KiB (`m`). */
  readonly memoryKiB: number;
  /** Passes (`t`). */
  readonly passes: number;
  /** Lanes (`p`). */
  readonly parallelism: number;
}

/** What one hash costs and is made with. */
export interface Argon2Cost extends Argon2Parameters {
  readonly tagLength: number;
  /** The secret value `K` (RFC 9106 §3.1): a pepper. */
  readonly secret?: Uint8Array;
}

/** Computes an Argon2id (v1.3) tag of `tagLength` bytes, off the event loop where the runtime can. */
export type Argon2id = (password: Uint8Array, salt: Uint8Array, cost: Argon2Cost) => Promise<Uint8Array>;
