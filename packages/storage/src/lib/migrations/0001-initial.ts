// Version 1: the first schema. Key order is chosen for shared commits: what is written together lies together.
// Families, accounts, revocations and events have time-ordered keys, so the rows of one moment share pages, and one commit writes each page once.
import { sql, type Compilable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import type { Migration } from "./migration.ts";
import { accountIdLength, realmLength, tables } from "./table-statements.ts";

/** Version 1. */
export const initial: Migration = {
  name: "initial",
  readableFrom: 1,
  statements: (database) => [
    ...bookkeeping(database),
    ...accountTables(database),
    ...familyTable(database),
    ...feedTables(database),
    ...keyTable(database),
  ],
};

function bookkeeping(database: Database): readonly Compilable[] {
  const { types, create, plain } = tables(database);
  return [
    plain(
      create("latchkey_migrations")
        .addColumn("version", types.integer, (column) => column.primaryKey())
        .addColumn("name", types.text, (column) => column.notNull())
        .addColumn("readable_from", types.integer, (column) => column.notNull())
        .addColumn("applied_at", types.integer, (column) => column.notNull()),
    ),
  ];
}

function accountTables(database: Database): readonly Compilable[] {
  const { types, create, clustered, plain, index } = tables(database);
  const realm = types.key(realmLength);
  const accountId = types.key(accountIdLength);
  return [
    clustered(
      create("realms")
        .addColumn("realm", realm, (column) => column.notNull())
        .addColumn("last_account_number", types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint("realms_pk", ["realm"]),
    ),
    plain(
      create("accounts")
        .addColumn("realm", realm, (column) => column.notNull())
        .addColumn("id", accountId, (column) => column.notNull())
        .addColumn("number", types.integer, (column) => column.notNull())
        .addColumn("status", types.key(16), (column) => column.notNull())
        .addColumn("roles", types.text, (column) => column.notNull())
        .addColumn("security_version", types.integer, (column) => column.notNull())
        .addColumn("identifiers", types.text, (column) => column.notNull())
        .addColumn("attributes", types.text, (column) => column.notNull())
        .addColumn("created_at", types.integer, (column) => column.notNull())
        .addColumn("updated_at", types.integer, (column) => column.notNull())
        .addColumn("last_log_in_at", types.integer)
        .addColumn("withdrawn_at", types.integer)
        .addPrimaryKeyConstraint("accounts_pk", ["realm", "id"]),
    ),
    index("accounts_by_number", "accounts", ["realm", "number"], true),
    index("accounts_by_age", "accounts", ["realm", "created_at", "id"]),
    index("accounts_by_status", "accounts", ["realm", "status", "created_at", "id"]),
    clustered(
      create("account_identifiers")
        .addColumn("realm", realm, (column) => column.notNull())
        .addColumn("kind", types.key(32), (column) => column.notNull())
        .addColumn("key", types.key(254), (column) => column.notNull())
        .addColumn("value", types.text, (column) => column.notNull())
        .addColumn("account_id", accountId, (column) => column.notNull())
        .addPrimaryKeyConstraint("account_identifiers_pk", ["realm", "kind", "key"]),
    ),
    index("account_identifiers_by_account", "account_identifiers", ["realm", "account_id"]),
    clustered(
      create("credentials")
        .addColumn("realm", realm, (column) => column.notNull())
        .addColumn("account_id", accountId, (column) => column.notNull())
        .addColumn("kind", types.key(32), (column) => column.notNull())
        .addColumn("secret", types.text, (column) => column.notNull())
        .addPrimaryKeyConstraint("credentials_pk", ["realm", "account_id", "kind"]),
    ),
  ];
}

// No index on what a rotation changes: it writes one row in one tree and nothing else.
function familyTable(database: Database): readonly Compilable[] {
  const { types, create, clustered, index } = tables(database);
  return [
    clustered(
      create("token_families")
        .addColumn("realm", types.key(realmLength), (column) => column.notNull())
        .addColumn("id", types.familyId, (column) => column.notNull())
        .addColumn("account_id", types.key(accountIdLength), (column) => column.notNull())
        .addColumn("account_version", types.integer, (column) => column.notNull())
        .addColumn("generation", types.integer, (column) => column.notNull())
        .addColumn("created_at", types.integer, (column) => column.notNull())
        .addColumn("rotated_at", types.integer, (column) => column.notNull())
        .addColumn("idle_expires_at", types.integer, (column) => column.notNull())
        .addColumn("expires_at", types.integer, (column) => column.notNull())
        .addColumn("revoked_at", types.integer)
        .addColumn("revoked_reason", types.key(32))
        .addColumn("client_id", types.text, (column) => column.notNull())
        .addColumn("device", types.text)
        .addColumn("address", types.text)
        .addColumn("purge_after", types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint("token_families_pk", ["realm", "id"]),
    ),
    index("token_families_by_account", "token_families", ["realm", "account_id", "created_at", "id"]),
    index("token_families_by_revocation", "token_families", ["realm", "revoked_at", "created_at"]),
    index("token_families_by_purge", "token_families", ["purge_after"]),
  ];
}

function feedTables(database: Database): readonly Compilable[] {
  const { types, create, clustered, plain, index } = tables(database);
  const realm = types.key(realmLength);
  return [
    clustered(
      create("feed_heads")
        .addColumn("name", types.key(32), (column) => column.notNull())
        .addColumn("seq", types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint("feed_heads_pk", ["name"]),
    ),
    {
      compile: () =>
        sql`insert into feed_heads (name, seq) values ('revocations', 0), ('events', 0)`.compile(database.kysely),
    },
    plain(
      create("revocations")
        .addColumn("seq", types.integer, (column) => column.primaryKey())
        .addColumn("realm", realm, (column) => column.notNull())
        .addColumn("family_id", types.familyId)
        .addColumn("through_generation", types.integer)
        .addColumn("families_before", types.integer)
        .addColumn("expires_at", types.integer, (column) => column.notNull()),
    ),
    index("revocations_by_family", "revocations", ["realm", "family_id"]),
    index("revocations_by_expiry", "revocations", ["expires_at"]),
    plain(
      create("events")
        .addColumn("seq", types.integer, (column) => column.primaryKey())
        .addColumn("realm", realm, (column) => column.notNull())
        .addColumn("type", types.key(64), (column) => column.notNull())
        .addColumn("at", types.integer, (column) => column.notNull())
        .addColumn("actor", types.key(32), (column) => column.notNull())
        .addColumn("actor_account_id", types.key(accountIdLength))
        .addColumn("account_id", types.key(accountIdLength))
        .addColumn("family_id", types.text)
        .addColumn("address", types.text)
        .addColumn("user_agent", types.text)
        .addColumn("request_id", types.text)
        .addColumn("detail", types.text),
    ),
    index("events_by_realm", "events", ["realm", "seq"]),
    index("events_by_type", "events", ["realm", "type", "seq"]),
    index("events_by_account", "events", ["realm", "account_id", "seq"]),
    index("events_by_time", "events", ["at"]),
  ];
}

function keyTable(database: Database): readonly Compilable[] {
  const { types, create, plain, index } = tables(database);
  return [
    plain(
      create("signing_keys")
        .addColumn("realm", types.key(realmLength), (column) => column.notNull())
        .addColumn("kid", types.key(128), (column) => column.notNull())
        .addColumn("use", types.key(16), (column) => column.notNull())
        .addColumn("ordinal", types.integer, (column) => column.notNull())
        .addColumn("algorithm", types.key(16), (column) => column.notNull())
        .addColumn("public_jwk", types.text)
        .addColumn("encrypted_private_jwk", types.text, (column) => column.notNull())
        .addColumn("created_at", types.integer, (column) => column.notNull())
        .addColumn("activates_at", types.integer, (column) => column.notNull())
        .addColumn("retired_at", types.integer)
        .addPrimaryKeyConstraint("signing_keys_pk", ["realm", "kid"]),
    ),
    index("signing_keys_by_ordinal", "signing_keys", ["realm", "use", "ordinal"], true),
  ];
}
