// The names of accounts: which key belongs to whom. Taking a name is an insertion that leaves a taken one alone, so exactly one of parallel takers has it.
// Knows no other part of an account.
import type { Identifier } from "@latchkey/core/ports";
import type { Selectable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { each, prepare, type Argument } from "../kernel/prepared-query.ts";
import type { Session } from "../kernel/session.ts";
import type { AccountIdentifierTable } from "../kernel/tables.ts";
import type { AccountKey } from "./account-queries.ts";

/** Takes, gives back and replaces identifiers. */
export interface AccountIdentifiers {
  /** Takes all or none. Returns the kinds that other accounts have; empty where all were taken for this one. */
  take(session: Session, owner: AccountKey, identifiers: readonly Identifier[]): Promise<readonly string[]>;
  /** Sets and removes by kind, and returns what the account has then; or the kinds that are taken, with nothing changed. */
  replace(
    session: Session,
    owner: AccountKey,
    changes: { readonly set: readonly Identifier[]; readonly remove: readonly string[] },
  ): Promise<{ readonly taken: readonly string[] } | { readonly now: readonly Identifier[] }>;
  /** Gives all back. */
  drop(session: Session, owner: AccountKey): Promise<void>;
}

type Row = Selectable<AccountIdentifierTable>;

const columns = ["realm", "kind", "key", "value", "account_id"] as const;

/** Compiles the statements of identifiers. */
export function createAccountIdentifiers({ kysely, profile }: Database): AccountIdentifiers {
  const insert = prepare((arg: Argument<Row>) =>
    profile.skipTaken(kysely.insertInto("account_identifiers").values(each(arg, columns))),
  );
  const one = { remove: kysely.deleteFrom("account_identifiers"), update: kysely.updateTable("account_identifiers") };
  const remove = prepare((arg: Argument<Omit<Row, "value">>) =>
    one.remove
      .where("realm", "=", arg("realm"))
      .where("kind", "=", arg("kind"))
      .where("key", "=", arg("key"))
      .where("account_id", "=", arg("account_id")),
  );
  const rewrite = prepare((arg: Argument<Row>) =>
    one.update
      .set({ value: arg("value") })
      .where("realm", "=", arg("realm"))
      .where("kind", "=", arg("kind"))
      .where("key", "=", arg("key"))
      .where("account_id", "=", arg("account_id")),
  );
  const ofAccount = prepare((arg: Argument<AccountKey>) =>
    kysely
      .selectFrom("account_identifiers")
      .select(["kind", "key", "value"])
      .where("realm", "=", arg("realm"))
      .where("account_id", "=", arg("id"))
      .orderBy("kind")
      .orderBy("key"),
  );
  const removeAll = prepare((arg: Argument<AccountKey>) =>
    one.remove.where("realm", "=", arg("realm")).where("account_id", "=", arg("id")),
  );

  const rowOf = (owner: AccountKey, { kind, key, value }: Identifier): Row => ({
    realm: owner.realm,
    kind,
    key,
    value,
    account_id: owner.id,
  });

  const take: AccountIdentifiers["take"] = async (session, owner, identifiers) => {
    const taken = new Set<Identifier>();
    const mine: Identifier[] = [];
    // In one order everywhere, so that two takers of the same names wait for one another and do not deadlock.
    for (const identifier of [...identifiers].sort(byKindAndKey)) {
      const won = await insert.affected(session, rowOf(owner, identifier));
      if (won === 1) mine.push(identifier);
      else taken.add(identifier);
    }
    if (taken.size > 0) for (const identifier of mine) await remove.affected(session, rowOf(owner, identifier));
    return identifiers.filter((identifier) => taken.has(identifier)).map(({ kind }) => kind);
  };

  return {
    take,
    async replace(session, owner, { set, remove: removedKinds }) {
      const former = await ofAccount.rows(session, owner);
      const isKept = (candidate: Identifier): boolean => former.some((own) => isSame(own, candidate));
      const taken = await take(
        session,
        owner,
        set.filter((identifier) => !isKept(identifier)),
      );
      if (taken.length > 0) return { taken };
      const replaced = new Set([...removedKinds, ...set.map(({ kind }) => kind)]);
      const untouched = former.filter(({ kind }) => !replaced.has(kind));
      for (const own of former) {
        if (replaced.has(own.kind) && !set.some((identifier) => isSame(own, identifier))) {
          await remove.affected(session, rowOf(owner, own));
        }
      }
      for (const identifier of set) if (isKept(identifier)) await rewrite.affected(session, rowOf(owner, identifier));
      return { now: [...untouched, ...set] };
    },
    async drop(session, owner) {
      await removeAll.affected(session, owner);
    },
  };
}

function isSame(left: Identifier, right: Identifier): boolean {
  return left.kind === right.kind && left.key === right.key;
}

function byKindAndKey(left: Identifier, right: Identifier): number {
  if (left.kind !== right.kind) return left.kind < right.kind ? -1 : 1;
  return left.key < right.key ? -1 : Number(left.key > right.key);
}
