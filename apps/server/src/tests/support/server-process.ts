// A server in a process of its own, started as a person would: `node main.ts`.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Sandbox } from "./sandbox.ts";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
const endWithParent = fileURLToPath(new URL("./end-with-parent.ts", import.meta.url));

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process under way. */
export interface ServerProcess {
  readonly child: ChildProcess;
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  readonly port: number;
  /** Sends a signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Ending>;
  readonly ended: Promise<Ending>;
  /** For how long its event loop stood still at most, in milliseconds, since the last `reset`. Only where it was started with `watchEventLoop`. */
  longestStop(how?: "reset" | "read"): Promise<number>;
}

/** Runs `main.ts` with arguments to its end. */
export async function runMain(sandbox: Sandbox, words: readonly string[], stdin = ""): Promise<Ending> {
  const { child, ended } = spawnMain(sandbox, words, []);
  child.stdin!.end(stdin);
  return await ended;
}

/** Starts a server and waits until it listens. */
export async function startProcess(
  sandbox: Sandbox,
  options: { readonly watchEventLoop?: boolean; readonly words?: readonly string[] } = {},
): Promise<ServerProcess> {
  const watcher = fileURLToPath(new URL("./watch-event-loop.ts", import.meta.url));
  const { words = [] } = options;
  const { child, ended } = spawnMain(sandbox, words, options.watchEventLoop === true ? ["--import", watcher] : []);
  const port = await Promise.race([
    listening(child),
    ended.then(({ code, stderr }) => {
      throw new Error(`the server ended with ${code} before it listened:\n${stderr}`);
    }),
  ]);
  return {
    child,
    port,
    origin: `http://127.0.0.1:${port}`,
    ended,
    end(signal = "SIGTERM") {
      child.kill(signal);
      return ended;
    },
    async longestStop(how = "read") {
      child.send(how);
      const [answer] = (await once(child, "message")) as [{ readonly longestStopMilliseconds: number }];
      return answer.longestStopMilliseconds;
    },
  };
}

function spawnMain(sandbox: Sandbox, words: readonly string[], nodeOptions: readonly string[]) {
  const child = spawn(process.execPath, ["--import", endWithParent, ...nodeOptions, main, ...words], {
    cwd: sandbox.folder,
    env: sandbox.environment,
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "close").then(([code, signal]): Ending => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }));
  return { child, ended };
}

async function listening(child: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: child.stderr! })) {
    const entry = parseLine(line);
    if (entry?.msg === "Listening" && entry.port !== undefined) return entry.port;
  }
  // The process ended; whoever waits for its end says how.
  return await new Promise<never>(() => {});
}

function parseLine(line: string): { readonly msg?: string; readonly port?: number } | undefined {
  try {
    return JSON.parse(line) as { readonly msg?: string; readonly port?: number };
  } catch {
    return undefined;
  }
}
