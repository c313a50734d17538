// The types that the application's parts share.
import type { HttpBindings } from "@hono/node-server";
import type { WireContract } from "@latchkey/contracts";
import type { IdentityProvider } from "@latchkey/core";
import type { Hono } from "hono";

/** The server's application type: Hono on Node's HTTP server. */
export type ServerApp = Hono<{ Bindings: HttpBindings }>;

/** A realm with what serves it. */
export interface MountedRealm {
  readonly name: string;
  /** `/` or a path without a slash at its end. */
  readonly mount: string;
  readonly contract: WireContract;
  readonly provider: IdentityProvider;
}
