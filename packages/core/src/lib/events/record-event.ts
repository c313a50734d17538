// Records an event in the unit of its cause, with where the request came from, bounded so that nobody fills the log with one header.
import type { Stores } from "../../ports.ts";
import type { Actor, RequestContext } from "../provider.ts";
import type { NewEvent } from "./event-store.ts";

/** The longest address, user agent and request id that is kept, in UTF-16 units. */
export const longestContextText = 256;

/** Appends the event with its request's context. */
export function recordEvent(tx: Pick<Stores, "events">, event: NewEvent, context: RequestContext = {}): Promise<void> {
  return tx.events.append(withContext(event, context));
}

/** The event with where its request came from. */
export function withContext(event: NewEvent, context: RequestContext): NewEvent {
  return {
    ...event,
    ...(context.address !== undefined && { address: boundedText(context.address) }),
    ...(context.userAgent !== undefined && { userAgent: boundedText(context.userAgent) }),
    ...(context.requestId !== undefined && { requestId: boundedText(context.requestId) }),
  };
}

/** Who acted, as an event says it. */
export function actedBy({ kind, accountId }: Actor): Pick<NewEvent, "actor" | "actorAccountId"> {
  return accountId === undefined ? { actor: kind } : { actor: kind, actorAccountId: accountId };
}

/** A header's text as it is stored: well-formed, without controls, and bounded. */
export function boundedText(text: string): string {
  return text
    .slice(0, longestContextText)
    .toWellFormed()
    .replace(/\p{Cc}/gu, " ");
}
