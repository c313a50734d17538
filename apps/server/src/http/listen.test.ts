import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultSettings } from "../config/settings.ts";
import type { HttpLimits } from "../config/settings.ts";
import { listen } from "./listen.ts";
import type { Listener } from "./listen.ts";

const host = "127.0.0.1";
const limits = defaultSettings.http as HttpLimits;
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A server whose `/slow` answers when `release` is called; `arrived` resolves when somebody waits there. */
async function startSlow(): Promise<{ listener: Listener; arrived: Promise<unknown>; release: () => void }> {
  const arrived = Promise.withResolvers<unknown>();
  const gate = Promise.withResolvers<void>();
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get("/fast", (c) => c.text("fast"));
  app.get("/begun", () => {
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(Buffer.from("begun "));
        await gate.promise;
        controller.enqueue(Buffer.from("and done"));
        controller.close();
      },
    });
    return new Response(body);
  });
  app.get("/slow", async (c) => {
    arrived.resolve(undefined);
    await gate.promise;
    return c.text("slow");
  });
  const listener = await listen({ host, port: 0, app, limits });
  cleanups.push(gate.resolve, () => listener.close(0));
  return { listener, arrived: arrived.promise, release: gate.resolve };
}

describe("listening", () => {
  it("says what to do where the port is in use", async () => {
    const other = createServer().listen(0, host);
    cleanups.push(() => other.close());
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await expect(listen({ host, port, app: new Hono(), limits })).rejects.toThrow(
      `Port ${port} is in use. Stop what listens there`,
    );
  });

  it("says what to do where the address is not of this machine", async () => {
    await expect(listen({ host: "192.0.2.1", port: 0, app: new Hono(), limits })).rejects.toThrow(
      'no address "192.0.2.1"',
    );
  });
});

describe("polls", () => {
  it("tells of the first request of each poll before it is handled, and of the poll's end before the next one", async () => {
    const told: string[] = [];
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.get("/", (c) => (told.push("handled"), c.text("")));
    const polls = { begin: () => told.push("begin"), end: () => told.push("end") };
    const listener = await listen({ host, port: 0, app, limits, polls });
    cleanups.push(() => listener.close(0));
    const ask = () => fetch(`http://${host}:${listener.port}/`).then((answer) => answer.text());
    await Promise.all([ask(), ask(), ask(), ask()]);
    await ask();
    await ask();
    const shape = told.join(" ");
    expect(shape).toMatch(/^(?:begin (?:handled )+end ?)+$/);
    expect(told.filter((what) => what === "handled")).toHaveLength(6);
    // Who waits for an answer asks in another poll.
    expect(shape).toMatch(/begin handled end begin handled end$/);
  });
});

describe("limits", () => {
  /** What a socket gets for what it sends. */
  const raw = async (port: number, sent: string): Promise<string> => {
    const socket = connect(port, host);
    cleanups.push(() => socket.destroy());
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    socket.on("error", () => undefined);
    socket.write(sent);
    await once(socket, "close");
    return received;
  };

  it.each([
    ["a body that stops halfway", "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"],
    ["headers that never end", "GET /fast HTTP/1.1\r\nhost: x\r\n"],
  ])("class 11: %s is cut off with 408 after the time that is configured", async (_, sent) => {
    const app = new Hono<{ Bindings: HttpBindings }>();
    app.post("/echo", async (c) => c.text(await c.req.text().catch(() => "")));
    const short = { ...limits, headersMilliseconds: 150, requestMilliseconds: 300 };
    const listener = await listen({ host, port: 0, app, limits: short });
    cleanups.push(() => listener.close(0));
    expect(await raw(listener.port, sent)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("class 11: more header bytes than are configured are refused with 431", async () => {
    const listener = await listen({ host, port: 0, app: new Hono(), limits: { ...limits, headerBytes: 1024 } });
    cleanups.push(() => listener.close(0));
    const sent = `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(2000)}\r\n\r\n`;
    expect(await raw(listener.port, sent)).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe("ending", () => {
  it("answers requests in flight, tells them that it was the last, and accepts no new ones", async () => {
    const { listener, arrived, release } = await startSlow();
    const answer = fetch(`http://${host}:${listener.port}/slow`);
    await arrived;
    const closed = listener.close(5_000);
    await expect(fetch(`http://${host}:${listener.port}/fast`)).rejects.toThrow();
    release();
    const response = await answer;
    expect(response.headers.get("connection")).toBe("close");
    expect(await response.text()).toBe("slow");
    expect(await closed).toBe(true);
  });

  it("resets no connection of a busy client: its next request is answered, as the connection's last", async () => {
    const { listener } = await startSlow();
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    cleanups.push(() => agent.destroy());
    const ask = () =>
      new Promise<string>((resolve) => {
        request({ host, port: listener.port, path: "/fast", agent }, (response) => {
          response.on("error", (error: NodeJS.ErrnoException) => resolve(String(error.code)));
          response.on("end", () => resolve(String(response.statusCode))).resume();
        })
          .on("error", (error: NodeJS.ErrnoException) => resolve(String(error.code)))
          .end();
      });
    let closed: Promise<boolean> | undefined;
    const work = async () => {
      for (let count = 0; ; count++) {
        const outcome = await ask();
        if (outcome !== "200") return outcome;
        if (count === 20) closed ??= listener.close(5_000);
      }
    };
    expect(new Set(await Promise.all(Array.from({ length: 8 }, work)))).toEqual(new Set(["ECONNREFUSED"]));
    expect(await closed).toBe(true);
  });

  it("does not wait for idle keep-alive connections, used or not", async () => {
    const { listener } = await startSlow();
    const agent = new Agent({ keepAlive: true });
    cleanups.push(() => agent.destroy());
    const used = request({ host, port: listener.port, path: "/fast", agent }).end();
    const [response] = (await once(used, "response")) as [NodeJS.ReadableStream];
    response.resume();
    await once(response, "end");
    const unused = connect(listener.port, host);
    cleanups.push(() => unused.destroy());
    await once(unused, "connect");
    // A round trip, so that the server has seen both.
    await fetch(`http://${host}:${listener.port}/fast`, { headers: { connection: "close" } });
    const ended = once(unused, "close");
    unused.resume();
    expect(await listener.close(60_000)).toBe(true);
    await ended;
  });

  it("ends a connection that is still being answered when idle ones end, as soon as its answer is through", async () => {
    const { listener, release } = await startSlow();
    const socket = connect(listener.port, host);
    cleanups.push(() => socket.destroy());
    socket.setEncoding("utf8").write("GET /begun HTTP/1.1\r\nhost: x\r\n\r\n");
    const ended = once(socket, "end");
    let received = "";
    const begun = Promise.withResolvers<void>();
    socket.on("data", (text: string) => {
      received += text;
      if (received.includes("begun ")) begun.resolve();
    });
    await begun.promise;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const closed = listener.close(60_000);
    vi.advanceTimersByTime(1000);
    expect(received).toContain("Connection: keep-alive");
    release();
    await ended;
    expect(received).toContain("and done");
    expect(await closed).toBe(true);
  });

  it("answers every request that one connection has sent ahead", async () => {
    const { listener, arrived, release } = await startSlow();
    const socket = connect(listener.port, host);
    cleanups.push(() => socket.destroy());
    let received = "";
    socket.setEncoding("utf8").on("data", (text: string) => (received += text));
    socket.write("GET /slow HTTP/1.1\r\nhost: x\r\n\r\nGET /fast HTTP/1.1\r\nhost: x\r\n\r\n");
    await arrived;
    const closed = listener.close(60_000);
    release();
    await once(socket, "end");
    expect(received.match(/(?<=\r\n)(?:slow|fast)/g)).toEqual(["slow", "fast"]);
    expect(await closed).toBe(true);
  });

  it("cuts off what is left after its time, and says so", async () => {
    const { listener, arrived } = await startSlow();
    const answer = fetch(`http://${host}:${listener.port}/slow`);
    const cut = expect(answer).rejects.toThrow();
    await arrived;
    expect(await listener.close(20)).toBe(false);
    await cut;
  });
});
