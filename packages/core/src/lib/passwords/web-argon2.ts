// Argon2id in JavaScript (@noble/hashes): runs on every runtime, on the calling thread, and lets others in while it computes.
import { argon2idAsync } from "@noble/hashes/argon2.js";
import type { Argon2id } from "./argon2.ts";

/** Milliseconds that it computes before it lets the event loop turn. */
const asyncTick = 10;

/** Argon2id of @noble/hashes: a quarter of a second with the default parameters, in slices of 10 ms. */
export const webArgon2id: Argon2id = async (password, salt, { memoryKiB, passes, parallelism, tagLength, secret }) =>
  argon2idAsync(password, salt, {
    m: memoryKiB,
    t: passes,
    p: parallelism,
    dkLen: tagLength,
    asyncTick,
    ...(secret && { key: secret }),
  });
