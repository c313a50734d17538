// Commands that take a password: creating an account, and setting another password.
import { accountStatuses } from "@latchkey/core";
import { UsageError, exitCodes } from "../command.ts";
import type { Command, CommandInput } from "../command.ts";
import { operator, withRealm } from "../open-realm.ts";
import { writeJson } from "../output.ts";
import { passwordOption, readNewPassword } from "../read-password.ts";
import { readRoles, readStatus, writeAccount } from "./accounts.ts";

/** `accounts create`. */
export const createAccount: Command = {
  positions: [],
  perRealm: true,
  help: "Creates an account, whether sign-up is open or not. Asks for the password.",
  options: {
    username: { type: "string", value: "NAME", description: "Its user name" },
    email: { type: "string", value: "ADDRESS", description: "Its e-mail address" },
    mobile: { type: "string", value: "NUMBER", description: "Its mobile number, with + and country" },
    identifier: { type: "string", multiple: true, value: "KIND=VALUE", description: "Another identifier of the realm" },
    nickname: { type: "string", value: "NAME", description: "Its nickname" },
    roles: { type: "string", value: "ROLE[,ROLE]", description: "Default: those of a sign-up" },
    status: { type: "string", value: "STATUS", description: `One of ${accountStatuses.join(", ")}. Default: active` },
    ...passwordOption,
    "no-password": { type: "boolean", description: "Create it without a password: it cannot log in until it has one" },
  },
  run: async (input) => {
    const identifiers = readIdentifiers(input);
    const [roles, status, nickname] = [input.option("roles"), input.option("status"), input.option("nickname")];
    const details = {
      identifiers,
      ...(nickname === undefined ? {} : { attributes: { nickname } }),
      ...(roles === undefined ? {} : { roles: readRoles(roles) }),
      ...(status === undefined ? {} : { status: readStatus(status) }),
    };
    const password = input.flag("no-password") ? undefined : await readNewPassword(input);
    return await withRealm(input, async (provider) =>
      writeAccount(
        input,
        await provider.createAccount({ ...details, ...(password === undefined ? {} : { password }) }, operator),
      ),
    );
  },
};

/** `accounts set-password`. */
export const setPassword: Command = {
  positions: ["ID"],
  perRealm: true,
  help: "Sets an account's password and ends all its sessions. Asks for the password. ID is the account's id, number, user name, e-mail or mobile.",
  options: passwordOption,
  run: async (input) => {
    const password = await readNewPassword(input);
    return await withRealm(input, async (provider) => {
      const account = await provider.findAccount(input.positions[0]!);
      await provider.setPassword(account.id, password, operator);
      if (input.json) return writeJson(input, { id: account.id, password_set: true });
      input.io.stdout.write(`Account ${account.number} has a new password; all its sessions have ended.\n`);
      return exitCodes.ok;
    });
  },
};

function readIdentifiers(input: CommandInput): Readonly<Record<string, string>> {
  const identifiers = new Map<string, string>();
  for (const kind of ["username", "email", "mobile"]) {
    const value = input.option(kind);
    if (value !== undefined) identifiers.set(kind, value);
  }
  for (const pair of input.options("identifier")) {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError("--identifier must be KIND=VALUE.");
    identifiers.set(pair.slice(0, at), pair.slice(at + 1));
  }
  if (identifiers.size === 0) throw new UsageError("The account needs an identifier, for example --username NAME.");
  return Object.fromEntries(identifiers);
}
