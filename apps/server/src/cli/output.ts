// JSON output and paging, the same in every command.
import { UsageError, exitCodes } from "./command.ts";
import type { CommandInput, CommandOption } from "./command.ts";

/** Prints one JSON value and a line break. Returns the exit code of success. */
export function writeJson(input: CommandInput, value: unknown): number {
  input.io.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  return exitCodes.ok;
}

/** Options of commands that print a page of a list. */
export const pageOptions: Readonly<Record<"limit" | "cursor", CommandOption>> = {
  limit: { type: "string", value: "N", description: "How many, 1 to 100. Default: 50" },
  cursor: { type: "string", value: "CURSOR", description: "Where to go on, as the last page said" },
};

/** The page that the options name. @throws UsageError */
export function readPage(input: CommandInput): { readonly limit?: number; readonly cursor?: string } {
  const limit = input.option("limit");
  const cursor = input.option("cursor");
  if (limit !== undefined && !/^([1-9]\d?|100)$/.test(limit))
    throw new UsageError("--limit must be a number from 1 to 100.");
  return { ...(limit === undefined ? {} : { limit: Number(limit) }), ...(cursor === undefined ? {} : { cursor }) };
}
