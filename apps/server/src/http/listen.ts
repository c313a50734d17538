// The HTTP listener: limits while it runs, and an end that cuts no answer off. It knows nothing of what is served.
import type { Server, ServerOptions, ServerResponse } from "node:http";
import { Server as SocketServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Polls } from "@latchkey/storage";
import type { HttpLimits } from "../config/settings.ts";
import type { ServerApp } from "./server-app.ts";

/** The port cannot be listened on. */
export class ListenError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = "ListenError";
  }
}

/** A listener under way. */
export interface Listener {
  /** The port that it got. */
  readonly port: number;
  /** Stops accepting, ends idle connections, waits for the answers under way, and cuts off what is left after `graceMilliseconds`. Says whether everything was answered. */
  close(graceMilliseconds: number): Promise<boolean>;
}

/** Listens. @throws ListenError */
export async function listen(at: {
  readonly host: string;
  readonly port: number;
  readonly app: ServerApp;
  readonly limits: HttpLimits;
  /** What listens, and the variables with which it is told where. Default: the server, by HOST and PORT. */
  readonly named?: ListenerName;
  /** Told when requests come in, poll by poll. */
  readonly polls?: Polls | undefined;
}): Promise<Listener> {
  const server = createAdaptorServer({ fetch: at.app.fetch, serverOptions: serverOptions(at.limits) }) as Server;
  const connections = trackConnections(server);
  if (at.polls !== undefined) tellPolls(server, at.polls);
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(new ListenError(explain(error, at), error));
    server.once("error", fail);
    server.listen(at.port, at.host, () => {
      server.off("error", fail);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceMilliseconds) => closeGracefully(server, connections, graceMilliseconds),
  };
}

/** How a listener is told of in errors. */
export interface ListenerName {
  readonly host: string;
  readonly port: string;
  /** Added to what is said of a port that is in use. */
  readonly hint: string;
}

const publicListener: ListenerName = { host: "HOST", port: "PORT", hint: "" };

// What is slow or greedy is cut off by Node's own server; it looks every other second.
function serverOptions(limits: HttpLimits): ServerOptions {
  return {
    headersTimeout: limits.headersMilliseconds,
    requestTimeout: limits.requestMilliseconds,
    keepAliveTimeout: limits.keepAliveMilliseconds,
    connectionsCheckingInterval: Math.min(2_000, limits.headersMilliseconds),
    maxHeaderSize: limits.headerBytes,
  };
}

function explain(
  error: NodeJS.ErrnoException,
  at: { readonly host: string; readonly port: number; readonly named?: ListenerName },
): string {
  const { named = publicListener } = at;
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${at.port} is in use. Stop what listens there, or choose another port, for example: ${named.port}=${at.port + 1} npx -y pnpm@12 start${named.hint}`;
    case "EACCES":
      return `Port ${at.port} needs more rights than this user has. Choose one from 1024 on, for example: ${named.port}=8000`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `This machine has no address "${at.host}". Set ${named.host} to one of its addresses, or to 0.0.0.0 for all.`;
    default:
      return `Cannot listen on ${at.host}:${at.port}: ${error.message}`;
  }
}

// A busy client's next request is on its way when the end begins: it still gets its answer, with word that it was the connection's last.
const idleGraceMilliseconds = 250;

interface Connections {
  /** From now on every answer is its connection's last. */
  announceEnd(): void;
  /** Ends connections without a request, now and as soon as what is under way on them is answered. */
  endIdle(): void;
}

// Sockets are read in the poll phase of the event loop, immediates run right after it; and a poll reports only sockets on which something had arrived when it began.
// Of requests that a client sends one behind the other on a connection without waiting (pipelining), a later one may have been sent a moment after.
function tellPolls(server: Server, polls: Polls): void {
  let underWay = false;
  const end = () => {
    underWay = false;
    polls.end();
  };
  server.prependListener("request", () => {
    if (underWay) return;
    underWay = true;
    polls.begin();
    setImmediate(end);
  });
}

function trackConnections(server: Server): Connections {
  // Each connection with the newest of its answers. Answers of one connection end in the order of their requests, so the newest tells whether any is under way; and
  // what is noted of each request is one entry that is there already.
  const newest = new Map<Socket, ServerResponse | undefined>();
  let ending = false;
  const endIfIdle = (socket: Socket) => {
    if (newest.get(socket)?.writableFinished ?? true) socket.destroySoon();
  };
  server.on("connection", (socket: Socket) => {
    newest.set(socket, undefined);
    socket.once("close", () => newest.delete(socket));
  });
  // Before the application's own listener, so that a request counts from its first moment.
  server.prependListener("request", ({ socket }, response: ServerResponse) => {
    newest.set(socket, response);
    if (ending) response.shouldKeepAlive = false;
  });
  return {
    announceEnd() {
      ending = true;
      for (const response of newest.values()) if (response?.headersSent === false) response.shouldKeepAlive = false;
    },
    endIdle() {
      for (const [socket, response] of newest) {
        endIfIdle(socket);
        response?.once("close", () => endIfIdle(socket));
      }
    },
  };
}

async function closeGracefully(server: Server, connections: Connections, graceMilliseconds: number): Promise<boolean> {
  // The socket server's own close, not that of http, which destroys connections that look idle although a request has arrived on them.
  const closed = new Promise<void>((resolve) => void SocketServer.prototype.close.call(server, () => resolve()));
  connections.announceEnd();
  let answered = true;
  const idleTimer = setTimeout(() => connections.endIdle(), Math.min(idleGraceMilliseconds, graceMilliseconds));
  const deadline = setTimeout(() => {
    answered = false;
    server.closeAllConnections();
  }, graceMilliseconds);
  await closed;
  clearTimeout(idleTimer);
  clearTimeout(deadline);
  return answered;
}
