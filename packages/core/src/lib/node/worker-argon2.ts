// Argon2id in threads of its own, which give way to the thread that answers requests. On libuv's pool a hash takes half of a core from it.
import type { Argon2id } from "../passwords/argon2.ts";
import { WorkerPool } from "./worker-pool.ts";
import { workerSource } from "./worker-source.ts";

const source = workerSource("argon2-worker");

/** `rust`: `@node-rs/argon2`, an optional peer. `node`: `crypto.argon2Sync` (24.7 and later). `javascript`: `@noble/hashes`. */
export type Argon2Implementation = "rust" | "node" | "javascript";

/** What a worker is asked. */
export interface Argon2Request {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly parameters: Parameters<Argon2id>[2];
}

/** Argon2id in at most `workers` threads, by the fastest implementation that is there or by the one that is named. */
export function createWorkerArgon2id({
  workers,
  row,
  implementation,
}: {
  readonly workers: number;
  /** Hashes that a thread may hold, one after the other. */
  readonly row: number;
  readonly implementation?: Argon2Implementation | undefined;
}): Argon2id {
  const pool = new WorkerPool<Argon2Request, Uint8Array>({
    source,
    name: "latchkey-argon2",
    workers,
    row,
    data: implementation,
  });
  return (password, salt, parameters) => pool.run({ password, salt, parameters });
}
