// Runs a script of tests in a process of its own, with the Node that runs the tests. For tests only.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A script under way. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves with the next line of its output. */
  line(): Promise<string>;
  /** Resolves with its exit code and all of its output. */
  ended(): Promise<{ readonly code: number | null; readonly output: string }>;
}

/** Starts the script at `url`. */
export function startChild(url: URL, args: readonly string[]): Child {
  const child = spawn(process.execPath, [fileURLToPath(url), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  return {
    process: child,
    async line() {
      while (!output.includes("\n")) await once(child.stdout, "data");
      const [first = "", ...rest] = output.split("\n");
      output = rest.join("\n");
      return first;
    },
    async ended() {
      await closed;
      return { code: child.exitCode, output };
    },
  };
}
