import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { readNewPassword } from "./read-password.ts";
import type { CommandInput } from "./command.ts";

/** A terminal at which `keys` are typed, one answer after another prompt. */
function terminal(...answers: readonly string[]) {
  const screen: string[] = [];
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (raw: boolean) => modes.push(raw) });
  const left = [...answers];
  const stderr = {
    write(text: string) {
      screen.push(text);
      if (text.endsWith(": ")) stdin.write(left.shift() ?? "");
    },
  };
  const io = { environment: {}, workingDirectory: "/", stdin, stdout: stderr, stderr };
  const input = { io, flag: () => false } as unknown as CommandInput;
  return { input, screen, modes };
}

describe("the password prompt", () => {
  it("asks twice, shows nothing of what is typed, and gives the terminal back", async () => {
    const { input, screen, modes } = terminal("correct horse\r", "correct horse\r");
    expect(await readNewPassword(input)).toBe("correct horse");
    expect(screen).toEqual(["Password: ", "\n", "Again: ", "\n"]);
    expect(modes).toEqual([true, false, true, false]);
  });

  it("knows backspace, Ctrl-U and characters of more than one unit", async () => {
    const { input } = terminal("x\u0015비밀🔑번호!\u007f\r", "비밀🔑번호\n");
    expect(await readNewPassword(input)).toBe("비밀🔑번호");
  });

  it("refuses answers that differ, and Ctrl-C", async () => {
    await expect(readNewPassword(terminal("one\r", "two\r").input)).rejects.toThrow("The two passwords differ");
    const { input, modes } = terminal("half\u0003");
    await expect(readNewPassword(input)).rejects.toThrow("Interrupted");
    expect(modes).toEqual([true, false]);
  });
});
