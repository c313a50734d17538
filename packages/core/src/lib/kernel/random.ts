// Randomness as an argument.

/** A source of cryptographically secure random bytes. */
export type RandomBytes = (length: number) => Uint8Array<ArrayBuffer>;

/** The runtime's generator (Web Crypto). */
export const systemRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));
