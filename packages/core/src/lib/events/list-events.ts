// Reads the audit records, newest first.
import { readPage } from "../listing/page.ts";
import { encodeCursor } from "../kernel/cursor.ts";
import type { Page, PageRequest } from "../provider.ts";
import type { Realm } from "../realm.ts";
import type { EventType, IdentityEvent } from "./event-store.ts";

/** A page of events; the cursor is the number of the last one shown. */
export async function listEvents(
  realm: Realm,
  query: PageRequest & { readonly type?: EventType; readonly accountId?: string },
): Promise<Page<IdentityEvent>> {
  const { limit, after } = readPage(query);
  const events = await realm.storage.read.events.list({
    realm: realm.realm,
    ...(query.type !== undefined && { type: query.type }),
    ...(query.accountId !== undefined && { accountId: query.accountId }),
    ...(after !== undefined && { before: after.time }),
    limit: limit + 1,
  });
  const items = events.slice(0, limit);
  return { items, nextCursor: events.length > limit ? encodeCursor(items.at(-1)!.seq, "") : null };
}
