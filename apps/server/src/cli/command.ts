// What a command is: its words, options and positions, and what it does. Parsing, help and exit codes are the same for all.
import type { Io } from "./io.ts";

/** Exit codes of every command. */
export const exitCodes: Readonly<{ ok: 0; failure: 1; usage: 2 }> = Object.freeze({ ok: 0, failure: 1, usage: 2 });

/** The command line is wrong: exit code 2, with a pointer to the help. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something that a person can mend stands in the way: exit code 1, the message alone. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** An option of a command. */
export interface CommandOption {
  readonly type: "boolean" | "string";
  readonly multiple?: boolean;
  /** The value's name in the help: `--limit N`. */
  readonly value?: string;
  readonly description: string;
}

/** The options and positions that a person gave. */
export interface CommandInput {
  readonly io: Io;
  readonly json: boolean;
  readonly realm: string;
  /** By name; exactly as many as the command's `positions` allow. */
  readonly positions: readonly string[];
  flag(name: string): boolean;
  option(name: string): string | undefined;
  options(name: string): readonly string[];
}

/** One command. */
export interface Command {
  /** In capitals; in brackets where it may be missing. */
  readonly positions: readonly string[];
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Sentences below the usage line. */
  readonly help: string;
  /** Whether `--realm` means something. */
  readonly perRealm: boolean;
  /** Returns the exit code. */
  run(input: CommandInput): Promise<number>;
}
