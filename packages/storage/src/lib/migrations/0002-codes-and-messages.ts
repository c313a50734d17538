// Version 2: one-time codes and the outbox of messages. It only adds: releases of version 1 go on beside it.
import type { Compilable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import type { Migration } from "./migration.ts";
import { accountIdLength, realmLength, tables } from "./table-statements.ts";

/** Version 2. */
export const codesAndMessages: Migration = {
  name: "codes-and-messages",
  readableFrom: 1,
  statements: (database) => [...codeTable(database), ...outboxTable(database)],
};

// One row per account and purpose: a new code takes the place of the older one.
function codeTable(database: Database): readonly Compilable[] {
  const { types, create, clustered, index } = tables(database);
  return [
    clustered(
      create("one_time_codes")
        .addColumn("realm", types.key(realmLength), (column) => column.notNull())
        .addColumn("account_id", types.key(accountIdLength), (column) => column.notNull())
        .addColumn("purpose", types.key(32), (column) => column.notNull())
        .addColumn("id", types.key(32), (column) => column.notNull())
        .addColumn("account_version", types.integer, (column) => column.notNull())
        .addColumn("digest", types.key(64), (column) => column.notNull())
        .addColumn("created_at", types.integer, (column) => column.notNull())
        .addColumn("expires_at", types.integer, (column) => column.notNull())
        .addColumn("attempts_left", types.integer, (column) => column.notNull())
        .addColumn("used_at", types.integer)
        .addColumn("requested_since", types.integer, (column) => column.notNull())
        .addColumn("requests", types.integer, (column) => column.notNull())
        .addPrimaryKeyConstraint("one_time_codes_pk", ["realm", "account_id", "purpose"]),
    ),
    index("one_time_codes_by_expiry", "one_time_codes", ["expires_at"]),
  ];
}

// Not called "messages": applications that share the database have such a table.
function outboxTable(database: Database): readonly Compilable[] {
  const { types, create, plain, index } = tables(database);
  return [
    plain(
      create("outbox_messages")
        .addColumn("realm", types.key(realmLength), (column) => column.notNull())
        .addColumn("id", types.key(32), (column) => column.notNull())
        .addColumn("channel", types.key(16), (column) => column.notNull())
        .addColumn("account_id", types.key(accountIdLength))
        .addColumn("sealed", types.text)
        .addColumn("created_at", types.integer, (column) => column.notNull())
        .addColumn("give_up_at", types.integer, (column) => column.notNull())
        .addColumn("attempts", types.integer, (column) => column.notNull())
        .addColumn("next_attempt_at", types.integer)
        .addColumn("failed_at", types.integer)
        .addColumn("reason", types.text)
        .addPrimaryKeyConstraint("outbox_messages_pk", ["realm", "id"]),
    ),
    index("outbox_messages_by_attempt", "outbox_messages", ["realm", "next_attempt_at"]),
    index("outbox_messages_by_failure", "outbox_messages", ["realm", "failed_at"]),
  ];
}
