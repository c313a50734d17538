// The thread's side of `worker-argon2.ts`: one hash per message, synchronously, for nobody else waits here.
import { parentPort } from "node:worker_threads";
import { argon2id } from "@noble/hashes/argon2.js";
import type { WorkerAnswer, WorkerRequest } from "./worker-argon2.ts";

parentPort?.on("message", ({ password, salt, parameters }: WorkerRequest) => {
  parentPort?.postMessage(hash(password, salt, parameters));
});

function hash(
  password: Uint8Array,
  salt: Uint8Array,
  { memoryKiB, passes, parallelism, tagLength }: WorkerRequest["parameters"],
): WorkerAnswer {
  try {
    return { tag: argon2id(password, salt, { m: memoryKiB, t: passes, p: parallelism, dkLen: tagLength }) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
