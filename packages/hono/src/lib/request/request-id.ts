// Request ids: a caller's own where it is harmless in logs, else a new one.
import type { Context } from "hono";
import type { RequestSource } from "./request-source.ts";
import { webRequest } from "./request-source.ts";

const harmless = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** The id under which a request is logged and answered (X-Request-Id: 8–64 letters, digits, dots, hyphens, underscores). */
export function requestIdOf(c: Context, source: RequestSource = webRequest): string {
  const sent = source.header(c, "x-request-id");
  return sent !== undefined && harmless.test(sent) ? sent : crypto.randomUUID();
}
