// Guards for an application's own routes: who bears the access token, and with which role. Refusals come from the contract's table.
import type { IdentityProvider, Principal } from "@latchkey/core";
import type { Context, Env, MiddlewareHandler } from "hono";
import type { ContractOptions } from "./mount-options.ts";

/** What a guarded handler learns of its caller. */
export interface Authentication {
  readonly principal: Principal;
  readonly provider: IdentityProvider;
  readonly requestId: string;
}

/** The Hono environment behind {@link requireAccessToken}: `c.get("authentication")`. */
export interface AuthenticatedEnv extends Env {
  Variables: { authentication: Authentication };
}

/** A handler that is only reached with a good access token. */
export type GuardedHandler<E extends Env = Env> = (
  c: Context<E>,
  authentication: Authentication,
) => Response | Promise<Response>;

/** Wraps handlers, decorator-style. */
export interface Guard {
  /** Any bearer of a good access token. */
  authenticated<E extends Env = Env>(handler: GuardedHandler<E>): (c: Context<E>) => Promise<Response>;
  /** A bearer with the role; others are `forbidden`. */
  role<E extends Env = Env>(role: string, handler: GuardedHandler<E>): (c: Context<E>) => Promise<Response>;
}

/** Middleware that checks `Authorization: Bearer` (RFC 6750 §2.1) and sets `authentication`. */
export function requireAccessToken(_options: ContractOptions): MiddlewareHandler<AuthenticatedEnv> {
  throw new TypeError("not built yet");
}

/** Middleware behind {@link requireAccessToken}: refuses bearers without the role. */
export function requireRole(_role: string): MiddlewareHandler<AuthenticatedEnv> {
  throw new TypeError("not built yet");
}

/** Makes wrappers for single handlers. */
export function createGuard(_options: ContractOptions): Guard {
  throw new TypeError("not built yet");
}
