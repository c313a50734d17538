// The statements on accounts, their identifiers, credentials and numbers, compiled once.
// What they mean together is the stores' affair.
import type { AccountQuery, AccountStatus } from "@latchkey/core/ports";
import type { CompiledQuery, Selectable, SelectQueryBuilder } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { each, prepare, type Argument, type PreparedQuery } from "../kernel/prepared-query.ts";
import type { AccountTable, LatchkeyTables } from "../kernel/tables.ts";
import { accountColumns, type AccountRow } from "./account-rows.ts";

type Write<Values extends object> = PreparedQuery<Values, unknown>;
type RowWithSecret = AccountRow & { readonly secret: string | null };

/** Names one account. */
export interface AccountKey {
  readonly realm: string;
  readonly id: string;
}

/** A log-in's conditional update; unused places of `statuses` repeat one of the others. */
export interface AdmitValues extends AccountKey {
  readonly securityVersion: number;
  readonly at: number;
  readonly status1: AccountStatus;
  readonly status2: AccountStatus;
  readonly status3: AccountStatus;
  readonly status4: AccountStatus;
}

/** What an account's row becomes. */
export interface ChangeValues extends AccountKey {
  readonly status: AccountStatus;
  readonly roles: string;
  readonly identifiers: string;
  readonly attributes: string;
  readonly at: number;
  readonly raise: number;
}

/** The statements on one account's row. */
export interface AccountQueries {
  readonly byId: PreparedQuery<AccountKey, AccountRow>;
  readonly byNumber: PreparedQuery<{ realm: string; number: number }, AccountRow>;
  readonly byIdentifier: PreparedQuery<{ realm: string; kind: string; key: string }, RowWithSecret>;
  readonly withPassword: PreparedQuery<AccountKey, RowWithSecret>;
  readonly lock: PreparedQuery<AccountKey, AccountRow>;
  readonly insert: Write<Selectable<AccountTable>>;
  readonly admit: Write<AdmitValues>;
  readonly change: Write<ChangeValues>;
  readonly withdraw: Write<AccountKey & { at: number }>;
  list(query: AccountQuery): CompiledQuery<AccountRow>;
  /** Whether the text can be stored at all. */
  canHold(text: string): boolean;
}

const allAccountColumns = [
  "realm",
  "id",
  "number",
  "status",
  "roles",
  "security_version",
  "identifiers",
  "attributes",
  "created_at",
  "updated_at",
  "last_log_in_at",
  "withdrawn_at",
] as const;

/** Compiles the statements on accounts. */
export function createAccountQueries(database: Database): AccountQueries {
  return {
    ...compileReads(database),
    ...compileWrites(database),
    list: (query) => listAccounts(database, query),
    canHold: (text) => database.profile.canHold(text),
  };
}

function compileReads({
  kysely,
  profile,
}: Database): Pick<AccountQueries, "byId" | "byNumber" | "byIdentifier" | "withPassword" | "lock"> {
  const accounts = kysely.selectFrom("accounts").select(accountColumns).where("accounts.withdrawn_at", "is", null);
  const one = (arg: Argument<AccountKey>): typeof accounts =>
    accounts.where("accounts.realm", "=", arg("realm")).where("accounts.id", "=", arg("id"));
  // Looked up apart, as the identifier below: the join SQLite plans anew at each execution, which took 56 µs instead of 9.
  const withSecret = accounts.select((eb) =>
    eb
      .selectFrom("credentials")
      .select("credentials.secret")
      .whereRef("credentials.realm", "=", "accounts.realm")
      .whereRef("credentials.account_id", "=", "accounts.id")
      .where("credentials.kind", "=", "password")
      .as("secret"),
  );
  return {
    byId: prepare((arg: Argument<AccountKey>) => one(arg)),
    lock: prepare((arg: Argument<AccountKey>) => profile.lockRows(one(arg))),
    byNumber: prepare((arg: Argument<{ realm: string; number: number }>) =>
      accounts.where("accounts.realm", "=", arg("realm")).where("accounts.number", "=", arg("number")),
    ),
    withPassword: prepare((arg: Argument<AccountKey>) =>
      withSecret.where("accounts.realm", "=", arg("realm")).where("accounts.id", "=", arg("id")),
    ),
    // The identifier is looked up apart. As a join, PostgreSQL begins with every account of the realm while it has no statistics of a table that grows:
    // 20,000 accounts later, and until its next analysis, a log-in took two minutes.
    byIdentifier: prepare((arg: Argument<{ realm: string; kind: string; key: string }>) =>
      withSecret
        .where("accounts.realm", "=", arg("realm"))
        .where("accounts.id", "=", (eb) =>
          eb
            .selectFrom("account_identifiers")
            .select("account_identifiers.account_id")
            .where("account_identifiers.realm", "=", arg("realm"))
            .where("account_identifiers.kind", "=", arg("kind"))
            .where("account_identifiers.key", "=", arg("key")),
        ),
    ),
  };
}

function compileWrites({
  kysely,
  profile,
}: Database): Pick<AccountQueries, "insert" | "admit" | "change" | "withdraw"> {
  const update = kysely.updateTable("accounts").where("withdrawn_at", "is", null);
  return {
    insert: prepare((arg: Argument<Selectable<AccountTable>>) =>
      profile.skipTaken(kysely.insertInto("accounts").values(each(arg, allAccountColumns))),
    ),
    admit: prepare((arg: Argument<AdmitValues>) =>
      update
        .set({ last_log_in_at: arg("at") })
        .where("realm", "=", arg("realm"))
        .where("id", "=", arg("id"))
        .where("security_version", "=", arg("securityVersion"))
        .where("status", "in", [arg("status1"), arg("status2"), arg("status3"), arg("status4")]),
    ),
    change: prepare((arg: Argument<ChangeValues>) =>
      update
        .set((eb) => ({
          status: arg("status"),
          roles: arg("roles"),
          identifiers: arg("identifiers"),
          attributes: arg("attributes"),
          updated_at: arg("at"),
          security_version: eb("security_version", "+", arg("raise")),
        }))
        .where("realm", "=", arg("realm"))
        .where("id", "=", arg("id")),
    ),
    withdraw: prepare((arg: Argument<AccountKey & { at: number }>) =>
      update
        .set((eb) => ({
          status: "disabled",
          roles: "[]",
          identifiers: "{}",
          attributes: "{}",
          security_version: eb("security_version", "+", 1),
          updated_at: arg("at"),
          last_log_in_at: null,
          withdrawn_at: arg("at"),
        }))
        .where("realm", "=", arg("realm"))
        .where("id", "=", arg("id")),
    ),
  };
}

// Not prepared: the filters make several statements, and people page through lists less often than programs log in.
function listAccounts({ kysely, profile }: Database, query: AccountQuery): CompiledQuery<AccountRow> {
  let select: SelectQueryBuilder<LatchkeyTables, "accounts", AccountRow> = kysely
    .selectFrom("accounts")
    .select(accountColumns)
    .where("accounts.realm", "=", query.realm)
    .where("accounts.withdrawn_at", "is", null);
  const { status, text, after } = query;
  if (status !== undefined) select = select.where("accounts.status", "=", status);
  if (after !== undefined) {
    // The first condition is the index's range, the second takes out what was seen.
    select = select
      .where("accounts.created_at", ">=", after.createdAt)
      .where((eb) => eb.or([eb("accounts.created_at", ">", after.createdAt), eb("accounts.id", ">", after.id)]));
  }
  if (text !== undefined) {
    const sought = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    select = select.where((eb) =>
      eb.exists(
        eb
          .selectFrom("account_identifiers")
          .select("account_identifiers.kind")
          .whereRef("account_identifiers.realm", "=", "accounts.realm")
          .whereRef("account_identifiers.account_id", "=", "accounts.id")
          .where((inner) =>
            inner.or([
              profile.contains(inner.ref("account_identifiers.key"), inner.val(sought)),
              profile.contains(inner.ref("account_identifiers.value"), inner.val(sought)),
            ]),
          ),
      ),
    );
  }
  return select.orderBy("accounts.created_at").orderBy("accounts.id").limit(query.limit).compile();
}
