// The administrators' operations of the latchkey contract.
import { exampleAccount } from "../example-results.ts";
import { operation } from "../operation.ts";
import type { AnyWireOperation, WireReply } from "../wire-contract.ts";
import type { Account } from "@latchkey/core";
import * as field from "./fields.ts";
import * as filter from "./filters.ts";
import * as reply from "./replies.ts";

const admin = { tag: "Administration", authentication: "access_token", role: "ADMIN" } as const;
const accountId = field.id("id", exampleAccount.id);

/** No content. */
export const nothing: WireReply<null> = { status: 204, body: null };

/** An account. */
export const account: WireReply<Account> = { status: 200, body: reply.accountBody, schema: "Account" };

/** Every operation that needs the role ADMIN. */
export const administration: readonly AnyWireOperation[] = [
  operation("listAccounts", "GET /admin/accounts", "List accounts", {
    ...admin,
    fields: filter.accountFilter,
    reply: { status: 200, body: (page) => reply.pageBody(page, reply.accountBody), schema: "AccountPage" },
  }),
  operation("getAccount", "GET /admin/accounts/{id}", "Read an account", {
    ...admin,
    fields: { id: accountId },
    reply: account,
  }),
  operation("administerAccount", "PATCH /admin/accounts/{id}", "Set an account's status and roles", {
    ...admin,
    fields: { id: accountId, status: field.status, roles: field.roles },
    reply: account,
  }),
  operation("revokeAccountTokens", "DELETE /admin/accounts/{id}/sessions", "End an account's sessions", {
    ...admin,
    fields: { id: accountId },
    reply: nothing,
  }),
  operation("listEvents", "GET /admin/events", "List audit events", {
    ...admin,
    description: "Newest first. What each type means and what its detail holds: docs/events.md.",
    fields: filter.eventFilter,
    reply: { status: 200, body: (page) => reply.pageBody(page, reply.eventBody), schema: "EventPage" },
  }),
];
