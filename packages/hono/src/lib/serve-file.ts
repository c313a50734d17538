// Serves content that never changes while the process runs: with a strong validator, and under a policy that a page cannot loosen.
import type { Context, Handler } from "hono";

/** How a file is served. */
export interface FileOptions {
  readonly mediaType: string;
  readonly cacheControl: string;
  /** Its Content-Security-Policy. */
  readonly policy: string;
}

/** Makes the handler of a file. */
export function serveFile(content: string | Uint8Array<ArrayBuffer>, options: FileOptions): Handler {
  const { mediaType, cacheControl, policy } = options;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let etag: Promise<string> | undefined;
  return async (c: Context) => {
    etag ??= strongTag(bytes);
    const headers = {
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "content-type": mediaType,
      "cache-control": cacheControl,
      etag: await etag,
    };
    const unchanged = c.req
      .header("if-none-match")
      ?.split(",")
      .some((tag) => tag.trim().replace(/^W\//, "") === headers.etag);
    return unchanged ? new Response(null, { status: 304, headers }) : new Response(bytes, { headers });
  };
}

async function strongTag(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `"${[...digest.subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}
