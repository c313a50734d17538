// The floors: servers that do the least which could be called the same work.
import { join } from "node:path";
import { startChild, type Child } from "../child/child.ts";
import { eachConnection, postJson, usualConnections, type RunningSubject, type Subject } from "./subject.ts";

/** Hono that answers a constant. */
export const bareHello: Subject = {
  id: "bare-hello",
  title: "bare Hono",
  works: [
    {
      id: "hello",
      connections: usualConnections,
      conditions: "a constant",
      prepare: (_running, connections) =>
        eachConnection(connections, async () => ({ method: "GET", path: "/", headers: {} })),
    },
  ],
  start: async () => running(await startChild("server", "bare-hello")),
};

/** Hono, jose and one row without durability. */
export function bareRefresh(algorithm: "HS256" | "EdDSA"): Subject {
  return {
    id: `bare-${algorithm.toLowerCase()}`,
    title: `bare Hono + jose ${algorithm} + one row`,
    works: [
      {
        id: "refresh",
        connections: usualConnections,
        conditions: "synchronous=NORMAL: not on disk when answered",
        prepare: ({ port }, connections) =>
          eachConnection(connections, async () => ({
            method: "POST",
            path: "/token/refresh",
            headers: { "content-type": "application/json" },
            body: '{"refresh_token":"{}"}',
            rotates: "refresh_token",
            token: String((await postJson(port, "/login", {}))["refresh_token"]),
          })),
      },
    ],
    start: async (folder) => running(await startChild("server", "bare-refresh", [algorithm, join(folder, "bare.db")])),
  };
}

function running(child: Child): RunningSubject {
  if (child.port === undefined) throw new Error("the bare server names no port");
  return { pid: child.pid, port: child.port, end: () => child.end() };
}
