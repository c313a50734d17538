// Passwords come from a prompt that does not echo, or from standard input; never from an argument, where other users could read them.
import { CommandError, UsageError } from "./command.ts";
import type { CommandInput, CommandOption } from "./command.ts";
import type { Io } from "./io.ts";

/** The option that reads the password from standard input. */
export const passwordOption: Readonly<Record<"password-stdin", CommandOption>> = {
  "password-stdin": {
    type: "boolean",
    description: "Read the password from standard input; one line break at its end is dropped",
  },
};

const maximumBytes = 65_536;

/** The new password: with `--password-stdin` all of standard input, else two equal answers at a prompt. @throws UsageError, CommandError */
export async function readNewPassword(input: CommandInput): Promise<string> {
  if (input.flag("password-stdin")) return await readAll(input.io);
  if (input.io.stdin.isTTY !== true || input.io.stdin.setRawMode === undefined) {
    throw new UsageError(
      "There is no terminal to ask for the password. Give it on standard input with --password-stdin.",
    );
  }
  const first = await prompt(input.io, "Password: ");
  const second = await prompt(input.io, "Again: ");
  if (first !== second) throw new CommandError("The two passwords differ. Nothing was changed.");
  return first;
}

async function readAll(io: Io): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of io.stdin as AsyncIterable<Buffer | string>) {
    chunks.push(Buffer.from(chunk));
    size += chunks.at(-1)!.length;
    if (size > maximumBytes) throw new CommandError("Standard input is too long for a password.");
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new CommandError("Standard input is not UTF-8.");
  }
  const password = text.replace(/\r?\n$/, "");
  if (password === "") throw new CommandError("Standard input was empty; the password is missing.");
  return password;
}

// Raw mode: the terminal neither echoes nor edits, so backspace, Ctrl-C and the end of input are read here.
function prompt(io: Io, question: string): Promise<string> {
  const { stdin, stderr } = io;
  stderr.write(question);
  stdin.setRawMode!(true);
  stdin.setEncoding("utf8");
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const finish = (settle: () => void) => {
      stdin.off("data", onData);
      stdin.setRawMode!(false);
      stdin.pause();
      stderr.write("\n");
      settle();
    };
    const onData = (text: string) => {
      for (const character of text) {
        if (character === "\r" || character === "\n" || character === "\u0004") {
          finish(() => resolve(typed.join("")));
          return;
        }
        if (character === "\u0003") {
          finish(() => reject(new CommandError("Interrupted. Nothing was changed.")));
          return;
        }
        if (character === "\u007f" || character === "\b") typed = typed.slice(0, -1);
        else if (character === "\u0015") typed = [];
        else if (character >= " ") typed.push(character);
      }
    };
    stdin.on("data", onData);
    stdin.resume();
  });
}
