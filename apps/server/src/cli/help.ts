// The help texts, made from the commands themselves.
import type { Command, CommandOption } from "./command.ts";
import { commands } from "./command-table.ts";

/** Options that every command has. */
export const commonOptions: Readonly<Record<string, CommandOption>> = {
  json: { type: "boolean", description: "Print JSON, for scripts" },
  help: { type: "boolean", description: "Show this help" },
};

/** The option of commands that work on a realm. */
export const realmOption: CommandOption = { type: "string", value: "R", description: "The realm. Default: main" };

/** Help of the whole program, or of the commands that begin with a word. */
export function programHelp(group?: string): string {
  const shown = Object.entries(commands).filter(([name]) => group === undefined || name.startsWith(`${group} `));
  const width = Math.max(...shown.map(([name]) => name.length));
  const lines = shown.map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    `Usage: pnpm latchkey ${group === undefined ? "" : `${group} `}COMMAND [OPTIONS]`,
    "",
    ...lines,
    "",
    "Each command has --help and --json. Without a command, the server starts.",
    "The configuration is latchkey.config.json of this folder, or the file that LATCHKEY_CONFIG names.",
    "Exit codes: 0 done, 1 failed, 2 wrong usage.",
    "",
  ].join("\n");
}

/** Help of one command. */
export function commandHelp(name: string, command: Command): string {
  const options = allOptions(command);
  const names = Object.entries(options).map(
    ([option, { value }]) => `--${option}${value === undefined ? "" : ` ${value}`}`,
  );
  const width = Math.max(...names.map((text) => text.length));
  const lines = Object.values(options).map(
    ({ description }, index) => `  ${names[index]!.padEnd(width)}  ${description}`,
  );
  const usage = ["pnpm latchkey", name, ...command.positions, "[OPTIONS]"].join(" ");
  return [`Usage: ${usage}`, "", command.help, "", ...lines, ""].join("\n");
}

/** A command's options with those that all have. */
export function allOptions(command: Command): Readonly<Record<string, CommandOption>> {
  return { ...command.options, ...(command.perRealm ? { realm: realmOption } : {}), ...commonOptions };
}
