// Mounts a realm: its contract's operations on an application.
import type { Env, Hono } from "hono";
import type { MountRealmOptions } from "./mount-options.ts";

/** Serves every operation of the contract below `path`. */
export function mountRealm<E extends Env>(_app: Hono<E>, _options: MountRealmOptions): void {
  throw new TypeError("not built yet");
}
