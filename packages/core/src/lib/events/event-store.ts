// The events' part of the storage port: audit records, written in the unit of the change they record.
import type { JsonValue } from "../kernel/json.ts";
import type { EventActor, EventType } from "./event-catalogue.ts";

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

/** A persisted event; `seq` counts 1, 2, 3 … in commit order without a gap, over all realms. */
export interface IdentityEvent extends Omit<NewEvent, "type"> {
  readonly seq: number;
  /** One of the catalogue, or one that a later release on the same database wrote. */
  readonly type: EventType | (string & {});
}

/** Reads of events, newest first. */
export interface EventReader {
  /** At most `limit` events of a realm. */
  list(query: {
    readonly realm: string;
    readonly type?: EventType;
    readonly accountId?: string;
    /** Only events at or after this instant. */
    readonly from?: number;
    /** Only events before this instant. */
    readonly until?: number;
    /** Only events with a smaller number. */
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly IdentityEvent[]>;
}

/** Writes inside a unit of work. */
export interface EventStore extends EventReader {
  /** Records an event; its number is taken as one of the last statements of the unit. */
  append(event: NewEvent): Promise<void>;
  /** Of the realm's `limit` first events, deletes those older than `before`; returns how many. */
  purge(at: { readonly realm: string; readonly before: number; readonly limit: number }): Promise<number>;
}
