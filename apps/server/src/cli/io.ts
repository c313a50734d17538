// What a command sees of its process, so that tests can run it in theirs.
import type { Readable } from "node:stream";
import type { Environment } from "../config/environment.ts";

/** Where a stream of text goes. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** The process around a command. */
export interface Io {
  readonly environment: Environment;
  readonly workingDirectory: string;
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
}

/** The io of this process. */
export function processIo(): Io {
  return {
    environment: process.env,
    workingDirectory: process.cwd(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
  };
}
