// Version 4: the second indexes of token families begin with a column that a family's key has not. While PostgreSQL has no statistics of a table, every index that begins
// with the realm looks as good as the primary key, and a refresh read all of the realm's families. Releases of earlier versions go on beside it.
import type { Migration } from "./migration.ts";
import { tables } from "./table-statements.ts";

const byAccount = "token_families_by_account";
const byRevocation = "token_families_by_revocation";

/** Version 4. */
export const familyIndexes: Migration = {
  name: "family-indexes",
  readableFrom: 1,
  statements(database) {
    const { index, dropIndex } = tables(database);
    return [
      dropIndex(byAccount, "token_families"),
      index(byAccount, "token_families", ["account_id", "realm", "created_at", "id"]),
      dropIndex(byRevocation, "token_families"),
      index(byRevocation, "token_families", ["revoked_at", "created_at", "realm"]),
    ];
  },
};
