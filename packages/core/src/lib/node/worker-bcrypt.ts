// bcrypt in worker threads: bcryptjs computes a fifth of a second at a time, which no event loop should.
import type { Bcrypt } from "../passwords/key-derivation.ts";
import { WorkerPool } from "./worker-pool.ts";
import { workerSource } from "./worker-source.ts";

const source = workerSource("bcrypt-worker");

/** What a worker is asked. */
export interface BcryptRequest {
  readonly password: string;
  readonly setting: string;
}

/** bcrypt in at most `workers` threads. */
export function createWorkerBcrypt({ workers }: { readonly workers: number }): Bcrypt {
  const pool = new WorkerPool<BcryptRequest, string>({ source, name: "latchkey-bcrypt", workers, row: 1 });
  return (password, setting) => pool.run({ password, setting });
}
