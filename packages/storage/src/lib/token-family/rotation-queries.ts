// The statements of rotation, compiled once: the conditional UPDATE in the three ways that profiles choose from, and what is read beside it.
// What they mean together is the rotation's affair.
import { sql } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { prepare, type Argument, type PreparedQuery } from "../kernel/prepared-query.ts";
import type { FamilyKey } from "./family-queries.ts";
import { familyColumns, type FamilyRow } from "./family-rows.ts";

/** The presented generation and what its successor would be. */
export interface RotateValues extends FamilyKey {
  readonly generation: number;
  readonly now: number;
  readonly idleExpiresAt: number;
}

/** A rotation whose COMMIT was not answered, and the instant that it is moved to. */
export interface ReanchorValues extends FamilyKey {
  readonly generation: number;
  readonly attemptedAt: number;
  readonly now: number;
}

// The account beside the family, renamed because both tables have columns of the same name.
const joinedAccountColumns = [
  "accounts.id as a_id",
  "accounts.number as a_number",
  "accounts.status as a_status",
  "accounts.roles as a_roles",
  "accounts.security_version as a_security_version",
  "accounts.identifiers as a_identifiers",
  "accounts.attributes as a_attributes",
  "accounts.created_at as a_created_at",
  "accounts.updated_at as a_updated_at",
  "accounts.last_log_in_at as a_last_log_in_at",
] as const;

/** Its columns; null together where there is no account. */
export interface JoinedAccount {
  readonly a_id: string | null;
  readonly a_number: number | null;
  readonly a_status: string | null;
  readonly a_roles: string | null;
  readonly a_security_version: number | null;
  readonly a_identifiers: string | null;
  readonly a_attributes: string | null;
  readonly a_created_at: number | null;
  readonly a_updated_at: number | null;
  readonly a_last_log_in_at: number | null;
}

/** A family and its account. */
export type FamilyAndAccount = FamilyRow & JoinedAccount & { readonly purge_after: number };

/** The statements of rotation. */
export interface RotationQueries {
  /** Decides after {@link newest}: demands the version of the account that was read. */
  readonly advanceKnown: PreparedQuery<RotateValues & { readonly accountVersion: number }, unknown>;
  /** The same for a row that was read in the same unit and whose place in the purge's index stays. */
  readonly advanceInPlace: PreparedQuery<RotateValues & { readonly accountVersion: number }, unknown>;
  /** Decides as a unit of its own and returns what it wrote. */
  readonly advanceReturning: PreparedQuery<RotateValues, FamilyAndAccount>;
  readonly newest: PreparedQuery<FamilyKey, FamilyAndAccount>;
  readonly reanchor: PreparedQuery<ReanchorValues, unknown>;
}

/** Compiles the statements of rotation. */
export function compileRotation(database: Database): RotationQueries {
  const { kysely } = database;
  return {
    newest: compileNewest(database),
    ...compileAdvanceKnown(database),
    advanceReturning: compileAdvanceReturning(database),
    reanchor: prepare((arg: Argument<ReanchorValues>) =>
      kysely
        .updateTable("token_families")
        .set({ rotated_at: arg("now") })
        .where("realm", "=", arg("realm"))
        .where("id", "=", arg("id"))
        .where("generation", "=", arg("generation"))
        .where("rotated_at", "=", arg("attemptedAt"))
        .where("revoked_at", "is", null),
    ),
  };
}

// Alone in its transaction, an UPDATE keeps `purge_after` at or below the new idle expiry by itself; nearly always that writes what is there, and no index is touched
// but by SQLite, which has the other statement.
function compileAdvanceKnown({ kysely }: Database): Pick<RotationQueries, "advanceKnown" | "advanceInPlace"> {
  const advance = (arg: Argument<RotateValues & { readonly accountVersion: number }>) =>
    kysely
      .updateTable("token_families")
      .where("revoked_at", "is", null)
      .set((eb) => ({
        generation: eb("generation", "+", 1),
        rotated_at: arg("now"),
        idle_expires_at: eb
          .case()
          .when("expires_at", "<", arg("idleExpiresAt"))
          .then(eb.ref("expires_at"))
          .else(arg("idleExpiresAt"))
          .end(),
      }))
      .where("realm", "=", arg("realm"))
      .where("id", "=", arg("id"))
      .where("generation", "=", arg("generation"))
      .where("idle_expires_at", ">", arg("now"))
      .where("expires_at", ">", arg("now"))
      .where("account_version", "=", arg("accountVersion"));
  return {
    advanceInPlace: prepare((arg: Argument<RotateValues & { readonly accountVersion: number }>) => advance(arg)),
    advanceKnown: prepare((arg: Argument<RotateValues & { readonly accountVersion: number }>) =>
      advance(arg).set((eb) => ({
        purge_after: eb
          .case()
          .when("purge_after", "<", arg("idleExpiresAt"))
          .then(eb.ref("purge_after"))
          .else(arg("idleExpiresAt"))
          .end(),
      })),
    ),
  };
}

function compileAdvanceReturning({ kysely }: Database): RotationQueries["advanceReturning"] {
  return prepare((arg: Argument<RotateValues>) =>
    kysely
      .updateTable("token_families")
      .where("token_families.revoked_at", "is", null)
      .from("accounts")
      .set((eb) => ({
        generation: eb("token_families.generation", "+", 1),
        rotated_at: arg("now"),
        idle_expires_at: eb
          .case()
          .when("token_families.expires_at", "<", arg("idleExpiresAt"))
          .then(eb.ref("token_families.expires_at"))
          .else(arg("idleExpiresAt"))
          .end(),
        purge_after: eb
          .case()
          .when("token_families.purge_after", "<", arg("idleExpiresAt"))
          .then(eb.ref("token_families.purge_after"))
          .else(arg("idleExpiresAt"))
          .end(),
      }))
      .where("token_families.realm", "=", arg("realm"))
      .where("token_families.id", "=", arg("id"))
      .where("token_families.generation", "=", arg("generation"))
      .where("token_families.idle_expires_at", ">", arg("now"))
      .where("token_families.expires_at", ">", arg("now"))
      .whereRef("accounts.realm", "=", "token_families.realm")
      // Not the column itself: while it has no statistics, PostgreSQL would begin with the realm's accounts and look for the family among those of each.
      .where((eb) => eb("accounts.id", "=", eb.fn.coalesce("token_families.account_id", eb.val(""))))
      .whereRef("accounts.security_version", "=", "token_families.account_version")
      .where("accounts.withdrawn_at", "is", null)
      .returning(familyColumns)
      .returning("token_families.purge_after")
      .returning(joinedAccountColumns),
  );
}

// The family comes from a subquery with a constant limit: SQLite takes 36 µs for the plain join, or with the limit as a parameter, and 6 µs this way,
// presumably because it plans the others anew for each binding.
function compileNewest({ kysely }: Database): RotationQueries["newest"] {
  return prepare((arg: Argument<FamilyKey>) =>
    kysely
      .selectFrom((eb) =>
        eb
          .selectFrom("token_families")
          .selectAll()
          .where("token_families.realm", "=", arg("realm"))
          .where("token_families.id", "=", arg("id"))
          .limit(sql<number>`1`)
          .as("token_families"),
      )
      .leftJoin("accounts", (join) =>
        join
          .onRef("accounts.realm", "=", "token_families.realm")
          .onRef("accounts.id", "=", "token_families.account_id")
          .on("accounts.withdrawn_at", "is", null),
      )
      .select(familyColumns)
      .select("token_families.purge_after")
      .select(joinedAccountColumns),
  );
}
