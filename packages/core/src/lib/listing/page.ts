// Pages of lists: limits and cursors, the same for every list.
import { IdentityError } from "../errors/identity-error.ts";
import { decodeCursor, encodeCursor } from "../kernel/cursor.ts";
import type { Page, PageRequest } from "../provider.ts";

/** Items of a page where nobody says how many. */
export const defaultLimit = 50;
/** Items of a page at the most. */
export const largestLimit = 100;

/** A place in a list that is ordered by (time, id). */
export interface Place {
  readonly time: number;
  readonly id: string;
}

/** Checks a request for a page. @throws IdentityError request_malformed */
export function readPage({ limit = defaultLimit, cursor }: PageRequest): {
  readonly limit: number;
  readonly after: Place | undefined;
} {
  if (!Number.isInteger(limit) || limit < 1 || limit > largestLimit) {
    throw new IdentityError("request_malformed", { fields: { limit: [{ problem: "invalid_format" }] } });
  }
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  if (cursor !== undefined && after === undefined) {
    throw new IdentityError("request_malformed", { fields: { cursor: [{ problem: "invalid_format" }] } });
  }
  return { limit, after };
}

/** Makes a page of up to `limit` of the items that were read with `limit + 1`. */
export function toPage<Row, Item = Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => Place,
  toItem: (row: Row) => Item = (row) => row as unknown as Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? placeOf(shown.at(-1)!) : undefined;
  return { items: shown.map(toItem), nextCursor: last === undefined ? null : encodeCursor(last.time, last.id) };
}
