// The statements on token families, compiled once. Rotation's decision is one of them.
// What they mean together is the stores' affair.
import type { RevocationReason } from "@latchkey/core/ports";
import type { CompiledQuery, Selectable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { each, prepare, type Argument, type PreparedQuery } from "../kernel/prepared-query.ts";
import type { TokenFamilyTable } from "../kernel/tables.ts";
import { familyColumns, type FamilyRow } from "./family-rows.ts";

type Write<Values extends object> = PreparedQuery<Values, unknown>;

/** Names one family. */
export interface FamilyKey {
  readonly realm: string;
  readonly id: Uint8Array;
}

/** Names the families of an account, but for one; no family has the empty id. */
export interface OwnerValues {
  readonly realm: string;
  readonly accountId: string;
  readonly except: Uint8Array;
}

/** A page of an account's active families, after the place (createdAt, id). */
export interface ActivePageValues {
  readonly realm: string;
  readonly accountId: string;
  readonly now: number;
  readonly createdAt: number;
  readonly id: Uint8Array;
  readonly limit: number;
}

/** What ends families. */
export interface RevokeValues {
  readonly at: number;
  readonly reason: RevocationReason;
}

/** The family's id and the newest generation it has. */
export type GenerationRow = Pick<Selectable<TokenFamilyTable>, "id" | "generation">;

/** A page of the unrevoked families of a realm that are older than an instant. */
export interface RealmValues {
  readonly realm: string;
  readonly createdBefore: number;
  readonly limit: number;
}

/** A row that may be due for the purge. */
export type PurgeCandidate = Pick<Selectable<TokenFamilyTable>, "realm" | "id" | "idle_expires_at">;

/** The statements on families. */
export interface FamilyQueries {
  readonly byId: PreparedQuery<FamilyKey, FamilyRow>;
  readonly activePage: PreparedQuery<ActivePageValues, FamilyRow>;
  readonly insert: Write<Selectable<TokenFamilyTable>>;
  readonly lockOne: PreparedQuery<FamilyKey, GenerationRow>;
  readonly revokeOne: Write<FamilyKey & RevokeValues>;
  readonly lockUnrevoked: PreparedQuery<OwnerValues, GenerationRow>;
  readonly revokeUnrevoked: Write<OwnerValues & RevokeValues>;
  readonly lockOlder: PreparedQuery<RealmValues, GenerationRow>;
  readonly restamp: Write<OwnerValues & { readonly accountVersion: number }>;
  readonly dueForPurge: PreparedQuery<{ before: number; limit: number }, PurgeCandidate>;
  readonly refile: Write<FamilyKey & { purgeAfter: number }>;
  revokeThese(realm: string, ids: readonly Uint8Array[], values: RevokeValues): CompiledQuery<unknown>;
  deleteThese(realm: string, ids: readonly Uint8Array[]): CompiledQuery<unknown>;
}

const allFamilyColumns = [
  "realm",
  "id",
  "account_id",
  "account_version",
  "generation",
  "created_at",
  "rotated_at",
  "idle_expires_at",
  "expires_at",
  "revoked_at",
  "revoked_reason",
  "client_id",
  "device",
  "address",
  "purge_after",
] as const;

/** Compiles the statements on families. */
export function createFamilyQueries(database: Database): FamilyQueries {
  return { ...compileReads(database), ...compileRevocations(database), ...compilePurge(database) };
}

function compileReads({ kysely, profile }: Database): Pick<FamilyQueries, "byId" | "activePage" | "insert"> {
  const families = kysely.selectFrom("token_families").select(familyColumns);
  return {
    byId: prepare((arg: Argument<FamilyKey>) =>
      families.where("token_families.realm", "=", arg("realm")).where("token_families.id", "=", arg("id")),
    ),
    activePage: prepare((arg: Argument<ActivePageValues>) =>
      families
        .where("token_families.realm", "=", arg("realm"))
        .where("token_families.account_id", "=", arg("accountId"))
        .where("token_families.revoked_at", "is", null)
        .where("token_families.idle_expires_at", ">", arg("now"))
        .where("token_families.expires_at", ">", arg("now"))
        // The first condition is the index's range, the second takes out what was seen.
        .where("token_families.created_at", "<=", arg("createdAt"))
        .where((eb) =>
          eb.or([eb("token_families.created_at", "<", arg("createdAt")), eb("token_families.id", "<", arg("id"))]),
        )
        .orderBy("token_families.created_at", "desc")
        .orderBy("token_families.id", "desc")
        .limit(arg("limit")),
    ),
    insert: prepare((arg: Argument<Selectable<TokenFamilyTable>>) =>
      profile.skipTaken(kysely.insertInto("token_families").values(each(arg, allFamilyColumns))),
    ),
  };
}

type RevocationQueries = Pick<
  FamilyQueries,
  "lockOne" | "revokeOne" | "lockUnrevoked" | "revokeUnrevoked" | "lockOlder" | "revokeThese" | "restamp"
>;

function compileRevocations({ kysely, profile }: Database): RevocationQueries {
  const generations = kysely.selectFrom("token_families").select(["id", "generation"]).where("revoked_at", "is", null);
  const update = kysely.updateTable("token_families").where("revoked_at", "is", null);
  const revoke = (arg: Argument<RevokeValues>): typeof update =>
    update.set({ revoked_at: arg("at"), revoked_reason: arg("reason") });
  return {
    lockOne: prepare((arg: Argument<FamilyKey>) =>
      profile.lockRows(generations.where("realm", "=", arg("realm")).where("id", "=", arg("id"))),
    ),
    revokeOne: prepare((arg: Argument<FamilyKey & RevokeValues>) =>
      revoke(arg).where("realm", "=", arg("realm")).where("id", "=", arg("id")),
    ),
    lockUnrevoked: prepare((arg: Argument<OwnerValues>) =>
      profile.lockRows(
        generations
          .where("realm", "=", arg("realm"))
          .where("account_id", "=", arg("accountId"))
          .where("id", "!=", arg("except"))
          .orderBy("id"),
      ),
    ),
    revokeUnrevoked: prepare((arg: Argument<OwnerValues & RevokeValues>) =>
      revoke(arg)
        .where("realm", "=", arg("realm"))
        .where("account_id", "=", arg("accountId"))
        .where("id", "!=", arg("except")),
    ),
    lockOlder: prepare((arg: Argument<RealmValues>) =>
      profile.lockRows(
        generations
          .where("realm", "=", arg("realm"))
          .where("created_at", "<", arg("createdBefore"))
          .orderBy("created_at")
          .limit(arg("limit")),
      ),
    ),
    // They are locked and not revoked. To say so again would lead PostgreSQL to the index of those.
    revokeThese: (realm, ids, { at, reason }) =>
      kysely
        .updateTable("token_families")
        .set({ revoked_at: at, revoked_reason: reason })
        .where(profile.isOneOf(realm, ids))
        .compile(),
    restamp: prepare((arg: Argument<OwnerValues & { readonly accountVersion: number }>) =>
      update
        .set({ account_version: arg("accountVersion") })
        .where("realm", "=", arg("realm"))
        .where("account_id", "=", arg("accountId"))
        .where("id", "!=", arg("except")),
    ),
  };
}

function compilePurge({ kysely, profile }: Database): Pick<FamilyQueries, "dueForPurge" | "refile" | "deleteThese"> {
  return {
    dueForPurge: prepare((arg: Argument<{ before: number; limit: number }>) =>
      kysely
        .selectFrom("token_families")
        .select(["realm", "id", "idle_expires_at"])
        .where("purge_after", "<", arg("before"))
        .orderBy("purge_after")
        .limit(arg("limit")),
    ),
    refile: prepare((arg: Argument<FamilyKey & { purgeAfter: number }>) =>
      kysely
        .updateTable("token_families")
        .set({ purge_after: arg("purgeAfter") })
        .where("realm", "=", arg("realm"))
        .where("id", "=", arg("id")),
    ),
    deleteThese: (realm, ids) => kysely.deleteFrom("token_families").where(profile.isOneOf(realm, ids)).compile(),
  };
}
