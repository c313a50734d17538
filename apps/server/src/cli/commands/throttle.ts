// Limits on trying: what they are, how far somebody has used them up, and beginning them anew.
import type { IdentityProvider, ThrottleState, ThrottleSubject, ThrottlingPolicy } from "@latchkey/core";
import { CommandError, UsageError, exitCodes } from "../command.ts";
import type { Command, CommandInput, CommandOption } from "../command.ts";
import { operator, withRealm } from "../open-realm.ts";
import { writeJson } from "../output.ts";
import { formatTable, formatTime } from "../table.ts";

const recentRefusals = 20;
const subjects: Readonly<Record<string, CommandOption>> = {
  address: { type: "string", value: "A", description: "Limits of this address: IPv6 counts by its /64" },
  recipient: { type: "string", value: "X", description: "Messages to this mobile or e-mail" },
};
const whose = "ACCOUNT is its id, number, user name, e-mail or mobile.";

/** `throttle show`. */
export const showThrottle: Command = {
  positions: ["[ACCOUNT]"],
  perRealm: true,
  help: `Shows how far an account, an address or a recipient has used its limits up; without one, the realm's limits and what they refused lately. ${whose}`,
  options: subjects,
  run: (input) => {
    const find = readSubject(input);
    return withRealm(input, async (provider) => {
      if (find === undefined) return showLimits(provider, input);
      const states = await provider.readThrottle(await find(provider));
      if (input.json) return writeJson(input, { items: states.map(stateJson) });
      const rows = states.map((state) => [nameOf(state), state.count, state.most, formatTime(state.refusedUntil)]);
      input.io.stdout.write(formatTable(["LIMIT", "USED", "MOST", "REFUSED UNTIL"], rows));
      return exitCodes.ok;
    });
  },
};

/** `throttle reset`. */
export const resetThrottle: Command = {
  positions: ["[ACCOUNT]"],
  perRealm: true,
  help: `Begins the limits of an account, an address or a recipient anew: who was shut out may try again at once, in other processes within a second. ${whose}`,
  options: subjects,
  run: (input) => {
    const find = readSubject(input);
    if (find === undefined) throw new UsageError("Say whose limits: an ACCOUNT, --address A or --recipient X.");
    return withRealm(input, async (provider) => {
      const subject = await find(provider);
      await provider.resetThrottle(subject, operator);
      if (input.json) return writeJson(input, { reset: true });
      input.io.stdout.write("The limits begin anew.\n");
      return exitCodes.ok;
    });
  },
};

type FindSubject = (provider: IdentityProvider) => Promise<ThrottleSubject>;

function readSubject(input: CommandInput): FindSubject | undefined {
  const [account] = input.positions;
  const address = input.option("address");
  const recipient = input.option("recipient");
  const given = [account, address, recipient].filter((each) => each !== undefined).length;
  if (given > 1) throw new UsageError("Name one of ACCOUNT, --address and --recipient.");
  if (address !== undefined) return async () => ({ address });
  if (recipient !== undefined) return async (provider) => ({ recipient: findRecipient(provider, recipient) });
  return account === undefined
    ? undefined
    : async (provider) => ({ accountId: (await provider.findAccount(account)).id });
}

function findRecipient(provider: IdentityProvider, entered: string): { kind: string; identifier: string } {
  const kinds = provider.policy.logInWithCode;
  if (kinds.length === 0)
    throw new CommandError(`The realm ${provider.realm} sends no codes, so it limits no recipient.`);
  const kind = kinds.find((each) => "identifier" in provider.checkIdentifier(each, entered));
  if (kind === undefined) throw new CommandError(`"${entered}" can be no ${kinds.join(" and no ")}.`);
  return { kind, identifier: entered };
}

async function showLimits(provider: IdentityProvider, input: CommandInput): Promise<number> {
  const { throttling } = provider.policy;
  const { items } = await provider.listEvents({ type: "throttle.refused", limit: recentRefusals });
  const refusals = items.map(({ at, accountId, address, detail }) => ({
    at: formatTime(at),
    limit: detail?.["limit"],
    refused: detail?.["count"] ?? 1,
    account_id: accountId ?? null,
    address: address ?? null,
  }));
  if (input.json) return writeJson(input, { limits: throttling, refusals });
  input.io.stdout.write(formatTable(["LIMIT", "VALUE"], limitRows(throttling)));
  input.io.stdout.write(
    formatTable(
      ["REFUSED AT", "LIMIT", "TIMES", "ACCOUNT", "ADDRESS"],
      refusals.map(({ at, limit, refused, account_id: account, address }) => [at, limit, refused, account, address]),
    ),
  );
  return exitCodes.ok;
}

function limitRows(throttling: ThrottlingPolicy): readonly (readonly unknown[])[] {
  return Object.entries(throttling).map(([name, limit]) => {
    if (limit === null) return [name, "off"];
    if ("seconds" in limit) return [name, `${limit.most} in ${limit.seconds} s`];
    const { free, most, keptForKnownAddresses: kept, firstDelaySeconds: first, longestDelaySeconds: longest } = limit;
    return [
      name,
      `${free} free, then ${first} s doubling to ${longest} s, ${most} in a row (${kept} for known addresses)`,
    ];
  });
}

function nameOf({ limit, authenticator, from }: ThrottleState): string {
  return authenticator === undefined ? limit : `${limit} ${authenticator} ${from?.replace("_", " ")}`;
}

function stateJson({ limit, authenticator, from, count, most, refusedUntil }: ThrottleState): object {
  const whom = authenticator === undefined ? {} : { authenticator, from };
  return { limit, ...whom, count, most, refused_until: refusedUntil === null ? null : formatTime(refusedUntil) };
}
