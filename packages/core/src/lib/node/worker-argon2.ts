// Argon2id in worker threads, for a Node without one of its own.
import type { Argon2id } from "../passwords/argon2.ts";
import { WorkerPool } from "./worker-pool.ts";

/** The worker's file lies beside this one: TypeScript in the repository, JavaScript in the package. */
const source = new URL(import.meta.url.endsWith(".ts") ? "./argon2-worker.ts" : "./argon2-worker.js", import.meta.url);

/** What a worker is asked. */
export interface Argon2Request {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly parameters: Parameters<Argon2id>[2];
}

/** Argon2id in at most `workers` threads. */
export function createWorkerArgon2id({ workers }: { readonly workers: number }): Argon2id {
  const pool = new WorkerPool<Argon2Request, Uint8Array>({ source, name: "latchkey-argon2", workers });
  return (password, salt, parameters) => pool.run({ password, salt, parameters });
}
