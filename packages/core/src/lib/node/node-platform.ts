// The platform of Node: signatures by node:crypto, password hashes in threads, and how many of them may run at once.
import { argon2Sync, hash } from "node:crypto";
import { availableParallelism } from "node:os";
import type { Platform } from "../platform.ts";
import { nodeJwsKeys } from "./node-jws.ts";
import { nativeScrypt } from "./native-scrypt.ts";
import { createWorkerArgon2id, type Argon2Implementation } from "./worker-argon2.ts";
import { createWorkerBcrypt } from "./worker-bcrypt.ts";
import { loadCommonPasswords } from "./worker-common-passwords.ts";

/** Options of {@link nodePlatform}. */
export interface NodePlatformOptions {
  /**
   * `rust`: the optional peer `@node-rs/argon2`, twice as fast as the next. `node`: Node's own (24.7 and later). `javascript`: `@noble/hashes`, ten times slower.
   * Default: the first that is there. All give the same bytes.
   */
  readonly argon2?: Argon2Implementation;
}

/** More saves little: of the thread that answers, each row costs one time of filling its caches again. */
const hashRow = 4;

const platforms = new Map<Argon2Implementation | undefined, Platform>();

/**
 * node:crypto for signatures; Argon2id, and for imported hashes bcrypt, in worker threads that start with the first hash and, on Linux, give way to the thread that answers;
 * for imported hashes also node:crypto's scrypt. Hashes at once: max(1, cores − 1). The threads belong to the process: each call with the same option gives the
 * same platform, and all providers on it share one queue.
 * @throws TypeError where `node` is asked of a Node that has none.
 */
export function nodePlatform({ argon2 }: NodePlatformOptions = {}): Platform {
  if (argon2 === "node" && (argon2Sync as typeof argon2Sync | undefined) === undefined) {
    throw new TypeError(
      `Node ${process.versions.node} has no crypto.argon2: use Node 24.7 or later, "rust" or "javascript"`,
    );
  }
  const platform = platforms.get(argon2) ?? createPlatform(argon2);
  platforms.set(argon2, platform);
  return platform;
}

function createPlatform(argon2: Argon2Implementation | undefined): Platform {
  const hashConcurrency = Math.max(1, availableParallelism() - 1);
  const argon2id = createWorkerArgon2id({ workers: hashConcurrency, row: hashRow, implementation: argon2 });
  const bcrypt = createWorkerBcrypt({ workers: hashConcurrency });
  const sha256 = (text: string): string => hash("sha256", text, "hex");
  return Object.freeze({
    name: "node",
    argon2id,
    scrypt: nativeScrypt,
    bcrypt,
    jws: nodeJwsKeys,
    sha256,
    loadCommonPasswords,
    hashConcurrency,
    hashRow,
  });
}
