// Argon2id of Node itself (24.7 and later), on libuv's thread pool.
import * as crypto from "node:crypto";
import type { Argon2id } from "../passwords/argon2.ts";

/** Absent before Node 24.7, whatever the types say. */
const native: typeof crypto.argon2 | undefined = crypto.argon2;

/** Node's Argon2id; `undefined` where this Node has none. */
export const nativeArgon2id: Argon2id | undefined =
  native &&
  ((password, salt, { memoryKiB, secret, ...cost }) =>
    new Promise((resolve, reject) => {
      const parameters = { message: password, nonce: salt, memory: memoryKiB, ...cost, ...(secret && { secret }) };
      native("argon2id", parameters, (error, tag) => {
        if (error === null) resolve(new Uint8Array(tag));
        else reject(error);
      });
    }));
