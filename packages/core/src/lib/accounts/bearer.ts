// The account of a bearer, read or locked, and the check of its current password.
import type { Stores } from "../../ports.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { Principal, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { beginGuess } from "../throttling/guess.ts";
import { findSubject, requireLiving } from "../verification/verify-access-token.ts";
import type { Account } from "./account.ts";

/** The bearer's account, at once where the store knows it. @throws IdentityError access_token_account_unknown, access_token_account_disabled */
export function readBearer(realm: Realm, principal: Principal): Account | Promise<Account> {
  const found = findSubject(principal, realm);
  return found instanceof Promise ? found.then(requireLiving) : requireLiving(found);
}

/** Locks the bearer's account and returns its newest state. @throws as {@link readBearer} */
export async function lockBearer(realm: Realm, tx: Stores, account: Account): Promise<Account> {
  return requireLiving(await tx.accounts.lock({ realm: realm.realm, id: account.id }));
}

/** Checks the current password; a wrong one is a guess like others. @throws IdentityError request_malformed with `fields[field]` incorrect, rate_limited, busy */
export async function requirePassword(
  realm: Realm,
  account: Account,
  { password, field, context }: { readonly password: string; readonly field: string; readonly context: RequestContext },
): Promise<void> {
  const { id } = account;
  const guess = beginGuess(realm.throttle, { authenticator: "password", subject: ["account", id], context });
  await guess.begin(id);
  const found = await realm.storage.read.accounts.withPassword({ realm: realm.realm, id });
  const { matches } = await realm.hasher.verify(password, found?.passwordHash ?? null);
  const refusal = await realm.storage.transact(async (tx) => {
    const refused = await guess.ask(tx);
    if (refused !== undefined) return refused;
    return matches ? guess.succeed(tx).then(() => undefined) : guess.fail(tx);
  });
  if (refusal !== undefined) throw guess.refuse(refusal);
  if (!matches) throw new IdentityError("request_malformed", { fields: { [field]: [{ problem: "incorrect" }] } });
}
