// From words to an exit code: finds the command, reads its options, runs it, and words what went wrong.
import { parseArgs } from "node:util";
import { nearest } from "../config/suggest.ts";
import { UsageError, exitCodes } from "./command.ts";
import type { Command, CommandInput } from "./command.ts";
import { commands } from "./command-table.ts";
import { explainFailure } from "./explain-failure.ts";
import { allOptions, commandHelp, programHelp } from "./help.ts";
import type { Io } from "./io.ts";

/** Runs one command line. Returns the exit code; nothing is thrown. */
export async function runCommandLine(argumentList: readonly string[], io: Io): Promise<number> {
  const words = argumentList[0] === "help" ? [...argumentList.slice(1), "--help"] : argumentList;
  let name: string | undefined;
  try {
    const asked = programQuestion(words);
    if (asked !== undefined) {
      io.stdout.write(asked === "help" ? programHelp() : versionText(await readVersion(), words.includes("--json")));
      return exitCodes.ok;
    }
    const group = groupQuestion(words);
    if (group !== undefined) {
      io.stdout.write(programHelp(group));
      return exitCodes.ok;
    }
    name = commandName(words);
    const command = await commands[name]!.load();
    const input = readInput(command, words.slice(words[0]?.startsWith("-") ? 0 : name.split(" ").length), io);
    if (input.flag("help")) {
      io.stdout.write(commandHelp(name, command));
      return exitCodes.ok;
    }
    checkPositions(command, input.positions);
    return await command.run(input);
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`${error.message}\nSee: pnpm latchkey ${name === undefined ? "--help" : `${name} --help`}\n`);
      return exitCodes.usage;
    }
    io.stderr.write(`${await explainFailure(error)}\n`);
    return exitCodes.failure;
  }
}

/** The version of this package. */
export async function readVersion(): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  const manifest = await readFile(new URL("../../package.json", import.meta.url), "utf8");
  return `latchkey ${(JSON.parse(manifest) as { readonly version: string }).version}`;
}

function programQuestion(words: readonly string[]): "help" | "version" | undefined {
  if (words[0] === "--version" || words[0] === "-v") return "version";
  return words[0] === "--help" || words[0] === "-h" ? "help" : undefined;
}

function versionText(version: string, json: boolean): string {
  const [name = "", number = ""] = version.split(" ");
  return json ? `${JSON.stringify({ name, version: number }, null, 2)}\n` : `${version}\n`;
}

/** `accounts --help`: which commands begin with that word. */
function groupQuestion([first = "", second]: readonly string[]): string | undefined {
  const asked = second === "--help" || second === "-h";
  return asked && Object.keys(commands).some((name) => name.startsWith(`${first} `)) ? first : undefined;
}

// Without a command, or with options only, the server starts.
function commandName(words: readonly string[]): string {
  const [first, second] = words;
  if (first === undefined || first.startsWith("-")) return "serve";
  if (Object.hasOwn(commands, first)) return first;
  const pair = `${first} ${second ?? ""}`.trim();
  if (Object.hasOwn(commands, pair)) return pair;
  const group = Object.keys(commands).filter((name) => name.startsWith(`${first} `));
  if (group.length > 0) {
    const wanted = second === undefined || second.startsWith("-") ? "needs one of" : `has no "${second}", but`;
    throw new UsageError(`"${first}" ${wanted}: ${group.map((name) => name.slice(first.length + 1)).join(", ")}`);
  }
  const groups = Object.keys(commands).map((name) => name.split(" ")[0]!);
  const near = nearest(pair, Object.keys(commands)) ?? nearest(first, groups);
  throw new UsageError(`There is no command "${first}".${near === undefined ? "" : ` Did you mean "${near}"?`}`);
}

function readInput(command: Command, words: readonly string[], io: Io): CommandInput {
  const known = allOptions(command);
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type, multiple }]) => [name, { type, multiple: multiple ?? false }]),
  );
  let parsed: { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] };
  try {
    parsed = parseArgs({
      args: words.map((word) => (word === "-h" ? "--help" : word)),
      options,
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(wordOptionError(error as Error, Object.keys(known)));
  }
  const { values, positionals } = parsed;
  return {
    io,
    json: values["json"] === true,
    realm: (values["realm"] as string | undefined) ?? "main",
    positions: positionals,
    flag: (name) => values[name] === true,
    option: (name) => values[name] as string | undefined,
    options: (name) => (values[name] as readonly string[] | undefined) ?? [],
  };
}

function wordOptionError(error: Error, known: readonly string[]): string {
  const unknown = /Unknown option '(-+)([^'=]*)/.exec(error.message);
  if (unknown === null) return error.message.split("\n")[0]!;
  const near = nearest(unknown[2]!, known);
  return `There is no option "${unknown[1]}${unknown[2]}" here.${near === undefined ? "" : ` Did you mean "--${near}"?`}`;
}

function checkPositions(command: Command, given: readonly string[]): void {
  const needed = command.positions.filter((position) => !position.startsWith("["));
  if (given.length < needed.length) throw new UsageError(`${needed[given.length]} is missing.`);
  if (given.length > command.positions.length) {
    // The word is not repeated: people put passwords here by mistake.
    throw new UsageError(
      command.positions.length === 0 ? "This command takes options only." : "There is a word too many.",
    );
  }
}
