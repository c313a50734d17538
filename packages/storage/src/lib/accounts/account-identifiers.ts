// The names of accounts: which key belongs to whom. Taking a name is an insertion that leaves a taken one alone, so exactly one of parallel takers has it.
// Knows no other part of an account.
import type { Identifier } from "@latchkey/core/ports";
import type { Selectable } from "kysely";
import type { Database } from "../kernel/dialect-profile.ts";
import { each, prepare, type Argument, type PreparedQuery } from "../kernel/prepared-query.ts";
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
  /** Gives these back. */
  release(session: Session, owner: AccountKey, identifiers: readonly Identifier[]): Promise<void>;
  /** Gives all back. */
  drop(session: Session, owner: AccountKey): Promise<void>;
}

type Row = Selectable<AccountIdentifierTable>;

const columns = ["realm", "kind", "key", "value", "account_id"] as const;

interface Statements {
  readonly insert: PreparedQuery<Row, unknown>;
  readonly remove: PreparedQuery<Row, unknown>;
  readonly rewrite: PreparedQuery<Row, unknown>;
  readonly ofAccount: PreparedQuery<AccountKey, Identifier>;
  readonly removeAll: PreparedQuery<AccountKey, unknown>;
}

/** Compiles the statements of identifiers. */
export function createAccountIdentifiers(database: Database): AccountIdentifiers {
  const statements = compile(database);
  return {
    take: (session, owner, identifiers) => take(statements, session, owner, identifiers),
    replace: (session, owner, changes) => replace(statements, session, owner, changes),
    async release(session, owner, identifiers) {
      for (const identifier of identifiers) await statements.remove.affected(session, rowOf(owner, identifier));
    },
    async drop(session, owner) {
      await statements.removeAll.affected(session, owner);
    },
  };
}

function compile({ kysely, profile }: Database): Statements {
  const deletion = kysely.deleteFrom("account_identifiers");
  return {
    insert: prepare((arg: Argument<Row>) =>
      profile.skipTaken(kysely.insertInto("account_identifiers").values(each(arg, columns))),
    ),
    remove: prepare((arg: Argument<Row>) =>
      deletion
        .where("realm", "=", arg("realm"))
        .where("kind", "=", arg("kind"))
        .where("key", "=", arg("key"))
        .where("account_id", "=", arg("account_id")),
    ),
    rewrite: prepare((arg: Argument<Row>) =>
      kysely
        .updateTable("account_identifiers")
        .set({ value: arg("value") })
        .where("realm", "=", arg("realm"))
        .where("kind", "=", arg("kind"))
        .where("key", "=", arg("key"))
        .where("account_id", "=", arg("account_id")),
    ),
    ofAccount: prepare((arg: Argument<AccountKey>) =>
      kysely
        .selectFrom("account_identifiers")
        .select(["kind", "key", "value"])
        .where("realm", "=", arg("realm"))
        .where("account_id", "=", arg("id"))
        .orderBy("kind")
        .orderBy("key"),
    ),
    removeAll: prepare((arg: Argument<AccountKey>) =>
      deletion.where("realm", "=", arg("realm")).where("account_id", "=", arg("id")),
    ),
  };
}

async function take(
  { insert, remove }: Statements,
  session: Session,
  owner: AccountKey,
  identifiers: readonly Identifier[],
): Promise<readonly string[]> {
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
}

async function replace(
  statements: Statements,
  session: Session,
  owner: AccountKey,
  { set, remove }: Parameters<AccountIdentifiers["replace"]>[2],
): ReturnType<AccountIdentifiers["replace"]> {
  const former = await statements.ofAccount.rows(session, owner);
  const isKept = (candidate: Identifier): boolean => former.some((own) => isSame(own, candidate));
  const fresh = set.filter((identifier) => !isKept(identifier));
  const taken = await take(statements, session, owner, fresh);
  if (taken.length > 0) return { taken };
  const replaced = new Set([...remove, ...set.map(({ kind }) => kind)]);
  for (const own of former) {
    if (replaced.has(own.kind) && !set.some((identifier) => isSame(own, identifier))) {
      await statements.remove.affected(session, rowOf(owner, own));
    }
  }
  for (const identifier of set) {
    if (isKept(identifier)) await statements.rewrite.affected(session, rowOf(owner, identifier));
  }
  return { now: [...former.filter(({ kind }) => !replaced.has(kind)), ...set] };
}

function rowOf(owner: AccountKey, { kind, key, value }: Identifier): Row {
  return { realm: owner.realm, kind, key, value, account_id: owner.id };
}

function isSame(left: Identifier, right: Identifier): boolean {
  return left.kind === right.kind && left.key === right.key;
}

function byKindAndKey(left: Identifier, right: Identifier): number {
  if (left.kind !== right.kind) return left.kind < right.kind ? -1 : 1;
  return left.key < right.key ? -1 : Number(left.key > right.key);
}
