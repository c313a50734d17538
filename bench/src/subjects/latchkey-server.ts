// A Latchkey server from the built output, started as an operator would: plain node, its defaults, an empty folder for its database.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess, keepComplaints, spawnNode } from "../child/child.ts";
import { cpuMilliseconds, residentMegabytes } from "../load/proc.ts";
import type { RunningSubject } from "./subject.ts";

const startLimitMilliseconds = 20_000;
const askEveryMilliseconds = 2;

/** Who may introspect tokens. */
export const introspector = { id: "bench", secret: "a-secret-of-the-bench" } as const;

const settings = { realms: { main: { contract: "latchkey", mount: "/v1", resourceServers: [introspector] } } };

/** A server under way, and how its start was. */
export interface RunningLatchkey extends RunningSubject {
  /** From before the process was made until its first answer, in milliseconds. */
  readonly firstAnswerMilliseconds: number;
  /** What the process had used of a core by then. */
  readonly firstAnswerCpuMilliseconds: number;
}

/** Starts the server in `folder`, with the database that is there or a new one. @throws Error with its last words where it does not answer */
export async function startLatchkey(
  main: string,
  folder: string,
  options: { readonly nodeOptions?: readonly string[]; readonly databaseUrl?: string } = {},
): Promise<RunningLatchkey> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "latchkey.config.json");
  writeFileSync(config, JSON.stringify(settings));
  const port = await freePort();
  const env = {
    PATH: process.env["PATH"],
    HOST: "127.0.0.1",
    PORT: String(port),
    METRICS_PORT: String(await freePort()),
    LATCHKEY_CONFIG: config,
    DATABASE_URL: options.databaseUrl ?? `sqlite:${join(folder, "latchkey.db")}`,
    // Beside SQLite the server would make one itself.
    ...(options.databaseUrl !== undefined && { LATCHKEY_MASTER_KEY: randomBytes(32).toString("base64url") }),
  };
  const begun = performance.now();
  const child = spawnNode("server", main, ["serve"], {
    cwd: folder,
    env,
    ...(options.nodeOptions && { nodeOptions: options.nodeOptions }),
  });
  const complaints = keepComplaints(child);
  // Ready: keys and revocations are at hand.
  while (!(await answers(port, "/health/ready", 200))) {
    const late = performance.now() - begun > startLimitMilliseconds;
    if (!late && child.exitCode === null) continue;
    await endProcess(child);
    throw new Error(`the server did not answer:\n${complaints()}`);
  }
  return {
    pid: child.pid!,
    port,
    firstAnswerMilliseconds: performance.now() - begun,
    firstAnswerCpuMilliseconds: cpuMilliseconds(child.pid!),
    end: () => endProcess(child, 10_000),
  };
}

/** Memory of a server that has been left alone for a while, in MB. */
export async function idleMegabytes({ pid }: RunningSubject, restMilliseconds: number): Promise<number> {
  await sleep(restMilliseconds);
  return residentMegabytes(pid).now;
}

/** Whether a GET is answered with this status. Waits a moment where nobody answers. */
export async function answers(port: number, path: string, status: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    const [chunk] = (await once(socket, "data")) as [Buffer];
    return chunk.toString("latin1").startsWith(`HTTP/1.1 ${status}`);
  } catch {
    await sleep(askEveryMilliseconds);
    return false;
  } finally {
    socket.destroy();
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
