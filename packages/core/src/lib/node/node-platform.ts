// The platform of Node: picks the fastest Argon2id that this Node has, and how many may run at once.
import { availableParallelism } from "node:os";
import type { Argon2id } from "../passwords/argon2.ts";
import type { Platform } from "../platform.ts";
import { nativeArgon2id } from "./native-argon2.ts";
import { nodeJwsKeys } from "./node-jws.ts";
import { nativeScrypt } from "./native-scrypt.ts";
import { createWorkerArgon2id } from "./worker-argon2.ts";
import { createWorkerBcrypt } from "./worker-bcrypt.ts";

/** Options of {@link nodePlatform}. */
export interface NodePlatformOptions {
  /** `native`: Node's own (24.7 and later). `worker`: JavaScript in worker threads. Default: native where Node has it. */
  readonly argon2?: "native" | "worker";
}

/** libuv's default (UV_THREADPOOL_SIZE). */
const defaultThreads = 4;

/**
 * node:crypto for signatures, and for passwords either its Argon2id or @noble/hashes in worker threads: the same bytes. For imported hashes
 * its scrypt, and bcryptjs in worker threads.
 * Hashes at once: max(1, cores − 1); native ones also leave one thread of libuv's pool to name look-ups and files, so that more than
 * three want `UV_THREADPOOL_SIZE` raised in the environment.
 * @throws TypeError where `native` is asked of a Node that has none.
 */
export function nodePlatform({ argon2 }: NodePlatformOptions = {}): Platform {
  if (argon2 === "native" && nativeArgon2id === undefined) {
    throw new TypeError(`Node ${process.versions.node} has no crypto.argon2: use Node 24.7 or later, or "worker"`);
  }
  const cores = Math.max(1, availableParallelism() - 1);
  const native = argon2 === "worker" ? undefined : nativeArgon2id;
  const hashConcurrency = native === undefined ? cores : Math.min(cores, Math.max(1, poolThreads() - 1));
  const argon2id: Argon2id = native ?? createWorkerArgon2id({ workers: hashConcurrency });
  const bcrypt = createWorkerBcrypt({ workers: hashConcurrency });
  return Object.freeze({ name: "node", argon2id, scrypt: nativeScrypt, bcrypt, jws: nodeJwsKeys, hashConcurrency });
}

function poolThreads(): number {
  const configured = Number(process.env["UV_THREADPOOL_SIZE"]);
  return Number.isSafeInteger(configured) && configured > 0 ? configured : defaultThreads;
}
