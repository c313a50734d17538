// The thread's side of `worker-argon2.ts`: Argon2id by the fastest implementation that is there. All of them give the same bytes.
import * as crypto from "node:crypto";
import { workerData } from "node:worker_threads";
import { argon2id as javascriptArgon2id } from "@noble/hashes/argon2.js";
import { answerRequests } from "./answer-requests.ts";
import type { Argon2Implementation, Argon2Request } from "./worker-argon2.ts";

type Hash = (request: Argon2Request) => Uint8Array;

/** Absent before Node 24.7, whatever the types say. */
const nodeArgon2: typeof crypto.argon2Sync | undefined = crypto.argon2Sync;

const implementations: Readonly<Record<Argon2Implementation, () => Promise<Hash | undefined>>> = {
  async rust() {
    // Its defaults are Argon2id, version 1.3.
    const module = await import("@node-rs/argon2").catch(() => undefined);
    return (
      module &&
      (({ password, salt, parameters: { memoryKiB, passes, parallelism, tagLength, secret } }) =>
        module.hashRawSync(password, {
          salt,
          memoryCost: memoryKiB,
          timeCost: passes,
          parallelism,
          outputLen: tagLength,
          ...(secret && { secret }),
        }))
    );
  },
  node: async () =>
    nodeArgon2 &&
    (({ password, salt, parameters: { memoryKiB, secret, ...cost } }) =>
      nodeArgon2("argon2id", {
        message: password,
        nonce: salt,
        memory: memoryKiB,
        ...cost,
        ...(secret && { secret }),
      })),
  javascript:
    async () =>
    ({ password, salt, parameters: { memoryKiB, passes, parallelism, tagLength, secret } }) =>
      javascriptArgon2id(password, salt, {
        m: memoryKiB,
        t: passes,
        p: parallelism,
        dkLen: tagLength,
        ...(secret && { key: secret }),
      }),
};

const wanted = workerData as Argon2Implementation | undefined;
const candidates = wanted === undefined ? (["rust", "node", "javascript"] as const) : [wanted];
let hash: Hash | undefined;
for (const name of candidates) hash ??= await implementations[name]();

answerRequests((request: Argon2Request) => {
  if (hash === undefined) throw new Error(`This Argon2id is not here: ${wanted}`);
  return Uint8Array.from(hash(request));
});
