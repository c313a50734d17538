// What administrators and operators do with accounts: find them, set status and roles.
import type { Stores } from "../../ports.ts";
import type { FieldProblems } from "../errors/field-problem.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { EventType } from "../events/event-catalogue.ts";
import { actedBy, recordEvent } from "../events/record-event.ts";
import { readPage, toPage } from "../listing/page.ts";
import type { JsonValue } from "../kernel/json.ts";
import type { Actor, Page, PageRequest, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { endFamiliesOfAccount, killAccessTokens } from "../revocation/end-families.ts";
import type { Account, AccountStatus } from "./account.ts";
import { accountStatuses } from "./account.ts";
import { isAccountId } from "./account-id.ts";
import { refuseProblems } from "./enter-identifiers.ts";
import { checkIdentifier } from "./identifier-rules.ts";

/** A change of status, roles, or both. */
export interface AccountAdministration {
  readonly status?: AccountStatus;
  readonly roles?: readonly string[];
}

/** A role's name: a letter, then at most 63 letters, digits, `_`, `.`, `:` and `-`. */
export const rolePattern: RegExp = /^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/;
const mostRoles = 32;

/** Accounts ordered by (createdAt, id). */
export async function listAccounts(
  realm: Realm,
  query: PageRequest & { readonly status?: AccountStatus; readonly text?: string },
): Promise<Page<Account>> {
  const { limit, after } = readPage(query);
  const accounts = await realm.storage.read.accounts.list({
    realm: realm.realm,
    ...(query.status !== undefined && { status: query.status }),
    ...(query.text !== undefined && query.text !== "" && { text: query.text }),
    ...(after !== undefined && { after: { createdAt: after.time, id: after.id } }),
    limit: limit + 1,
  });
  return toPage(accounts, limit, (account) => ({ time: account.createdAt, id: account.id }));
}

/** An account by its id. */
export async function getAccount(realm: Realm, id: string): Promise<Account> {
  const account = isAccountId(id) ? await realm.storage.read.accounts.byId({ realm: realm.realm, id }) : undefined;
  if (account === undefined) throw new IdentityError("account_unknown");
  return account;
}

/** An account by its number. */
export async function getAccountByNumber(realm: Realm, number: number): Promise<Account> {
  const account = Number.isSafeInteger(number)
    ? await realm.storage.read.accounts.byNumber({ realm: realm.realm, number })
    : undefined;
  if (account === undefined) throw new IdentityError("account_unknown");
  return account;
}

/** An account by id, number, or any identifier. */
export async function findAccount(realm: Realm, reference: string): Promise<Account> {
  const { accounts } = realm.storage.read;
  const byId = isAccountId(reference) ? await accounts.byId({ realm: realm.realm, id: reference }) : undefined;
  if (byId !== undefined) return byId;
  const byNumber = /^[1-9]\d{0,9}$/.test(reference)
    ? await accounts.byNumber({ realm: realm.realm, number: Number(reference) })
    : undefined;
  if (byNumber !== undefined) return byNumber;
  for (const [kind, rule] of Object.entries(realm.policy.identifiers)) {
    const check = checkIdentifier(kind, reference, rule);
    const found =
      "identifier" in check
        ? await accounts.byIdentifier({ realm: realm.realm, kind, key: check.identifier.key })
        : undefined;
    if (found !== undefined) return found.account;
  }
  throw new IdentityError("account_unknown");
}

/** Sets status and roles in one unit. A status other than active ends every family; changed roles kill the access tokens that carry the old ones. */
export async function administerAccount(
  realm: Realm,
  id: string,
  change: AccountAdministration,
  actor: Actor,
  context: RequestContext,
): Promise<Account> {
  refuseUnusable(change);
  const at = realm.clock.now();
  return realm.storage.transact(async (tx) => {
    const account = await tx.accounts.lock({ realm: realm.realm, id });
    if (account === undefined) throw new IdentityError("account_unknown");
    const status = change.status === account.status ? undefined : change.status;
    const roles =
      change.roles === undefined || sameRoles(change.roles, account.roles) ? undefined : [...new Set(change.roles)];
    if (status === undefined && roles === undefined) return account;
    const changes = {
      ...(status !== undefined && { status }),
      ...(roles !== undefined && { roles }),
      raiseSecurityVersion: true,
    };
    const outcome = await tx.accounts.change({ realm: realm.realm, id, at, changes });
    if (outcome.outcome !== "changed") throw new IdentityError("account_unknown");
    await settleFamilies(realm, tx, outcome.account, roles !== undefined, at);
    const record = (type: EventType, detail: Readonly<Record<string, JsonValue>>) =>
      recordEvent(
        tx,
        {
          realm: realm.realm,
          type,
          at,
          ...actedBy(actor),
          accountId: id,
          detail,
        },
        context,
      );
    if (status !== undefined) await record("account.status_changed", { from: account.status, to: status });
    if (roles !== undefined) await record("account.roles_changed", { from: account.roles, to: roles });
    return outcome.account;
  });
}

async function settleFamilies(
  realm: Realm,
  tx: Stores,
  account: Account,
  rolesChanged: boolean,
  now: number,
): Promise<void> {
  if (account.status !== "active") {
    await endFamiliesOfAccount(realm, tx, { accountId: account.id, now, reason: "status_changed" });
    return;
  }
  const families = await tx.families.restamp({
    realm: realm.realm,
    accountId: account.id,
    accountVersion: account.securityVersion,
  });
  if (rolesChanged) await killAccessTokens(realm, tx, families, now, "throughGeneration");
}

function refuseUnusable(change: AccountAdministration): void {
  refuseProblems(judgeAdministration(change));
}

/** What is wrong with a status and with roles. */
export function judgeAdministration({ status, roles }: AccountAdministration): FieldProblems {
  const usable = roles === undefined || (roles.length <= mostRoles && roles.every((role) => rolePattern.test(role)));
  return {
    ...(status !== undefined &&
      !accountStatuses.includes(status) && { status: [{ problem: "not_a_choice", choices: accountStatuses }] }),
    ...(!usable && { roles: [{ problem: "invalid_format" }] }),
  };
}

const sameRoles = (left: readonly string[], right: readonly string[]) =>
  left.length === right.length && left.every((role) => right.includes(role));
