// Tells core of refusals, which decides what of them is an audit event.
import type { IdentityError } from "@latchkey/core/errors";
import type { Context } from "hono";
import type { ContractOptions } from "./mount-options.ts";
import { clientCredentials } from "./request/credentials.ts";
import { ForbiddenRefusal } from "./request/protocol-refusal.ts";
import { requestContext } from "./request/request-context.ts";

/** Notes a refusal of an operation. */
export function noteRefusal(
  error: IdentityError,
  operation: string,
  c: Context,
  requestId: string,
  options: Pick<ContractOptions, "provider" | "clientAddress">,
): void {
  const { code } = error;
  const principal = error instanceof ForbiddenRefusal ? error.principal : undefined;
  const clientId = code === "client_unauthenticated" ? clientCredentials(c.req.header("authorization"))?.id : undefined;
  options.provider.recordRefusal({ code, operation, principal, clientId }, requestContext(c, requestId, options));
}
