// The events' part of the storage port: audit records, written in the unit of the change they record.
import type { JsonValue } from "../kernel/json.ts";

/** The closed catalogue of audit events. */
export type EventType =
  | "account.signed_up"
  | "account.logged_in"
  | "account.log_in_failed"
  | "account.code_requested"
  | "account.updated"
  | "account.status_changed"
  | "account.roles_changed"
  | "account.password_changed"
  | "account.withdrawn"
  | "family.logged_out"
  | "family.ended"
  | "family.reuse_detected"
  | "family.all_revoked"
  | "token.revoked"
  | "message.undeliverable"
  | "key.created"
  | "key.retired"
  | "realm.tokens_revoked";

/** Who caused an event. */
export type EventActor = "account" | "administrator" | "operator" | "system" | "anonymous";

/** An event to record. Never holds a credential or a token. */
export interface NewEvent {
  readonly realm: string;
  readonly type: EventType;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: EventActor;
  /** The acting account, where it is not the one acted on. */
  readonly actorAccountId?: string;
  readonly accountId?: string;
  readonly familyId?: string;
  readonly address?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
  readonly detail?: Readonly<Record<string, JsonValue>>;
}

/** A persisted event; `seq` counts 1, 2, 3 … in commit order without a gap. */
export type IdentityEvent = NewEvent & { readonly seq: number };

/** Reads of events, newest first. */
export interface EventReader {
  /** At most `limit` events of a realm. */
  list(query: {
    readonly realm: string;
    readonly type?: EventType;
    readonly accountId?: string;
    /** Only events with a smaller number. */
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly IdentityEvent[]>;
}

/** Writes inside a unit of work. */
export interface EventStore extends EventReader {
  /** Records an event; its number is taken as one of the last statements of the unit. */
  append(event: NewEvent): Promise<void>;
  /** Deletes at most `limit` events older than `before`; returns how many. */
  purge(at: { readonly before: number; readonly limit: number }): Promise<number>;
}
