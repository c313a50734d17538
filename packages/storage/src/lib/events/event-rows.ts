// Events between rows and the port's type.
// Must not run queries.
import type { EventActor, EventType, IdentityEvent } from "@latchkey/core/ports";
import type { Selectable } from "kysely";
import { readJsonObject, readWord } from "../kernel/row-values.ts";
import type { EventTable } from "../kernel/tables.ts";

/** Every column of an event. */
export const eventColumns = [
  "seq",
  "realm",
  "type",
  "at",
  "actor",
  "actor_account_id",
  "account_id",
  "family_id",
  "address",
  "user_agent",
  "request_id",
  "detail",
] as const;

/** A row of {@link eventColumns}. */
export type EventRow = Selectable<EventTable>;

const types: Readonly<Record<EventType, true>> = {
  "account.signed_up": true,
  "account.logged_in": true,
  "account.log_in_failed": true,
  "account.code_requested": true,
  "account.updated": true,
  "account.status_changed": true,
  "account.roles_changed": true,
  "account.password_changed": true,
  "account.withdrawn": true,
  "family.logged_out": true,
  "family.ended": true,
  "family.reuse_detected": true,
  "family.all_revoked": true,
  "token.revoked": true,
  "message.undeliverable": true,
  "key.created": true,
  "key.retired": true,
  "realm.tokens_revoked": true,
};

const actors: Readonly<Record<EventActor, true>> = {
  account: true,
  administrator: true,
  operator: true,
  system: true,
  anonymous: true,
};

/** The row of an event. */
export function eventRow(event: IdentityEvent): EventRow {
  return {
    seq: event.seq,
    realm: event.realm,
    type: event.type,
    at: event.at,
    actor: event.actor,
    actor_account_id: event.actorAccountId ?? null,
    account_id: event.accountId ?? null,
    family_id: event.familyId ?? null,
    address: event.address ?? null,
    user_agent: event.userAgent ?? null,
    request_id: event.requestId ?? null,
    detail: event.detail === undefined ? null : JSON.stringify(event.detail),
  };
}

/** The event of a row; what the row has as null is absent. @throws MalformedRowError */
export function eventOf(row: EventRow): IdentityEvent {
  return {
    seq: row.seq,
    realm: row.realm,
    type: readWord(row.type, types, { table: "events", column: "type" }),
    at: row.at,
    actor: readWord(row.actor, actors, { table: "events", column: "actor" }),
    ...(row.actor_account_id !== null && { actorAccountId: row.actor_account_id }),
    ...(row.account_id !== null && { accountId: row.account_id }),
    ...(row.family_id !== null && { familyId: row.family_id }),
    ...(row.address !== null && { address: row.address }),
    ...(row.user_agent !== null && { userAgent: row.user_agent }),
    ...(row.request_id !== null && { requestId: row.request_id }),
    ...(row.detail !== null && { detail: readJsonObject(row.detail, { table: "events", column: "detail" }) }),
  };
}
