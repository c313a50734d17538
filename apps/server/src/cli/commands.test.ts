import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../tests/support/run-cli.ts";
import type { CliResult } from "../tests/support/run-cli.ts";
import { createSandbox } from "../tests/support/sandbox.ts";
import type { Sandbox } from "../tests/support/sandbox.ts";

const password = "correct horse battery";

let sandbox: Sandbox;
const cli = (words: string, stdin?: string): Promise<CliResult> => runCli(sandbox, words.split(" "), stdin);

interface AccountJson {
  readonly id: string;
  readonly number: number;
  readonly status: string;
  readonly roles: readonly string[];
  readonly identifiers: Readonly<Record<string, string>>;
}

beforeAll(() => {
  sandbox = createSandbox();
});
afterAll(() => sandbox.remove());

describe("before there is a database", () => {
  it("prints the SQL that migrate would run, and creates nothing", async () => {
    const { code, stdout } = await cli("migrate --plan");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^-- 1: initial\n(create|CREATE) (table|TABLE) /);
    expect((await cli("migrate --plan --json")).json<{ from: number }>().from).toBe(0);
    expect(existsSync(dirname(sandbox.databaseFile))).toBe(false);
  });

  it("says that there is none, and creates none", async () => {
    const { code, stderr } = await cli("accounts list");
    expect(code).toBe(1);
    expect(stderr).toContain("Start the server once, or run: pnpm latchkey migrate");
    expect(existsSync(dirname(sandbox.databaseFile))).toBe(false);
  });

  it("reports an unmigrated schema before a missing master key", async () => {
    expect((await cli("migrate --to 0")).code).toBe(0);
    const { code, stderr } = await cli("accounts list");
    expect(code).toBe(1);
    expect(stderr).toMatch(/has no Latchkey tables, and this release needs version \d+: run ".*latchkey migrate"/);
  });

  it("migrates without a master key, once", async () => {
    expect((await cli("migrate")).stdout).toMatch(/went from schema version 0 to version \d+/);
    expect((await cli("migrate")).stdout).toMatch(/is up to date at version/);
    expect((await cli("migrate --plan")).stderr).toMatch(/Nothing to do/);
    expect((await cli("migrate --to 99")).code).toBe(2);
    expect(existsSync(sandbox.keyFile)).toBe(false);
  });
});

describe("accounts", () => {
  it("creates the first administrator, with the password from standard input", async () => {
    const created = await cli(
      "accounts create --username root --mobile +821012345678 --nickname 길동 --roles USER,ADMIN --password-stdin --json",
      `${password}\n`,
    );
    expect(created).toMatchObject({ code: 0, stderr: "" });
    const account = created.json<AccountJson>();
    expect(account).toMatchObject({
      number: 1,
      status: "active",
      roles: ["USER", "ADMIN"],
      identifiers: { username: "root" },
    });
    expect(account).toMatchObject({ attributes: { nickname: "길동" } });
    expect(created.stdout).not.toContain(password);
    expect(statSync(sandbox.keyFile).mode & 0o777).toBe(0o600);
  });

  it("words what is not accepted", async () => {
    const short = await cli("accounts create --username other --password-stdin", "short");
    expect(short).toMatchObject({
      code: 1,
      stderr: "The password is not accepted:\n  password must have at least 15 characters\n",
    });
    const taken = await cli("accounts create --username ROOT --password-stdin", password);
    expect(taken).toMatchObject({ code: 1, stderr: "Another account of this realm has this username.\n" });
    const nobody = await cli("accounts show nobody");
    expect(nobody).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("There is no such account in this realm."),
    });
  });

  it("asks for a password only where there is a terminal, or standard input is named", async () => {
    expect((await cli("accounts create --username other", password)).stderr).toContain("--password-stdin");
    expect((await cli("accounts create --username other --password-stdin", "")).stderr).toContain(
      "the password is missing",
    );
    expect((await cli("accounts create --username nopass --no-password")).code).toBe(0);
  });

  it("finds an account by id, number, user name and mobile", async () => {
    const { id } = (await cli("accounts show root --json")).json<AccountJson>();
    for (const reference of [id, "1", "root", "Root", "+821012345678"]) {
      expect((await cli(`accounts show ${reference} --json`)).json<AccountJson>().id).toBe(id);
    }
  });

  it("lists in aligned columns and in pages", async () => {
    const { stdout } = await cli("accounts list");
    const [titles, first] = stdout.split("\n");
    expect(titles).toMatch(/^NUMBER {2}ID +IDENTIFIERS +STATUS +ROLES +CREATED$/);
    expect(first!.indexOf("active")).toBe(titles!.indexOf("STATUS"));
    const page = (await cli("accounts list --limit 1 --json")).json<{ items: AccountJson[]; next_cursor: string }>();
    expect(page.items).toHaveLength(1);
    const next = (await cli(`accounts list --limit 1 --cursor ${page.next_cursor} --json`)).json<typeof page>();
    expect(next.items[0]!.number).toBe(2);
    expect((await cli("accounts list --text oot --json")).json<typeof page>().items).toHaveLength(1);
    expect((await cli("accounts list --status disabled --json")).json<typeof page>().items).toHaveLength(0);
  });

  it("sets status, roles and password, and revokes tokens", async () => {
    expect((await cli("accounts set-status root disabled --json")).json<AccountJson>().status).toBe("disabled");
    expect((await cli("accounts set-status root active --json")).json<AccountJson>().status).toBe("active");
    expect((await cli("accounts set-roles 1 USER,EDITOR --json")).json<AccountJson>().roles).toEqual([
      "USER",
      "EDITOR",
    ]);
    expect((await cli("accounts set-password root --password-stdin", `${password}2`)).stdout).toContain(
      "has a new password",
    );
    expect((await cli("accounts revoke-tokens root")).stdout).toContain("Every session of account 1 has ended.");
  });
});

describe("keys, sessions and purging", () => {
  it("lists, rotates and retires keys, and does not kill live tokens by accident", async () => {
    interface Key {
      readonly kid: string;
      readonly use: string;
      readonly state: string;
    }
    const list = async () => (await cli("keys list --json")).json<{ items: Key[] }>().items;
    const current = (await list()).find((key) => key.use === "access")!;
    expect(current.state).toBe("current");
    const next = (await cli("keys rotate --json")).json<Key>();
    expect(next.state).toBe("next");
    const refused = await cli(`keys retire ${current.kid}`);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`pnpm latchkey keys retire ${current.kid} --now`),
    });
    expect((await cli(`keys retire ${current.kid} --now`)).code).toBe(0);
    expect((await list()).find((key) => key.kid === current.kid)?.state).toBe("retired");
    expect((await list()).filter((key) => key.use === "access" && key.state === "current")).toHaveLength(1);
    expect((await cli("keys retire nothing")).stderr).toContain("has no key nothing");
  });

  it("encrypts the keys of every realm under a new master key, after which the old one can go", async () => {
    const [former, fresh] = [
      readFileSync(sandbox.keyFile, "utf8").trim(),
      Buffer.alloc(32, "fresh").toString("base64"),
    ];
    expect((await cli("keys rewrap")).stdout).toMatch(/^REALM +REWRAPPED\nmain +0\n/);
    writeFileSync(sandbox.keyFile, `${fresh},${former}\n`);
    const { items } = (await cli("keys rewrap --json")).json<{ items: { realm: string; rewrapped: number }[] }>();
    expect(items.map(({ realm, rewrapped }) => [realm, rewrapped > 0])).toEqual([["main", true]]);
    writeFileSync(sandbox.keyFile, `${former}\n`);
    expect((await cli("keys list")).stderr).toContain("The master key does not open key");
    writeFileSync(sandbox.keyFile, `${fresh}\n`);
    expect((await cli("keys list")).code).toBe(0);
  });

  it("lists an account's sessions and ends none that is not there", async () => {
    expect((await cli("families list root")).stdout).toMatch(/^SESSION +CREATED/);
    expect((await cli("families list root --json")).json()).toEqual({ items: [], next_cursor: null });
    expect((await cli("families revoke nothing")).stderr).toContain("There is no such session in this realm.");
  });

  it("lists events by type, account and time, for people and for programs, and refuses what it cannot mean", async () => {
    const { stdout, stderr } = await cli("events --limit 2");
    expect(stdout.split("\n")[0]).toMatch(/^SEQ +TIME +TYPE +ACTOR +ACCOUNT +SESSION +ADDRESS +DETAIL$/);
    expect(stderr).toMatch(/^There are more: add --cursor /);
    interface Listed {
      readonly items: readonly { readonly type: string; readonly account_id: string; readonly actor: string }[];
    }
    const { id } = (await cli("accounts show root --json")).json<AccountJson>();
    const list = async (words: string) => (await cli(`events ${words} --json`)).json<Listed>().items;
    expect(await list("--type account.roles_changed --account root")).toMatchObject([
      { type: "account.roles_changed", account_id: id, actor: "operator", detail: { to: ["USER", "EDITOR"] } },
    ]);
    expect(await list(`--account ${id} --since 1h --type account.signed_up`)).toHaveLength(1);
    expect(await list("--until 1h")).toEqual([]);
    expect(await list("--since 2999-01-01")).toEqual([]);
    const refused = await cli("events --type account.roles_chnged");
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean "account.roles_changed"') });
    expect((await cli("events --since yesterday")).stderr).toContain("--since must be an instant such as");
    expect((await cli("events --follow --until 1h")).code).toBe(2);
    expect((await cli("events --account nobody")).stderr).toContain("There is no such account");
  });

  it("purges", async () => {
    expect((await cli("purge --json")).json()).toMatchObject({ families: 0, revocations: 0 });
    expect((await cli("purge")).stdout).toMatch(/^WHAT +DELETED\nfamilies/);
  });
});

describe("throttle", () => {
  it("shows the limits, what somebody has used of them, and begins them anew", async () => {
    const limits = await cli("throttle show");
    expect(limits.stdout).toContain("failuresPerAddress");
    expect(limits.stdout).toContain("300 in 900 s");
    expect((await cli("throttle show --json")).json()).toMatchObject({
      limits: { messagesPerRecipient: { most: 5, seconds: 900 }, signUpsPerAddress: null },
      refusals: [],
    });
    const used = (await cli("throttle show root --json")).json<{ items: readonly object[] }>();
    expect(used.items[0]).toEqual({
      limit: "guessesPerAccount",
      authenticator: "password",
      from: "known_addresses",
      count: 0,
      most: 10,
      refused_until: null,
    });
    expect((await cli("throttle show --address ::1")).stdout).toMatch(/failuresPerAddress +0 +300/);
    expect(await cli("throttle reset root")).toMatchObject({ code: 0, stdout: "The limits begin anew.\n" });
    expect((await cli("events --type throttle.reset --json")).json<{ items: object[] }>().items[0]).toMatchObject({
      actor: "operator",
      type: "throttle.reset",
    });
  });

  it("says what is wrong with a subject", async () => {
    expect(await cli("throttle reset")).toMatchObject({ code: 2 });
    expect((await cli("throttle show root --address ::1")).stderr).toContain("Name one of ACCOUNT");
    expect(await cli("throttle show nobody")).toMatchObject({ code: 1 });
    expect((await cli("throttle show --recipient +821012345678")).stderr).toContain("sends no codes");
  });
});
