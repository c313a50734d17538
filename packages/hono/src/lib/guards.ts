// Guards for an application's own routes: who bears the access token, and with which role. Refusals come from the contract's table.
import type { IdentityProvider, Principal } from "@latchkey/core";
import { IdentityError } from "@latchkey/core/errors";
import type { Context, Env, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import type { FailureAnswerer } from "./answer/answer-failure.ts";
import { compileFailures } from "./answer/answer-failure.ts";
import type { ContractOptions } from "./mount-options.ts";
import { noteRefusal } from "./note-refusal.ts";
import { bearerToken, readAuthorization } from "./request/credentials.ts";
import { ForbiddenRefusal } from "./request/protocol-refusal.ts";
import { requestIdOf } from "./request/request-id.ts";

/** What a guarded handler learns of its caller. */
export interface Authentication {
  readonly principal: Principal;
  readonly provider: IdentityProvider;
  /** The id under which the request is logged. */
  readonly requestId: string;
  /** Words an error of core by the contract's table, for handlers that call the provider themselves. */
  readonly refuse: (error: unknown) => Response;
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

/** Wraps handlers, decorator-style: `app.get("/reports", guard.role("ADMIN", (c, { principal }) => …))`. */
export interface Guard {
  /** Any bearer of a good access token. What the handler throws of core's errors is worded by the contract. */
  authenticated<E extends Env = Env>(handler: GuardedHandler<E>): (c: Context<E>) => Promise<Response>;
  /** A bearer with the role; others are `forbidden`. */
  role<E extends Env = Env>(role: string, handler: GuardedHandler<E>): (c: Context<E>) => Promise<Response>;
}

/**
 * Middleware that checks `Authorization: Bearer` (RFC 6750 §2.1), its revocation included, and sets `authentication`.
 * Refuses with the contract's answers to `access_token_*` and `store_unavailable`.
 */
export function requireAccessToken(options: ContractOptions): MiddlewareHandler<AuthenticatedEnv> {
  const authenticate = compileAuthentication(options);
  return async (c, next) => {
    const authentication = await authenticate(c);
    if (authentication instanceof Response) return authentication;
    c.set("authentication", authentication);
    await next();
    return undefined;
  };
}

/**
 * Middleware behind {@link requireAccessToken}: refuses bearers without the role as `forbidden`.
 * @throws TypeError where no {@link requireAccessToken} stands before it
 */
export function requireRole(role: string): MiddlewareHandler<AuthenticatedEnv> {
  return async (c, next) => {
    const authentication = c.get("authentication") as Authentication | undefined;
    if (authentication === undefined) throw new TypeError("requireRole stands behind requireAccessToken");
    const refused = await refuseWithoutRole(c, authentication, role);
    if (refused !== undefined) return refused;
    await next();
    return undefined;
  };
}

/** Makes wrappers for single handlers, where middleware would be far from what it guards. */
export function createGuard(options: ContractOptions): Guard {
  const authenticate = compileAuthentication(options);
  const wrap =
    <E extends Env>(role: string | undefined, handler: GuardedHandler<E>) =>
    async (c: Context<E>): Promise<Response> => {
      const authentication = await authenticate(c);
      if (authentication instanceof Response) return authentication;
      const refused = role === undefined ? undefined : await refuseWithoutRole(c, authentication, role);
      if (refused !== undefined) return refused;
      try {
        return await handler(c, authentication);
      } catch (error) {
        if (error instanceof IdentityError) return authentication.refuse(error);
        throw error;
      }
    };
  return {
    authenticated: (handler) => wrap(undefined, handler),
    role: (role, handler) => wrap(role, handler),
  };
}

function compileAuthentication(options: ContractOptions): (c: Context) => Promise<Authentication | Response> {
  const { provider, contract } = options;
  const { profile } = contract;
  const fail: FailureAnswerer = compileFailures({ ...options, profile });
  return async (c) => {
    const requestId = requestIdOf(c);
    const refuse = (error: unknown) => {
      if (error instanceof IdentityError) noteRefusal(error, `${c.req.method} ${routePath(c)}`, c, requestId, options);
      return fail(error, c, requestId);
    };
    try {
      const principal = await provider.verifyAccessToken(
        bearerToken(readAuthorization(c, profile.bearer), profile.bearer),
      );
      return { principal, provider, requestId, refuse };
    } catch (error) {
      return refuse(error);
    }
  };
}

async function refuseWithoutRole(
  c: Context,
  authentication: Authentication,
  role: string,
): Promise<Response | undefined> {
  const { provider, principal, refuse } = authentication;
  try {
    return (await provider.hasRole(principal, role)) ? undefined : refuse(new ForbiddenRefusal(principal));
  } catch (error) {
    return refuse(error);
  }
}
