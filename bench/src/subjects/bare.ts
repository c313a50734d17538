// The floors: servers that do the least which could be called the same work.
import { join } from "node:path";
import { startChild, type Child } from "../child/child.ts";
import { eachConnection, postJson, usualConnections, type RunningSubject, type Subject, type Work } from "./subject.ts";

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

/** Hono, jose and one row without durability. `thorough` adds works that are too long for a quick run. */
export function bareTokens(algorithm: "HS256" | "EdDSA", thorough: boolean): Subject {
  return {
    id: `bare-${algorithm.toLowerCase()}`,
    title: `bare Hono + jose ${algorithm} + one row`,
    works: [
      ...(algorithm === "EdDSA" ? [me] : []),
      refresh("refresh", usualConnections),
      ...(thorough && algorithm === "EdDSA" ? [refresh("refresh-64", 64)] : []),
    ],
    start: async (folder) => running(await startChild("server", "bare-tokens", [algorithm, join(folder, "bare.db")])),
  };
}

const me: Work = {
  id: "me",
  connections: usualConnections,
  conditions: "each token verified anew; one row read",
  shortLived: true,
  prepare: ({ port }, connections) =>
    eachConnection(connections, async () => ({
      method: "GET",
      path: "/me",
      headers: { authorization: "Bearer {}" },
      tokens: [String((await postJson(port, "/login", {}))["access_token"])],
    })),
};

function refresh(id: string, connections: number): Work {
  return {
    id,
    connections,
    conditions: "synchronous=NORMAL: not on disk when answered",
    prepare: ({ port }) =>
      eachConnection(connections, async () => ({
        method: "POST",
        path: "/token/refresh",
        headers: { "content-type": "application/json" },
        body: '{"refresh_token":"{}"}',
        rotates: "refresh_token",
        tokens: [String((await postJson(port, "/login", {}))["refresh_token"])],
      })),
  };
}

/** A child that serves, as a subject under way. @throws Error where it names no port */
export function running(child: Child): RunningSubject {
  if (child.port === undefined) throw new Error("the bare server names no port");
  return { pid: child.pid, port: child.port, end: () => child.end() };
}
