// A process of ours on a core of its own: started, asked, ended by its own id, and always ended.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChildWord } from "./serve-parent.ts";

/** Where a process runs. */
export type Place = "server" | "load";

/** Whether processes can be pinned here: taskset is there and has two cores to choose from. */
export const pinned: boolean =
  availableParallelism() >= 2 && spawnSync("taskset", ["--version"], { stdio: "ignore" }).status === 0;

const cores: Readonly<Record<Place, string>> = { server: "0", load: "1" };
const longestWordsOfError = 4000;

/** A process under way. */
export interface Child {
  readonly pid: number;
  /** The port that it said it listens on. */
  readonly port: number | undefined;
  ask<Answer>(question: unknown): Promise<Answer>;
  end(): Promise<void>;
  /** What it wrote to standard error lately. */
  complaints(): string;
}

interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[];
}

/** Starts Node with a script. */
export function spawnNode(
  place: Place,
  script: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  return spawnPinned(place, [process.execPath, ...(options.nodeOptions ?? []), script, ...args], options);
}

/** Starts a program on the core of its place. */
export function spawnPinned(place: Place, command: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const [program, ...rest] = pinned ? ["taskset", "-c", cores[place], ...command] : command;
  return spawn(program!, rest, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

/** Starts a script of `children/`, by its name, and waits until it is ready. @throws Error with its last words where it is not */
export function startChild(place: Place, name: string, args: readonly string[] = []): Promise<Child> {
  return startScript(place, fileURLToPath(new URL(`../children/${name}.ts`, import.meta.url)), args);
}

/** Starts a script that serves its parent (`serve-parent.ts`). @throws Error with its last words where it is not ready */
export async function startScript(
  place: Place,
  script: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Child> {
  const name = basename(script);
  const child = spawnNode(place, script, args, options);
  const words = listen(child);
  const ready = await words.next();
  if (!("ready" in ready)) throw new Error(`${name} did not start`);
  return {
    pid: child.pid!,
    port: ready.port,
    complaints: words.complaints,
    async ask<Answer>(question: unknown) {
      child.send(question as object);
      const word = await words.next();
      if ("answer" in word) return word.answer as Answer;
      throw new Error(`${name}: ${"error" in word ? word.error : "answered nothing"}`);
    },
    end: () => endProcess(child),
  };
}

/** Ends a process and waits for its end. */
export async function endProcess(child: ChildProcess, patienceMilliseconds = 5000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), patienceMilliseconds);
  await closed;
  clearTimeout(timer);
}

/** The last of what a process writes to standard error. */
export function keepComplaints(child: ChildProcess): () => string {
  let text = "";
  child.stderr!.setEncoding("utf8").on("data", (chunk: string) => (text = (text + chunk).slice(-longestWordsOfError)));
  return () => text;
}

function listen(child: ChildProcess) {
  const complaints = keepComplaints(child);
  return {
    complaints,
    async next(): Promise<ChildWord<unknown>> {
      const gone = new AbortController();
      const { signal } = gone;
      try {
        return await Promise.race([
          once(child, "message", { signal }).then(([word]) => word as ChildWord<unknown>),
          once(child, "close", { signal }).then(() => {
            throw new Error(`a process of the bench ended:\n${complaints()}`);
          }),
        ]);
      } finally {
        gone.abort();
      }
    },
  };
}
