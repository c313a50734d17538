import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../tests/support/run-cli.ts";
import { createSandbox } from "../tests/support/sandbox.ts";
import type { Sandbox } from "../tests/support/sandbox.ts";
import { commands } from "./command-table.ts";

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = createSandbox();
});
afterAll(() => sandbox.remove());

describe("the command line", () => {
  it("lists every command in its help, and answers help in all its forms", async () => {
    for (const words of [["--help"], ["-h"], ["help"]]) {
      const { code, stdout } = await runCli(sandbox, words);
      expect(code).toBe(0);
      for (const [name, { summary }] of Object.entries(commands)) {
        expect(stdout).toContain(name);
        expect(stdout).toContain(summary);
      }
    }
  });

  it.each(Object.keys(commands))("%s explains itself, --json and --help included", async (name) => {
    const { code, stdout, stderr } = await runCli(sandbox, [...name.split(" "), "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`Usage: pnpm latchkey ${name}`);
    expect(stdout).toMatch(/--json +Print JSON/);
    expect((await runCli(sandbox, ["help", ...name.split(" ")])).stdout).toBe(stdout);
  });

  it("explains a word that several commands begin with", async () => {
    const { code, stdout, stderr } = await runCli(sandbox, ["accounts", "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: pnpm latchkey accounts COMMAND /);
    expect(stdout).toContain("accounts set-roles");
    expect(stdout).not.toContain("keys list");
    expect((await runCli(sandbox, ["help", "accounts"])).stdout).toBe(stdout);
  });

  it("tells its version", async () => {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(await runCli(sandbox, ["--version"])).toMatchObject({ code: 0, stdout: `latchkey ${manifest.version}\n` });
    expect((await runCli(sandbox, ["--version", "--json"])).json()).toEqual({
      name: "latchkey",
      version: manifest.version,
    });
  });

  it.each([
    [["acounts"], 'There is no command "acounts". Did you mean "accounts"?'],
    [["mgirate"], 'There is no command "mgirate". Did you mean "migrate"?'],
    [["accounts"], '"accounts" needs one of: create, list,'],
    [["keys", "delete"], '"keys" has no "delete", but: list, rotate, rewrap, retire'],
    [["accounts", "list", "--limt", "3"], 'There is no option "--limt" here. Did you mean "--limit"?'],
    [["accounts", "list", "--limit", "1000"], "--limit must be a number from 1 to 100."],
    [["accounts", "set-status", "someone"], "STATUS is missing."],
    [["accounts", "set-status", "someone", "asleep"], "STATUS must be one of active, pending, declined, disabled."],
    [["accounts", "set-roles", "someone", "A,,B"], '"" is no role'],
    [["accounts", "list", "--realm", "mian"], 'There is no realm "mian" in the configuration; did you mean "main"?'],
    [["keys", "rotate", "--use", "both"], "--use must be access or refresh."],
    [["accounts", "create"], "The account needs an identifier, for example --username NAME."],
    [["migrate", "--to", "latest"], "--to must be a schema version."],
  ])("%j is wrong usage: exit code 2 and a pointer to the help", async (words, message) => {
    const { code, stdout, stderr } = await runCli(sandbox, words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/See: pnpm latchkey .*--help\n$/);
  });

  it("takes no password as an argument, and does not repeat one", async () => {
    const { code, stderr } = await runCli(sandbox, ["accounts", "set-password", "someone", "correct horse battery"]);
    expect(code).toBe(2);
    expect(stderr).not.toContain("horse");
    expect((await runCli(sandbox, ["accounts", "create", "--password", "correct horse"])).code).toBe(2);
  });

  it("says every problem of the configuration, exit code 1, in any command", async () => {
    const broken = createSandbox({ settings: { prt: 1, realms: { main: { contract: "latchkey" } } } });
    for (const words of [[], ["accounts", "list"], ["migrate"]]) {
      const { code, stderr } = await runCli(broken, words);
      expect(code).toBe(1);
      expect(stderr).toMatch(/has 2 problems .*\n {2}realms\.main\.mount .*\n {2}prt .*did you mean "port"\?/);
    }
    broken.remove();
  });
});
