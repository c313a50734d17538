// The thread's side of `worker-argon2.ts`.
import { argon2id } from "@noble/hashes/argon2.js";
import { answerRequests } from "./answer-requests.ts";
import type { Argon2Request } from "./worker-argon2.ts";

answerRequests(({ password, salt, parameters: { memoryKiB, passes, parallelism, tagLength, secret } }: Argon2Request) =>
  argon2id(password, salt, {
    m: memoryKiB,
    t: passes,
    p: parallelism,
    dkLen: tagLength,
    ...(secret && { key: secret }),
  }),
);
