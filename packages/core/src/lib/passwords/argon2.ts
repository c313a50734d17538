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

/** Computes an Argon2id (v1.3) tag of `tagLength` bytes, off the event loop where the runtime can. */
export type Argon2id = (
  password: Uint8Array,
  salt: Uint8Array,
  parameters: Argon2Parameters & { readonly tagLength: number },
) => Promise<Uint8Array>;
