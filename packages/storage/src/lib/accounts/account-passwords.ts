// The secrets of accounts; so far one password's hash each.
// Never sees a password in clear.
import type { Selectable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { each, prepare, type Argument } from "../kernel/prepared-query.ts";
import type { Session } from "../kernel/session.ts";
import type { CredentialTable } from "../kernel/tables.ts";
import type { AccountKey } from "./account-queries.ts";

/** Sets and removes password hashes. */
export interface AccountPasswords {
  /** Sets or replaces the hash. The caller has locked the account. */
  put(session: Session, owner: AccountKey, hash: string): Promise<void>;
  /** Removes every credential of the account. */
  drop(session: Session, owner: AccountKey): Promise<void>;
}

const columns = ["realm", "account_id", "kind", "secret"] as const;

/** Compiles the statements of credentials. */
export function createAccountPasswords({ kysely }: Database): AccountPasswords {
  const update = prepare((arg: Argument<Selectable<CredentialTable>>) =>
    kysely
      .updateTable("credentials")
      .set({ secret: arg("secret") })
      .where("realm", "=", arg("realm"))
      .where("account_id", "=", arg("account_id"))
      .where("kind", "=", arg("kind")),
  );
  const insert = prepare((arg: Argument<Selectable<CredentialTable>>) =>
    kysely.insertInto("credentials").values(each(arg, columns)),
  );
  const removeAll = prepare((arg: Argument<AccountKey>) =>
    kysely.deleteFrom("credentials").where("realm", "=", arg("realm")).where("account_id", "=", arg("id")),
  );
  return {
    async put(session, owner, hash) {
      const row = { realm: owner.realm, account_id: owner.id, kind: "password", secret: hash };
      if ((await update.affected(session, row)) === 0) await insert.affected(session, row);
    },
    async drop(session, owner) {
      await removeAll.affected(session, owner);
    },
  };
}
