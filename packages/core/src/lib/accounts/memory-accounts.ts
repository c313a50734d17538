// The accounts' part of the memory storage. The reference that the other stores are compared with: keep it obvious.
import { frozen } from "../memory/frozen.ts";
import { rowKey, Table, type Draft, type Rows } from "../memory/table.ts";
import type { Unit } from "../memory/units.ts";
import type { AccountChanges, AccountQuery, AccountReader, AccountStore, NewAccount } from "./account-store.ts";
import type { Account, Identifier } from "./account.ts";

interface AccountRow {
  readonly account: Account;
  readonly passwordHash: string | null;
  readonly identifiers: readonly Identifier[];
}

/** The accounts of a memory storage. */
export interface MemoryAccounts {
  readonly reader: AccountReader;
  within(unit: Unit): AccountStore;
}

interface View<T extends Rows<AccountRow>, I extends Rows<string>> {
  /** (realm, id) → account. */
  readonly accounts: T;
  /** (realm, kind, key) → id; (realm, number) → id, a withdrawn account's too. */
  readonly names: I;
}

type WritableView = View<Draft<AccountRow>, Draft<string>> & {
  /** realm → the newest number given. Survives withdrawals. */
  readonly numbers: Draft<number>;
  /** (realm, id) → number of a withdrawn account. */
  readonly tombstones: Draft<number>;
};

/** Creates the accounts' part of a memory storage. */
export function createMemoryAccounts(): MemoryAccounts {
  const accounts = new Table<AccountRow>(({ account }) => account.realm);
  const names = new Table<string>();
  const numbers = new Table<number>();
  const tombstones = new Table<number>();
  return {
    reader: readerOver({ accounts, names }),
    within: (unit) =>
      storeOver({
        accounts: unit.draft(accounts),
        names: unit.draft(names),
        numbers: unit.draft(numbers),
        tombstones: unit.draft(tombstones),
      }),
  };
}

function readerOver({ accounts, names }: View<Rows<AccountRow>, Rows<string>>): AccountReader {
  const row = (realm: string, id: string | undefined) =>
    id === undefined ? undefined : accounts.get(rowKey(realm, id));
  const withPassword = (found: AccountRow | undefined) =>
    found && { account: found.account, passwordHash: found.passwordHash };
  return {
    byId: async ({ realm, id }) => row(realm, id)?.account,
    byNumber: async ({ realm, number }) => row(realm, names.get(rowKey(realm, number)))?.account,
    byIdentifier: async ({ realm, kind, key }) => withPassword(row(realm, names.get(rowKey(realm, kind, key)))),
    withPassword: async ({ realm, id }) => withPassword(row(realm, id)),
    list: async (query) =>
      accounts
        .inGroup(query.realm)
        .filter((candidate) => matches(candidate, query))
        .map(({ account }) => account)
        .filter((account) => query.after === undefined || byAge(account, query.after) > 0)
        .sort(byAge)
        .slice(0, query.limit),
  };
}

type Age = Pick<Account, "createdAt" | "id">;

function byAge(left: Age, right: Age): number {
  if (left.createdAt !== right.createdAt) return left.createdAt - right.createdAt;
  return left.id < right.id ? -1 : Number(left.id > right.id);
}

function matches({ account, identifiers }: AccountRow, { status, text }: AccountQuery): boolean {
  if (status !== undefined && account.status !== status) return false;
  if (text === undefined) return true;
  const sought = lowerAscii(text);
  return identifiers.some(({ key, value }) => lowerAscii(key).includes(sought) || lowerAscii(value).includes(sought));
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function storeOver(view: WritableView): AccountStore {
  const { accounts } = view;
  const reader = readerOver(view);
  return {
    ...reader,
    lock: async (at) => reader.byId(at),
    create: async (account) => create(view, account),
    admit: async ({ realm, id, securityVersion, statuses, at, passwordHash }) => {
      const key = rowKey(realm, id);
      const row = accounts.get(key);
      if (row?.account.securityVersion !== securityVersion || !statuses.includes(row.account.status)) return false;
      const account = frozen({ ...row.account, lastLogInAt: at });
      accounts.set(key, { ...row, account, passwordHash: passwordHash ?? row.passwordHash });
      return true;
    },
    change: async ({ realm, id, changes, at }) => {
      const row = accounts.get(rowKey(realm, id));
      if (row === undefined) return { outcome: "unknown" };
      const kinds = takenKinds(view, realm, id, changes.setIdentifiers ?? []);
      if (kinds.length > 0) return { outcome: "identifier_taken", kinds };
      return { outcome: "changed", account: put(view, row, changed(row, changes, at)) };
    },
    withdraw: async ({ realm, id }) => {
      const key = rowKey(realm, id);
      const row = accounts.get(key);
      if (row === undefined) return false;
      for (const name of namesOf(row)) view.names.delete(name);
      view.names.set(rowKey(realm, row.account.number), id);
      accounts.delete(key);
      view.tombstones.set(key, row.account.number);
      return true;
    },
  };
}

async function create(view: WritableView, given: NewAccount): ReturnType<AccountStore["create"]> {
  const { realm, id } = given;
  const kinds = takenKinds(view, realm, id, given.identifiers);
  if (kinds.length > 0) return { outcome: "identifier_taken", kinds };
  const key = rowKey(realm, id);
  const newest = view.numbers.get(realm) ?? 0;
  const number = given.number ?? newest + 1;
  const isTaken = view.accounts.get(key) !== undefined || view.tombstones.get(key) !== undefined;
  if (isTaken || view.names.get(rowKey(realm, number)) !== undefined) return { outcome: "account_taken" };
  view.numbers.set(realm, Math.max(newest, number));
  const { identifiers, passwordHash, ...rest } = given;
  const account = {
    ...rest,
    number,
    identifiers: valuesByKind(identifiers),
    securityVersion: 1,
    updatedAt: given.createdAt,
    lastLogInAt: null,
  };
  return { outcome: "created", account: put(view, undefined, { account, identifiers, passwordHash }) };
}

function put(view: WritableView, former: AccountRow | undefined, row: AccountRow): Account {
  const kept = frozen(row);
  for (const name of former === undefined ? [] : namesOf(former)) view.names.delete(name);
  for (const name of namesOf(kept)) view.names.set(name, kept.account.id);
  view.accounts.set(rowKey(kept.account.realm, kept.account.id), kept);
  return kept.account;
}

function namesOf({ account, identifiers }: AccountRow): readonly string[] {
  return [
    rowKey(account.realm, account.number),
    ...identifiers.map(({ kind, key }) => rowKey(account.realm, kind, key)),
  ];
}

function takenKinds({ names }: WritableView, realm: string, id: string, identifiers: readonly Identifier[]): string[] {
  return identifiers
    .filter(({ kind, key }) => (names.get(rowKey(realm, kind, key)) ?? id) !== id)
    .map(({ kind }) => kind);
}

function valuesByKind(identifiers: readonly Identifier[]): Readonly<Record<string, string>> {
  return Object.fromEntries(identifiers.map(({ kind, value }) => [kind, value]));
}

function changed(row: AccountRow, changes: AccountChanges, at: number): AccountRow {
  const gone = new Set([
    ...(changes.removeIdentifiers ?? []),
    ...(changes.setIdentifiers ?? []).map(({ kind }) => kind),
  ]);
  const identifiers = [...row.identifiers.filter(({ kind }) => !gone.has(kind)), ...(changes.setIdentifiers ?? [])];
  const attributes = Object.entries({ ...row.account.attributes, ...changes.attributes });
  return {
    identifiers,
    passwordHash: changes.passwordHash ?? row.passwordHash,
    account: {
      ...row.account,
      status: changes.status ?? row.account.status,
      roles: changes.roles ?? row.account.roles,
      attributes: Object.fromEntries(attributes.filter(([, value]) => value !== null)),
      identifiers: valuesByKind(identifiers),
      securityVersion: row.account.securityVersion + Number(changes.raiseSecurityVersion),
      updatedAt: at,
    },
  };
}
