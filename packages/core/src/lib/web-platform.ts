// The platform of any runtime with Web Crypto: browsers' engines, workers at the edge, Deno, Bun, Node.
import { webJwsKeys } from "./keys/web-jws.ts";
import { webArgon2id } from "./passwords/web-argon2.ts";
import type { Platform } from "./platform.ts";

const platform: Platform = Object.freeze({ name: "web", argon2id: webArgon2id, jws: webJwsKeys, hashConcurrency: 1 });

/** Web Crypto for signatures, JavaScript for passwords, one hash at a time, of all realms: all of it shares one thread. On Node prefer `nodePlatform()` of `@latchkey/core/node`. */
export function webPlatform(): Platform {
  return platform;
}
