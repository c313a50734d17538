// Request fields of the latchkey contract's lists: paging and filters.
import type { FieldType, WireField } from "../wire-field.ts";
import { status } from "./fields.ts";
import { limitText } from "./texts.ts";

type Fields<Target extends string> = Readonly<Record<string, WireField<Target>>>;

const text: FieldType = { type: "text" };

/** Paging of lists. */
export const paging: Fields<"limit" | "cursor"> = {
  limit: {
    to: "limit",
    type: { type: "integer", minimum: 1, maximum: 100 },
    optional: true,
    texts: { en: { invalid_format: () => limitText.en }, ko: { invalid_format: () => limitText.ko } },
    description: "Items per page, default 50.",
    example: 50,
  },
  cursor: { to: "cursor", type: text, optional: true, description: "`next_cursor` of the page before.", example: null },
};

const search: WireField<"text"> = {
  to: "text",
  type: { type: "text", maximum: 254 },
  optional: true,
  description: "Part of a user name, e-mail or mobile.",
  example: null,
};

const instant: FieldType = {
  type: "text",
  maximum: 32,
  pattern: { expression: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/, problem: "invalid_format" },
};

/** Filters of the list of events. */
export const eventFilter: Fields<"type" | "accountId" | "from" | "until" | "limit" | "cursor"> = {
  type: {
    to: "type",
    type: { type: "text", maximum: 64 },
    optional: true,
    description: "One type of docs/events.md.",
    example: "account.log_in_failed",
  },
  account_id: {
    to: "accountId",
    type: { type: "text", maximum: 64 },
    optional: true,
    description: "Only events of this account.",
    example: null,
  },
  from: { to: "from", type: instant, optional: true, description: "At or after it: RFC 3339 in UTC.", example: null },
  until: { to: "until", type: instant, optional: true, description: "Before it: RFC 3339 in UTC.", example: null },
  ...paging,
};

/** Filters of the list of accounts. */
export const accountFilter: Fields<"status" | "text" | "limit" | "cursor"> = {
  status: { ...status, in: "query", example: null },
  text: search,
  ...paging,
};
