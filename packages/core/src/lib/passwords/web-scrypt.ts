// scrypt in JavaScript (@noble/hashes): runs on every runtime, on the calling thread, and lets others in while it computes.
import { scryptAsync } from "@noble/hashes/scrypt.js";
import type { Scrypt } from "./key-derivation.ts";

/** Milliseconds that it computes before it lets the event loop turn. */
const asyncTick = 10;

/** scrypt of @noble/hashes, in slices of 10 ms. */
export const webScrypt: Scrypt = async (password, salt, { cost, blockSize, parallelism, length }) =>
  scryptAsync(password, salt, { N: cost, r: blockSize, p: parallelism, dkLen: length, maxmem: 2 ** 30, asyncTick });
