// Accounts, as an operator sees and administers them.
import { accountStatuses, rolePattern } from "@latchkey/core";
import type { Account, AccountStatus } from "@latchkey/core";
import { UsageError, exitCodes } from "../command.ts";
import type { Command, CommandInput } from "../command.ts";
import { operator, withRealm } from "../open-realm.ts";
import { pageOptions, readPage, writeJson } from "../output.ts";
import { formatTable, formatTime } from "../table.ts";

// A user name may look like a number: the order decides.
const reference = "ID is the account's id, number, user name, e-mail or mobile, looked for in this order.";

/** `accounts list`. */
export const listAccounts: Command = {
  positions: [],
  perRealm: true,
  help: "Lists accounts, oldest first.",
  options: {
    status: { type: "string", value: "STATUS", description: `Only these: ${accountStatuses.join(", ")}` },
    text: { type: "string", value: "TEXT", description: "Only accounts with this in an identifier" },
    ...pageOptions,
  },
  run: (input) => {
    const status = input.option("status");
    const text = input.option("text");
    const query = {
      ...readPage(input),
      ...(status === undefined ? {} : { status: readStatus(status) }),
      ...(text === undefined ? {} : { text }),
    };
    return withRealm(input, async (provider) => {
      const page = await provider.listAccounts(query);
      if (input.json) return writeJson(input, { items: page.items.map(accountJson), next_cursor: page.nextCursor });
      input.io.stdout.write(accountTable(page.items));
      if (page.nextCursor !== null) input.io.stderr.write(`There are more: add --cursor ${page.nextCursor}\n`);
      return exitCodes.ok;
    });
  },
};

/** `accounts show`. */
export const showAccount: Command = {
  positions: ["ID"],
  perRealm: true,
  help: `Shows one account. ${reference}`,
  options: {},
  run: (input) =>
    withRealm(input, async (provider) => writeAccount(input, await provider.findAccount(input.positions[0]!))),
};

/** `accounts set-status`. */
export const setStatus: Command = {
  positions: ["ID", "STATUS"],
  perRealm: true,
  help: `Sets an account's status: ${accountStatuses.join(", ")}. Any but active ends all its sessions at once. ${reference}`,
  options: {},
  run: (input) => {
    const status = readStatus(input.positions[1]!);
    return withRealm(input, async (provider) => {
      const { id } = await provider.findAccount(input.positions[0]!);
      return writeAccount(input, await provider.administerAccount(id, { status }, operator));
    });
  },
};

/** `accounts set-roles`. */
export const setRoles: Command = {
  positions: ["ID", "ROLE[,ROLE]"],
  perRealm: true,
  help: `Sets an account's roles, in place of those it has. Its access tokens die at once, its sessions stay. ${reference}`,
  options: {},
  run: (input) => {
    const roles = readRoles(input.positions[1]!);
    return withRealm(input, async (provider) => {
      const { id } = await provider.findAccount(input.positions[0]!);
      return writeAccount(input, await provider.administerAccount(id, { roles }, operator));
    });
  },
};

/** `accounts revoke-tokens`. */
export const revokeTokens: Command = {
  positions: ["ID"],
  perRealm: true,
  help: `Ends every session of an account: all its refresh and access tokens are dead. ${reference}`,
  options: {},
  run: (input) =>
    withRealm(input, async (provider) => {
      const account = await provider.findAccount(input.positions[0]!);
      await provider.revokeAccountTokens(account.id, operator);
      if (input.json) return writeJson(input, { id: account.id, revoked: true });
      input.io.stdout.write(`Every session of account ${account.number} has ended.\n`);
      return exitCodes.ok;
    }),
};

/** Prints one account. */
export function writeAccount(input: CommandInput, account: Account): number {
  if (input.json) return writeJson(input, accountJson(account));
  const rows = [
    ["id", account.id],
    ["number", account.number],
    ["status", account.status],
    ["roles", account.roles.join(",")],
    ...Object.entries(account.identifiers),
    ...Object.entries(account.attributes),
    ["created", formatTime(account.createdAt)],
    ["last log-in", formatTime(account.lastLogInAt)],
  ];
  input.io.stdout.write(formatTable(["FIELD", "VALUE"], rows));
  return exitCodes.ok;
}

/** Roles of a comma list. @throws UsageError */
export function readRoles(text: string): readonly string[] {
  const roles = text.split(",").map((role) => role.trim());
  const wrong = roles.find((role) => !rolePattern.test(role));
  if (wrong !== undefined)
    throw new UsageError(
      `"${wrong}" is no role: a letter, then letters, digits, _ . : and -, at most 64, with commas between.`,
    );
  return [...new Set(roles)];
}

/** A status. @throws UsageError */
export function readStatus(text: string): AccountStatus {
  const status = accountStatuses.find((candidate) => candidate === text);
  if (status === undefined) throw new UsageError(`STATUS must be one of ${accountStatuses.join(", ")}.`);
  return status;
}

function accountTable(accounts: readonly Account[]): string {
  return formatTable(
    ["NUMBER", "ID", "IDENTIFIERS", "STATUS", "ROLES", "CREATED"],
    accounts.map((account) => [
      account.number,
      account.id,
      Object.values(account.identifiers).join(" "),
      account.status,
      account.roles.join(","),
      formatTime(account.createdAt),
    ]),
  );
}

function accountJson(account: Account): Readonly<Record<string, unknown>> {
  return {
    id: account.id,
    number: account.number,
    status: account.status,
    roles: account.roles,
    identifiers: account.identifiers,
    attributes: account.attributes,
    created_at: formatTime(account.createdAt),
    last_log_in_at: account.lastLogInAt === null ? null : formatTime(account.lastLogInAt),
  };
}
