// Requests as Node's own HTTP parser has them: headers without a search through Headers, and without listeners, streams and copies a body that came with its head.
// Good only because nothing stands between the listener and the realms that replaces requests.
import type { IncomingMessage } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import type { RequestSource } from "@latchkey/hono";
import type { Context } from "hono";

// Undefined in tests that ask the application without a listener.
const incomingOf = (c: Context) => (c.env as Partial<HttpBindings> | undefined)?.incoming;

/** Reads what Node has parsed. */
export const nodeRequest: RequestSource = Object.freeze({
  header(c: Context, name: string) {
    const incoming = incomingOf(c);
    if (incoming === undefined) return c.req.header(name);
    // Not `headers`, which has only the first where some were repeated.
    const { rawHeaders } = incoming;
    let joined: string | undefined;
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const found = rawHeaders[at]!;
      if (found.length !== name.length || found.toLowerCase() !== name) continue;
      const value = rawHeaders[at + 1]!;
      joined = joined === undefined ? value : `${joined}, ${value}`;
    }
    return joined;
  },
  async body(c: Context) {
    const incoming = incomingOf(c);
    // Node hands over the bytes that came with the head right after it, before promises go on.
    await Promise.resolve();
    if (incoming === undefined || incoming.readableDidRead || !hasAll(incoming)) return c.req.raw.arrayBuffer();
    const bytes = incoming.read() as Buffer;
    // Node and its adapter wait for the end of what was read in part.
    incoming.resume();
    return bytes;
  },
});

/** Whether all that was declared waits in memory. */
const hasAll = ({ headers, readableLength }: IncomingMessage) =>
  readableLength > 0 && readableLength === Number(headers["content-length"]);
