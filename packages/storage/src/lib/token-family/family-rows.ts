// Token families between rows and the port's type.
// Must not run queries.
import type { NewTokenFamily, RevocationReason, TokenFamily } from "@latchkey/core/ports";
import type { Selectable } from "kysely";
import { readFamilyId, readWord, requireFamilyIdBytes } from "../kernel/row-values.ts";
import type { TokenFamilyTable } from "../kernel/tables.ts";

/** The columns that make a {@link TokenFamily}. */
export const familyColumns = [
  "token_families.realm",
  "token_families.id",
  "token_families.account_id",
  "token_families.account_version",
  "token_families.generation",
  "token_families.created_at",
  "token_families.rotated_at",
  "token_families.idle_expires_at",
  "token_families.expires_at",
  "token_families.revoked_at",
  "token_families.revoked_reason",
  "token_families.client_id",
  "token_families.device",
  "token_families.address",
] as const;

/** A row of {@link familyColumns}. */
export type FamilyRow = Omit<Selectable<TokenFamilyTable>, "purge_after">;

const reasons: Readonly<Record<RevocationReason, true>> = {
  logged_out: true,
  logged_out_everywhere: true,
  reuse: true,
  password_changed: true,
  status_changed: true,
  withdrawn: true,
  session_ended: true,
  token_revoked: true,
  administrator: true,
  replaced_by_newer: true,
};

/** The family of a row. @throws MalformedRowError */
export function familyOf(row: FamilyRow): TokenFamily {
  const reason = row.revoked_reason;
  return {
    realm: row.realm,
    id: readFamilyId(row.id, { table: "token_families", column: "id" }),
    accountId: row.account_id,
    accountVersion: row.account_version,
    generation: row.generation,
    createdAt: row.created_at,
    rotatedAt: row.rotated_at,
    idleExpiresAt: row.idle_expires_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    revokedReason:
      reason === null ? null : readWord(reason, reasons, { table: "token_families", column: "revoked_reason" }),
    clientId: row.client_id,
    device: row.device,
    address: row.address,
  };
}

/** The row of a new family. @throws TypeError where its id is none. */
export function newFamilyRow(family: NewTokenFamily): Selectable<TokenFamilyTable> {
  return {
    realm: family.realm,
    id: requireFamilyIdBytes(family.id),
    account_id: family.accountId,
    account_version: family.accountVersion,
    generation: 0,
    created_at: family.createdAt,
    rotated_at: family.createdAt,
    idle_expires_at: family.idleExpiresAt,
    expires_at: family.expiresAt,
    revoked_at: null,
    revoked_reason: null,
    client_id: family.clientId,
    device: family.device,
    address: family.address,
    purge_after: family.idleExpiresAt,
  };
}
