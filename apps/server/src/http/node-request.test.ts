import { once } from "node:events";
import { connect } from "node:net";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultSettings } from "../config/settings.ts";
import type { HttpLimits } from "../config/settings.ts";
import { listen } from "./listen.ts";
import { nodeRequest } from "./node-request.ts";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Told {
  readonly short: unknown;
  readonly long: unknown;
  readonly asUsual?: boolean;
}

/** Asks over a socket, and says how both ways read it. `parts` are sent one after another, each when the one before has been seen. */
async function read(parts: readonly string[], look: "headers" | "body"): Promise<Told> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  let ended: Promise<unknown> | undefined;
  const seen = parts.map(() => Promise.withResolvers<void>());
  app.post("/headers", (c) => {
    const names = [
      "authorization",
      "content-type",
      "content-length",
      "x-request-id",
      "user-agent",
      "x-none",
      "__proto__",
    ];
    const both = {
      short: names.map((name) => nodeRequest.header(c, name) ?? null),
      long: names.map((name) => c.req.header(name) ?? null),
    };
    return c.json(both);
  });
  app.post("/body", async (c) => {
    // What costs more, and must read what came later.
    const usual = vi.spyOn(c.req.raw, "arrayBuffer");
    ended = once(c.env.incoming, "end");
    const reading = nodeRequest.body(c);
    seen[0]!.resolve();
    const short = Buffer.from((await reading) as Uint8Array).toString("latin1");
    const asUsual = usual.mock.calls.length > 0;
    const again = await c.req.raw.arrayBuffer().then(
      () => "read",
      (error: Error) => error.message,
    );
    return c.json({ short, long: again, asUsual });
  });
  const listener = await listen({ host: "127.0.0.1", port: 0, app, limits: defaultSettings.http as HttpLimits });
  const socket = connect(listener.port, "127.0.0.1");
  cleanups.push(
    () => socket.destroy(),
    () => listener.close(0),
  );
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
  const [first = "", ...others] = parts;
  socket.write(`POST /${look} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${first}`, "latin1");
  if (others.length > 0) await seen[0]!.promise;
  for (const part of others) socket.write(part, "latin1");
  await once(socket, "end");
  await ended;
  return JSON.parse(received.slice(received.indexOf("\r\n\r\n") + 4)) as Told;
}

describe("a request as Node has parsed it", () => {
  it.each([
    ["each once", "Authorization: Bearer a\r\nContent-Type: application/json\r\nX-Request-Id: trace-0123\r\n"],
    ["blanks around values", "Authorization: \t Bearer a \t\r\nX-Request-Id:   trace-0123  \r\nUser-Agent:\r\n"],
    ["repeated ones", "Authorization: Bearer a\r\nAUTHORIZATION: Bearer b\r\nX-Request-Id: a\r\nx-request-id: b\r\n"],
    ["repeated types", "Content-Type: application/json\r\nContent-Type: text/plain\r\n"],
    ["bytes beyond ASCII", "Authorization: Bearer \u00ff\r\nUser-Agent: \u00e9\r\n"],
    ["a name that reaches prototypes", "__proto__: a\r\n"],
  ])("class 11: has the same headers as the one that Hono has: %s", async (_, lines) => {
    const { short, long } = await read([`${lines}\r\n`], "headers");
    expect(short).toEqual(long);
  });

  it.each([
    ["with its head", false, ["content-length: 5\r\n\r\nh\u00e4llo"]],
    ["after its head", true, ["content-length: 5\r\n\r\n", "h\u00e4llo"]],
    ["half with its head", true, ["content-length: 5\r\n\r\nh\u00e4", "llo"]],
  ])("has the bytes of a body that came %s, once and to its end", async (_, asUsual, parts) => {
    expect(await read(parts, "body")).toEqual({ short: "h\u00e4llo", long: "Body is unusable", asUsual });
  });
});
