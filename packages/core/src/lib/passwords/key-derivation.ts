// The primitives behind password hashes of other systems. PBKDF2 is Web Crypto's on every runtime; the runtime supplies the others.

/** Computes scrypt (RFC 7914), off the event loop where the runtime can. `cost` is N, a power of two. */
export type Scrypt = (
  password: Uint8Array,
  salt: Uint8Array,
  parameters: {
    readonly cost: number;
    readonly blockSize: number;
    readonly parallelism: number;
    readonly length: number;
  },
) => Promise<Uint8Array>;

/** Computes bcrypt: from `$2b$12$` and the 22 characters of the salt to the whole text of 60. Of a password's UTF-8 only the first 72 bytes count, as ever. */
export type Bcrypt = (password: string, setting: string) => Promise<string>;

/** PBKDF2 with HMAC (RFC 8018 §5.2). */
export async function pbkdf2(
  password: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  parameters: {
    readonly hash: "SHA-1" | "SHA-256" | "SHA-512";
    readonly iterations: number;
    /** In bytes. */
    readonly length: number;
  },
): Promise<Uint8Array> {
  const { hash, iterations, length } = parameters;
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "PBKDF2", hash, salt, iterations }, key, length * 8));
}
