// Reads the audit records, newest first.
import { IdentityError } from "../errors/identity-error.ts";
import type { FieldProblem } from "../errors/field-problem.ts";
import { encodeCursor } from "../kernel/cursor.ts";
import { readPage } from "../listing/page.ts";
import type { AuditEvent, EventQuery, Page } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { toSessionId } from "../token-family/token-identifier.ts";
import { eventCatalogue, type EventType } from "./event-catalogue.ts";
import type { IdentityEvent } from "./event-store.ts";

/** A page of events; the cursor is the number of the last one shown. */
export async function listEvents(realm: Realm, query: EventQuery): Promise<Page<AuditEvent>> {
  const { limit, after } = readPage(query);
  const { accountId } = query;
  const events = await realm.storage.read.events.list({
    realm: realm.realm,
    ...readFilters(query),
    ...(accountId !== undefined && { accountId }),
    ...(after !== undefined && { before: after.time }),
    limit: limit + 1,
  });
  const items = events.slice(0, limit).map(auditEvent);
  return { items, nextCursor: events.length > limit ? encodeCursor(items.at(-1)!.seq, "") : null };
}

function readFilters({ type, from, until }: EventQuery): {
  readonly type?: EventType;
  readonly from?: number;
  readonly until?: number;
} {
  const fields: Record<string, readonly FieldProblem[]> = {};
  if (type !== undefined && !isEventType(type))
    fields["type"] = [{ problem: "not_a_choice", choices: Object.keys(eventCatalogue) }];
  for (const [name, instant] of Object.entries({ from, until })) {
    if (instant !== undefined && !(Number.isSafeInteger(instant) && instant >= 0))
      fields[name] = [{ problem: "invalid_format" }];
  }
  if (Object.keys(fields).length > 0) throw new IdentityError("request_malformed", { fields });
  return {
    ...(type !== undefined && { type: type as EventType }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  };
}

/** Whether the catalogue of this release has the type. */
export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventCatalogue, type);
}

function auditEvent(event: IdentityEvent): AuditEvent {
  const { familyId } = event;
  return familyId === undefined ? event : { ...event, sessionId: toSessionId(familyId) };
}
