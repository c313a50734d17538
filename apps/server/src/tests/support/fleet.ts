// Several server processes on one database, with a client of each.
import { createClient } from "./client.ts";
import type { Client } from "./client.ts";
import type { Sandbox } from "./sandbox.ts";
import { startProcess } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";

/** The tokens of a session, as an answer brings them. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Processes under way. */
export interface Fleet {
  readonly processes: readonly ServerProcess[];
  readonly clients: readonly Client[];
  /** Creates an account and logs it in `count` times, all processes taking part. */
  sessions(username: string, count: number): Promise<readonly Tokens[]>;
  /** Ends all of them by SIGTERM. @throws where one does not end in order */
  end(): Promise<void>;
}

/** Starts `size` processes. Without a purge of their own unless the sandbox's settings say otherwise. */
export async function startFleet(sandbox: Sandbox, size: number): Promise<Fleet> {
  const processes = await Promise.all(Array.from({ length: size }, () => startProcess(sandbox)));
  const clients = processes.map(({ origin }) => createClient(origin));
  return {
    processes,
    clients,
    async sessions(username, count) {
      await succeed(clients[0]!.signUp(username));
      const tokens: Tokens[] = [];
      const work = async (client: Client): Promise<void> => {
        while (tokens.length < count) tokens.push((await succeed(client.logIn(username))).body as Tokens);
      };
      await Promise.all(clients.map(work));
      return tokens.slice(0, count);
    },
    async end() {
      const endings = await Promise.all(processes.map((process) => process.end()));
      for (const { code, stderr } of endings)
        if (code !== 0) throw new Error(`a server ended with ${code}:\n${stderr}`);
    },
  };
}

async function succeed(answer: ReturnType<Client["send"]>): ReturnType<Client["send"]> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`unexpected answer ${status}: ${JSON.stringify(body)}`);
  return await answer;
}

/** Waits until `isSo` says yes, asking again and again. @throws where it has not after `deadlineMilliseconds` */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  deadlineMilliseconds = 30_000,
): Promise<{ readonly milliseconds: number }> {
  const began = performance.now();
  for (;;) {
    if (await isSo()) return { milliseconds: performance.now() - began };
    if (performance.now() - began > deadlineMilliseconds)
      throw new Error(`not within ${deadlineMilliseconds} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The value below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
