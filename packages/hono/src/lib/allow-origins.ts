// Which pages of other origins may call, with credentials (Fetch Standard, CORS protocol): exactly those that are named.
import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";

/** Middleware that answers preflights and allows the origins, byte by byte; others get an answer that their browser keeps from them. */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  const allow = cors({ origin: [...origins], credentials: true, maxAge: 600 });
  return async (c, next) => {
    // An OPTIONS that is no preflight is the contract's to answer.
    const isPlainOptions = c.req.method === "OPTIONS" && c.req.header("access-control-request-method") === undefined;
    return isPlainOptions ? next() : allow(c, next);
  };
}
