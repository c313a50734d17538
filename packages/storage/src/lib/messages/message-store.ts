// The messages' part of the storage port over Kysely: an outbox whose rows wait (`next_attempt_at`) or were given up (`failed_at`).
// Must not know what a message says, nor how it is sent.
import type {
  MessageChannel,
  MessageReader,
  MessageStore,
  NewMessage,
  UndeliverableMessage,
  WaitingMessage,
} from "@latchkey/core/ports";
import type { Selectable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { each, prepare, type Argument, type PreparedQuery } from "../kernel/prepared-query.ts";
import { readWord } from "../kernel/row-values.ts";
import type { Session } from "../kernel/session.ts";
import { MalformedRowError } from "../kernel/storage-error.ts";
import type { OutboxMessageTable } from "../kernel/tables.ts";

type Row = Selectable<OutboxMessageTable>;
type Place = { readonly realm: string; readonly id: string };
type Claim = Place & { readonly attempts: number; readonly next: number; readonly until: number };

/** The statements on messages, compiled once. */
export interface MessageQueries {
  readonly due: PreparedQuery<{ realm: string; now: number; limit: number }, Row>;
  readonly undeliverable: PreparedQuery<{ realm: string; limit: number }, Row>;
  readonly insert: PreparedQuery<Row, unknown>;
  readonly claim: PreparedQuery<Claim, unknown>;
  readonly remove: PreparedQuery<Place, unknown>;
  readonly giveUp: PreparedQuery<Place & { at: number; reason: string }, unknown>;
  readonly ended: PreparedQuery<{ before: number; limit: number }, Place>;
}

const table = "outbox_messages";
const columns = [
  "realm",
  "id",
  "channel",
  "account_id",
  "sealed",
  "created_at",
  "give_up_at",
  "attempts",
  "next_attempt_at",
  "failed_at",
  "reason",
] as const;
const channels: Readonly<Record<MessageChannel, true>> = { sms: true, email: true };

/** Compiles the statements on messages. */
export function createMessageQueries({ kysely }: Database): MessageQueries {
  const all = kysely.selectFrom(table).select(columns);
  return {
    due: prepare((arg: Argument<{ realm: string; now: number; limit: number }>) =>
      all
        .where("realm", "=", arg("realm"))
        .where("next_attempt_at", "<=", arg("now"))
        .orderBy("next_attempt_at")
        .orderBy("id")
        .limit(arg("limit")),
    ),
    undeliverable: prepare((arg: Argument<{ realm: string; limit: number }>) =>
      all
        .where("realm", "=", arg("realm"))
        .where("failed_at", "is not", null)
        .orderBy("failed_at", "desc")
        .orderBy("id", "desc")
        .limit(arg("limit")),
    ),
    insert: prepare((arg: Argument<Row>) => kysely.insertInto(table).values(each(arg, columns))),
    claim: prepare((arg: Argument<Claim>) =>
      kysely
        .updateTable(table)
        .set({ attempts: arg("next"), next_attempt_at: arg("until") })
        .where("realm", "=", arg("realm"))
        .where("id", "=", arg("id"))
        .where("attempts", "=", arg("attempts"))
        .where("failed_at", "is", null),
    ),
    remove: prepare((arg: Argument<Place>) =>
      kysely.deleteFrom(table).where("realm", "=", arg("realm")).where("id", "=", arg("id")),
    ),
    giveUp: prepare((arg: Argument<Place & { at: number; reason: string }>) =>
      kysely
        .updateTable(table)
        .set({ failed_at: arg("at"), reason: arg("reason"), next_attempt_at: null, sealed: null })
        .where("realm", "=", arg("realm"))
        .where("id", "=", arg("id"))
        .where("failed_at", "is", null),
    ),
    ended: prepare((arg: Argument<{ before: number; limit: number }>) =>
      kysely
        .selectFrom(table)
        .select(["realm", "id"])
        .where("failed_at", "<", arg("before"))
        .orderBy("failed_at")
        .limit(arg("limit")),
    ),
  };
}

/** Reads of the outbox in a session. */
export function createMessageReader(queries: MessageQueries, session: Session): MessageReader {
  return {
    due: async ({ realm, now, limit }) => (await queries.due.rows(session, { realm, now, limit })).map(waitingOf),
    undeliverable: async ({ realm, limit }) =>
      (await queries.undeliverable.rows(session, { realm, limit })).map(undeliverableOf),
  };
}

/** The outbox inside a unit. */
export function createMessageStore(queries: MessageQueries, session: Session): MessageStore {
  return {
    ...createMessageReader(queries, session),
    async add(message) {
      await queries.insert.affected(session, rowOf(message));
    },
    async claim({ realm, id, attempts, until }) {
      return (await queries.claim.affected(session, { realm, id, attempts, next: attempts + 1, until })) === 1;
    },
    async postpone({ realm, id, attempts, nextAttemptAt }) {
      await queries.claim.affected(session, { realm, id, attempts, next: attempts, until: nextAttemptAt });
    },
    async remove({ realm, id }) {
      await queries.remove.affected(session, { realm, id });
    },
    giveUp: async ({ realm, id, at, reason }) =>
      (await queries.giveUp.affected(session, { realm, id, at, reason })) === 1,
    async purge({ before, limit }) {
      const rows = await queries.ended.rows(session, { before, limit });
      for (const place of rows) await queries.remove.affected(session, place);
      return rows.length;
    },
  };
}

function rowOf(message: NewMessage): Row {
  return {
    realm: message.realm,
    id: message.id,
    channel: message.channel,
    account_id: message.accountId,
    sealed: message.sealed,
    created_at: message.createdAt,
    give_up_at: message.giveUpAt,
    attempts: 0,
    next_attempt_at: message.createdAt,
    failed_at: null,
    reason: null,
  };
}

function waitingOf(row: Row): WaitingMessage {
  const { sealed, next_attempt_at: nextAttemptAt } = row;
  if (sealed === null) throw new MalformedRowError(table, "sealed", "present while the message waits");
  if (nextAttemptAt === null) throw new MalformedRowError(table, "next_attempt_at", "an instant");
  return { ...sharedOf(row), sealed, giveUpAt: row.give_up_at, nextAttemptAt };
}

function undeliverableOf(row: Row): UndeliverableMessage {
  const { failed_at: failedAt } = row;
  if (failedAt === null) throw new MalformedRowError(table, "failed_at", "an instant");
  return { ...sharedOf(row), failedAt, reason: row.reason ?? "" };
}

function sharedOf(row: Row) {
  return {
    realm: row.realm,
    id: row.id,
    channel: readWord(row.channel, channels, { table, column: "channel" }),
    accountId: row.account_id,
    createdAt: row.created_at,
    attempts: row.attempts,
  };
}
