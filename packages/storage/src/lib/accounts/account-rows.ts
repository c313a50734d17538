// Accounts between rows and the port's types.
// Must not run queries.
import type { Account, AccountStatus, AccountWithPassword } from "@latchkey/core/ports";
import type { Selectable } from "kysely";
import { readJsonObject, readTextList, readTexts, readWord } from "../kernel/row-values.ts";
import type { AccountTable } from "../kernel/tables.ts";

/** The columns that make an {@link Account}. */
export const accountColumns = [
  "accounts.realm",
  "accounts.id",
  "accounts.number",
  "accounts.status",
  "accounts.roles",
  "accounts.security_version",
  "accounts.identifiers",
  "accounts.attributes",
  "accounts.created_at",
  "accounts.updated_at",
  "accounts.last_log_in_at",
] as const;

/** A row of {@link accountColumns}. */
export type AccountRow = Omit<Selectable<AccountTable>, "withdrawn_at">;

const statuses: Readonly<Record<AccountStatus, true>> = { active: true, pending: true, declined: true, disabled: true };

const roles = { table: "accounts", column: "roles" };
const status = { table: "accounts", column: "status" };
const identifiers = { table: "accounts", column: "identifiers" };
const attributes = { table: "accounts", column: "attributes" };

/** The account of a row. @throws MalformedRowError */
export function accountOf(row: AccountRow): Account {
  return {
    realm: row.realm,
    id: row.id,
    number: row.number,
    status: readWord(row.status, statuses, status),
    roles: readTextList(row.roles, roles),
    securityVersion: row.security_version,
    identifiers: readTexts(row.identifiers, identifiers),
    attributes: readJsonObject(row.attributes, attributes),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastLogInAt: row.last_log_in_at,
  };
}

/** The account and its password's hash. @throws MalformedRowError */
export function accountWithPasswordOf(row: AccountRow & { readonly secret: string | null }): AccountWithPassword {
  return { account: accountOf(row), passwordHash: row.secret };
}
