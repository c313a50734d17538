// Where a request came from, as events and sessions record it.
import type { RequestContext } from "@latchkey/core";
import type { Context } from "hono";
import type { ContractOptions } from "../mount-options.ts";

/** The context of a request. */
export function requestContext(
  c: Context,
  requestId: string,
  { clientAddress }: Pick<ContractOptions, "clientAddress">,
): RequestContext {
  const address = clientAddress?.(c);
  const userAgent = c.req.header("user-agent");
  return { requestId, ...(address !== undefined && { address }), ...(userAgent !== undefined && { userAgent }) };
}
