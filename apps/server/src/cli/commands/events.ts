// The audit records of a realm.
import { eventCatalogue } from "@latchkey/core";
import type { AuditEvent, EventQuery, IdentityProvider } from "@latchkey/core";
import { setTimeout as sleep } from "node:timers/promises";
import { suggestion } from "../../config/suggest.ts";
import { UsageError, exitCodes } from "../command.ts";
import type { Command, CommandInput } from "../command.ts";
import { withRealm } from "../open-realm.ts";
import { pageOptions, readPage, writeJson } from "../output.ts";
import { formatTable, formatTime } from "../table.ts";

const followMilliseconds = 1_000;
const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `events`. */
export const events: Command = {
  positions: [],
  perRealm: true,
  help:
    "Lists audit events, newest first; docs/events.md says what each type means. TIME is an instant of RFC 3339 in UTC (2026-11-21T12:00:00Z)\n" +
    "or a time ago: 30s, 15m, 24h, 7d. ACCOUNT is its id, number, user name, e-mail or mobile, or the id of one that has withdrawn.",
  options: {
    type: { type: "string", value: "TYPE", description: "Only events of this type" },
    account: { type: "string", value: "ACCOUNT", description: "Only events of this account" },
    since: { type: "string", value: "TIME", description: "Only events at or after it" },
    until: { type: "string", value: "TIME", description: "Only events before it" },
    ...pageOptions,
    follow: {
      type: "boolean",
      description: "Goes on and prints what happens, oldest first; with --json one object a line",
    },
  },
  run: (input) => {
    const filters = readFilters(input);
    const page = readPage(input);
    const follow = input.flag("follow");
    if (follow && (page.cursor !== undefined || filters.until !== undefined))
      throw new UsageError("--follow goes on from now: it needs no --cursor and no --until.");
    return withRealm(input, async (provider) => {
      const query = { ...filters, ...(await accountFilter(provider, input.option("account"))) };
      if (follow) return await followEvents(provider, query, page, input);
      const { items, nextCursor } = await provider.listEvents({ ...query, ...page });
      if (input.json) return writeJson(input, { items: items.map(eventJson), next_cursor: nextCursor });
      input.io.stdout.write(formatTable(titles, items.map(eventRow)));
      if (nextCursor !== null) input.io.stderr.write(`There are more: add --cursor ${nextCursor}\n`);
      return exitCodes.ok;
    });
  },
};

const titles = ["SEQ", "TIME", "TYPE", "ACTOR", "ACCOUNT", "SESSION", "ADDRESS", "DETAIL"];

function eventRow(event: AuditEvent): readonly unknown[] {
  const { seq, at, type, actor, accountId, sessionId, address, detail } = event;
  const words = Object.entries(detail ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [seq, formatTime(at), type, actor, accountId, sessionId, address, words.join(" ")];
}

function eventJson(event: AuditEvent): object {
  return {
    seq: event.seq,
    type: event.type,
    at: new Date(event.at).toISOString(),
    realm: event.realm,
    actor: event.actor,
    actor_account_id: event.actorAccountId ?? null,
    account_id: event.accountId ?? null,
    session_id: event.sessionId ?? null,
    address: event.address ?? null,
    user_agent: event.userAgent ?? null,
    request_id: event.requestId ?? null,
    detail: event.detail ?? {},
  };
}

function readFilters(input: CommandInput): Pick<EventQuery, "type" | "from" | "until"> {
  const type = input.option("type");
  if (type !== undefined && !Object.hasOwn(eventCatalogue, type))
    throw new UsageError(`There is no event "${type}"; ${suggestion(type, Object.keys(eventCatalogue))}`);
  const from = readTime(input, "since");
  const until = readTime(input, "until");
  return {
    ...(type !== undefined && { type }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  };
}

function readTime(input: CommandInput, name: "since" | "until"): number | undefined {
  const entered = input.option(name);
  if (entered === undefined) return undefined;
  const ago = /^(\d{1,6})([smhd])$/.exec(entered);
  if (ago !== null) return Math.max(0, Date.now() - Number(ago[1]) * units[ago[2] as keyof typeof units]);
  const instant = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/.test(entered) ? Date.parse(entered) : NaN;
  if (Number.isNaN(instant) || instant < 0)
    throw new UsageError(`--${name} must be an instant such as 2026-11-21T12:00:00Z, or a time ago such as 15m or 7d.`);
  return instant;
}

// Events outlive their account, so an id that nobody has any more still names them.
async function accountFilter(provider: IdentityProvider, entered: string | undefined): Promise<{ accountId?: string }> {
  if (entered === undefined) return {};
  try {
    return { accountId: (await provider.findAccount(entered)).id };
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== "account_unknown" || !/^[2-9A-Za-z]{22}$/.test(entered))
      throw error;
    return { accountId: entered };
  }
}

/** Prints the newest events and then what comes, until the process is ended. */
async function followEvents(
  provider: IdentityProvider,
  query: EventQuery,
  { limit = 10 }: { readonly limit?: number },
  input: CommandInput,
): Promise<number> {
  const print = (newestFirst: readonly AuditEvent[]) => {
    for (const event of newestFirst.toReversed()) {
      input.io.stdout.write(
        input.json ? `${JSON.stringify(eventJson(event))}\n` : formatTable([], [eventRow(event)]).trimStart(),
      );
    }
  };
  const { items } = await provider.listEvents({ ...query, limit });
  print(items);
  for (let seen = items[0]?.seq ?? 0; ;) {
    await sleep(followMilliseconds);
    const fresh = await eventsAfter(provider, query, seen);
    print(fresh);
    seen = fresh[0]?.seq ?? seen;
  }
}

async function eventsAfter(
  provider: IdentityProvider,
  query: EventQuery,
  seen: number,
): Promise<readonly AuditEvent[]> {
  const fresh: AuditEvent[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await provider.listEvents({ ...query, limit: 100, ...(cursor !== undefined && { cursor }) });
    const newer = page.items.filter(({ seq }) => seq > seen);
    fresh.push(...newer);
    if (newer.length < page.items.length || page.nextCursor === null) return fresh;
    cursor = page.nextCursor;
  }
}
