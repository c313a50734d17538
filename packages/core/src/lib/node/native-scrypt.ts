// scrypt of Node itself, on libuv's thread pool.
import { scrypt } from "node:crypto";
import type { Scrypt } from "../passwords/key-derivation.ts";

/** Node's scrypt. */
export const nativeScrypt: Scrypt = (password, salt, { cost, blockSize, parallelism, length }) =>
  new Promise((resolve, reject) => {
    // Node refuses what needs more than `maxmem`; a little is for the parts beside the table.
    const maxmem = 128 * blockSize * (cost + parallelism + 2);
    scrypt(password, salt, length, { cost, blockSize, parallelization: parallelism, maxmem }, (error, key) => {
      if (error === null) resolve(new Uint8Array(key));
      else reject(error);
    });
  });
