// Runs a command line in this process, as `main.ts` would in its own.
import { Readable } from "node:stream";
import { runCommandLine } from "../../cli/run.ts";
import type { Sandbox } from "./sandbox.ts";

/** What a command left behind. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON. */
  json<T>(): T;
}

/** Runs one command in a sandbox; `stdin` is what is typed or piped into it. */
export async function runCli(sandbox: Sandbox, words: readonly string[], stdin = ""): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  const code = await runCommandLine(words, {
    environment: sandbox.environment,
    workingDirectory: sandbox.folder,
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T };
}
