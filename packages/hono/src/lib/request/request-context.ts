// Where a request came from, as events and sessions record it.
import type { RequestContext } from "@latchkey/core";
import type { Context } from "hono";
import type { MountRealmOptions } from "../mount-options.ts";
import { webRequest } from "./request-source.ts";

/** The context of a request. */
export function requestContext(
  c: Context,
  requestId: string,
  { clientAddress, source = webRequest }: Pick<MountRealmOptions, "clientAddress" | "source">,
): RequestContext {
  const address = clientAddress?.(c);
  const userAgent = source.header(c, "user-agent");
  return { requestId, ...(address !== undefined && { address }), ...(userAgent !== undefined && { userAgent }) };
}
