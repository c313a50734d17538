// Version 3: tallies of what was tried. It only adds: releases of version 2 go on beside it, and count nothing.
import type { Migration } from "./migration.ts";
import { realmLength, tables } from "./table-statements.ts";

/** Version 3. */
export const throttles: Migration = {
  name: "throttles",
  readableFrom: 1,
  statements(database) {
    const { types, create, clustered, index } = tables(database);
    return [
      clustered(
        create("throttles")
          .addColumn("realm", types.key(realmLength), (column) => column.notNull())
          .addColumn("key", types.key(64), (column) => column.notNull())
          .addColumn("count", types.integer, (column) => column.notNull())
          .addColumn("ready_at", types.integer, (column) => column.notNull())
          .addColumn("expires_at", types.integer, (column) => column.notNull())
          .addPrimaryKeyConstraint("throttles_pk", ["realm", "key"]),
      ),
      index("throttles_by_expiry", "throttles", ["expires_at"]),
    ];
  },
};
