// What is compared: something that serves, and works that can be asked of it. A rival is one more file like its neighbours.
import type { ConnectionJob } from "../load/job.ts";

/** A server under way. */
export interface RunningSubject {
  readonly pid: number;
  readonly port: number;
  end(): Promise<void>;
}

/** A kind of request that a subject is loaded with. */
export interface Work {
  /** Stable: results are compared by it, e.g. `refresh`. */
  readonly id: string;
  readonly connections: number;
  /** What the figure depends on, for the table: hit rate, durability, hash parameters. */
  readonly conditions: string;
  /** Whether its tokens live too short for a second round on the same process: then each round is prepared anew. */
  readonly shortLived?: boolean;
  /** What keeps the server busy meanwhile; its answers are not counted. */
  readonly beside?: Work;
  /** Whether a process of others works for it, a database server: the load does not get the whole of its core then. */
  readonly sharesCores?: boolean;
  /** Logs in or whatever is needed before each connection can ask. */
  prepare(running: RunningSubject, connections: number): Promise<readonly ConnectionJob[]>;
}

/** A server that is measured. */
export interface Subject {
  /** Stable: results are compared by it, e.g. `latchkey`. */
  readonly id: string;
  readonly title: string;
  readonly works: readonly Work[];
  /** Whether it is somebody else's: where it cannot be had or fails, the run goes on without it and says so. */
  readonly rival?: boolean;
  /** Starts it in a process of its own, with an empty folder for its data. */
  start(folder: string): Promise<RunningSubject>;
}

/** How many connections a closed loop holds where nothing else is said. */
export const usualConnections = 16;

/** What a rival's log-in is loaded with, and ours beside other work: hashes take so long that more connections would only wait. */
export const rivalLogInConnections = 4;

/** SQLite's `synchronous`: FULL is on disk when answered. */
export type Synchronous = "FULL" | "NORMAL";

/** Asks a server that is being prepared. @throws Error with its answer where that is no success */
export async function postJson(port: number, path: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path} was answered with ${response.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** One request for each of several connections, one after another. */
export async function eachConnection(
  connections: number,
  make: (index: number) => Promise<ConnectionJob>,
): Promise<readonly ConnectionJob[]> {
  const jobs: ConnectionJob[] = [];
  for (let index = 0; index < connections; index++) jobs.push(await make(index));
  return jobs;
}
