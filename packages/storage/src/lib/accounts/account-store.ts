// The accounts' part of the storage port over Kysely.
// Must not decide what a change means for token families: core ends or restamps them in the same unit.
import type { Account, AccountReader, AccountStatus, AccountStore, NewAccount } from "@latchkey/core/ports";
import type { Database } from "../kernel/dialect-profile.ts";
import type { Session } from "../kernel/session.ts";
import { createAccountIdentifiers, type AccountIdentifiers } from "./account-identifiers.ts";
import { createAccountNumbers, type AccountNumbers } from "./account-numbers.ts";
import { createAccountPasswords, type AccountPasswords } from "./account-passwords.ts";
import { createAccountQueries, type AccountQueries } from "./account-queries.ts";
import { accountOf, accountWithPasswordOf, type AccountRow } from "./account-rows.ts";

/** Everything that runs on accounts, compiled for one database. */
export interface AccountStatements {
  readonly queries: AccountQueries;
  readonly identifiers: AccountIdentifiers;
  readonly passwords: AccountPasswords;
  readonly numbers: AccountNumbers;
}

/** Compiles the accounts' statements. */
export function createAccountStatements(database: Database): AccountStatements {
  return {
    queries: createAccountQueries(database),
    identifiers: createAccountIdentifiers(database),
    passwords: createAccountPasswords(database),
    numbers: createAccountNumbers(database),
  };
}

/** Reads of accounts in a session. */
export function createAccountReader({ queries }: AccountStatements, session: Session): AccountReader {
  const one = (row: AccountRow | undefined): Account | undefined => row && accountOf(row);
  return {
    byId: async ({ realm, id }) => one(await queries.byId.first(session, { realm, id })),
    byNumber: async ({ realm, number }) => one(await queries.byNumber.first(session, { realm, number })),
    async byIdentifier({ realm, kind, key }) {
      // Text that cannot be stored names nobody; it may come straight from a log-in form.
      if (!queries.canHold(key)) return undefined;
      const row = await queries.byIdentifier.first(session, { realm, kind, key });
      return row && accountWithPasswordOf(row);
    },
    async withPassword({ realm, id }) {
      const row = await queries.withPassword.first(session, { realm, id });
      return row && accountWithPasswordOf(row);
    },
    async list(query) {
      if (query.text !== undefined && !queries.canHold(query.text)) return [];
      const { rows } = await session.run(queries.list(query));
      return rows.map(accountOf);
    },
  };
}

/** The accounts inside a unit. */
export function createAccountStore(statements: AccountStatements, session: Session): AccountStore {
  const { queries, identifiers, passwords } = statements;
  const reader = createAccountReader(statements, session);
  return {
    ...reader,
    create: (account) => create(statements, session, account),
    async lock({ realm, id }) {
      const row = await queries.lock.first(session, { realm, id });
      return row && accountOf(row);
    },
    async admit({ realm, id, securityVersion, statuses, at, passwordHash }) {
      const [status1, status2 = status1, status3 = status1, status4 = status1] = statuses;
      if (status1 === undefined) return false;
      const values = {
        realm,
        id,
        securityVersion,
        at,
        status1,
        status2: status2!,
        status3: status3!,
        status4: status4!,
      };
      if ((await queries.admit.affected(session, values)) === 0) return false;
      if (passwordHash !== undefined) await passwords.put(session, { realm, id }, passwordHash);
      return true;
    },
    change: (at) => change(statements, session, at),
    async withdraw({ realm, id, at }) {
      if ((await queries.withdraw.affected(session, { realm, id, at })) === 0) return false;
      await identifiers.drop(session, { realm, id });
      await passwords.drop(session, { realm, id });
      return true;
    },
  };
}

// The names come first: where one is taken, nothing else has been written.
async function create(
  { queries, identifiers, passwords, numbers }: AccountStatements,
  session: Session,
  account: NewAccount,
): ReturnType<AccountStore["create"]> {
  const { realm, id, passwordHash } = account;
  const kinds = await identifiers.take(session, account, account.identifiers);
  if (kinds.length > 0) return { outcome: "identifier_taken", kinds };
  const row = {
    realm,
    id,
    number: account.number ?? (await numbers.take(session, realm)),
    status: account.status,
    roles: JSON.stringify(account.roles),
    security_version: 1,
    identifiers: identifiersJson(account.identifiers),
    attributes: JSON.stringify(account.attributes),
    created_at: account.createdAt,
    updated_at: account.createdAt,
    last_log_in_at: null,
    withdrawn_at: null,
  };
  if (account.number !== undefined) await numbers.keep(session, realm, account.number);
  if ((await queries.insert.affected(session, row)) === 0) {
    await identifiers.release(session, account, account.identifiers);
    return { outcome: "account_taken" };
  }
  if (passwordHash !== null) await passwords.put(session, account, passwordHash);
  return { outcome: "created", account: accountOf(row) };
}

async function change(
  { queries, identifiers, passwords }: AccountStatements,
  session: Session,
  { realm, id, changes, at }: Parameters<AccountStore["change"]>[0],
): ReturnType<AccountStore["change"]> {
  const row = await queries.byId.first(session, { realm, id });
  if (row === undefined) return { outcome: "unknown" };
  const former = accountOf(row);
  const { setIdentifiers = [], removeIdentifiers = [] } = changes;
  let names = row.identifiers;
  if (setIdentifiers.length > 0 || removeIdentifiers.length > 0) {
    const outcome = await identifiers.replace(
      session,
      { realm, id },
      { set: setIdentifiers, remove: removeIdentifiers },
    );
    if ("taken" in outcome) return { outcome: "identifier_taken", kinds: outcome.taken };
    names = identifiersJson(outcome.now);
  }
  const attributes = Object.entries({ ...former.attributes, ...changes.attributes });
  const status: AccountStatus = changes.status ?? former.status;
  await queries.change.affected(session, {
    realm,
    id,
    status,
    roles: JSON.stringify(changes.roles ?? former.roles),
    identifiers: names,
    attributes: JSON.stringify(Object.fromEntries(attributes.filter(([, value]) => value !== null))),
    at,
    raise: Number(changes.raiseSecurityVersion),
  });
  if (changes.passwordHash !== undefined) await passwords.put(session, { realm, id }, changes.passwordHash);
  const changed = await queries.byId.first(session, { realm, id });
  return { outcome: "changed", account: accountOf(changed!) };
}

function identifiersJson(identifiers: readonly { readonly kind: string; readonly value: string }[]): string {
  return JSON.stringify(Object.fromEntries(identifiers.map(({ kind, value }) => [kind, value])));
}
