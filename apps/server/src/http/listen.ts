// The HTTP listener: limits while it runs, and an end that cuts no answer off. It knows nothing of what is served.
import type { Server, ServerResponse } from "node:http";
import { Server as SocketServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { ServerApp } from "./server-app.ts";

/** What a slow or greedy client may take. Times in milliseconds, sizes in bytes. */
export const listenerLimits: Readonly<{
  headersTimeout: number;
  requestTimeout: number;
  keepAliveTimeout: number;
  connectionsCheckingInterval: number;
  maxHeaderSize: number;
}> = Object.freeze({
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  // Longer than the idle time of common load balancers (60 s), so that they end a connection, not we.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16_384,
});

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
}): Promise<Listener> {
  const server = createAdaptorServer({ fetch: at.app.fetch, serverOptions: { ...listenerLimits } }) as Server;
  const connections = trackConnections(server);
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

function explain(error: NodeJS.ErrnoException, at: { readonly host: string; readonly port: number }): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${at.port} is in use. Stop what listens there, or choose another port, for example: PORT=${at.port + 1} npx -y pnpm@12 start`;
    case "EACCES":
      return `Port ${at.port} needs more rights than this user has. Choose one from 1024 on, for example: PORT=8000`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `This machine has no address "${at.host}". Set HOST to one of its addresses, or to 0.0.0.0 for all.`;
    default:
      return `Cannot listen on ${at.host}:${at.port}: ${error.message}`;
  }
}

// A busy client's next request is on its way when the end begins: it still gets its answer, with word that it was the connection's last.
const idleGraceMilliseconds = 250;

interface Connections {
  /** From now on every answer is its connection's last. */
  announceEnd(): void;
  /** Ends connections without a request, now and from now on. */
  endIdle(): void;
}

function trackConnections(server: Server): Connections {
  const pending = new Map<Socket, Set<ServerResponse>>();
  let ending = false;
  let endingIdle = false;
  const endIfIdle = (socket: Socket) => {
    if (endingIdle && pending.get(socket)?.size === 0) socket.destroySoon();
  };
  server.on("connection", (socket: Socket) => {
    pending.set(socket, new Set());
    socket.once("close", () => pending.delete(socket));
  });
  // Before the application's own listener, so that a request counts from its first moment.
  server.prependListener("request", (request, response: ServerResponse) => {
    const responses = pending.get(request.socket);
    responses?.add(response);
    if (ending) response.shouldKeepAlive = false;
    response.once("close", () => {
      responses?.delete(response);
      endIfIdle(request.socket);
    });
  });
  return {
    announceEnd() {
      ending = true;
      for (const responses of pending.values()) {
        for (const response of responses) if (!response.headersSent) response.shouldKeepAlive = false;
      }
    },
    endIdle() {
      endingIdle = true;
      for (const socket of pending.keys()) endIfIdle(socket);
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
