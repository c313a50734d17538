// Events between rows and the port's type.
// Must not run queries.
import type { EventActor, IdentityEvent } from "@latchkey/core/ports";
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
    // A later release on the same database may know more types.
    type: row.type,
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
