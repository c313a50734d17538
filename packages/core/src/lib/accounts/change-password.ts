// New passwords. The current one is checked before the unit; inside, the security version that was read must still be the account's.
import type { Stores } from "../../ports.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { NewEvent } from "../events/event-store.ts";
import { actedBy, recordEvent } from "../events/record-event.ts";
import type { Actor, Principal, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { endFamiliesOfAccount } from "../revocation/end-families.ts";
import type { Account } from "./account.ts";
import { lockBearer, readBearer, requirePassword } from "./bearer.ts";
import { hashNewPassword } from "./sign-up.ts";

/** The owner's change: every other family ends. */
export async function changePassword(
  realm: Realm,
  principal: Principal,
  input: { readonly currentPassword: string; readonly newPassword: string },
  context: RequestContext,
): Promise<void> {
  const bearer = await readBearer(realm, principal);
  await requirePassword(realm, bearer, input.currentPassword, "current_password");
  const passwordHash = await hashNewPassword(realm, input.newPassword, "new_password");
  const at = realm.clock.now();
  await realm.storage.transact(async (tx) => {
    const account = await lockBearer(realm, tx, bearer);
    if (account.securityVersion !== bearer.securityVersion) throw new IdentityError("busy", { retryAfterSeconds: 1 });
    const changed = await replacePassword(realm, tx, account, passwordHash, at);
    await endFamiliesOfAccount(realm, tx, {
      accountId: account.id,
      except: principal.familyId,
      now: at,
      reason: "password_changed",
    });
    await tx.families.restamp({ realm: realm.realm, accountId: account.id, accountVersion: changed.securityVersion });
    await recordEvent(tx, passwordEvent(account, at, { kind: "account" }), context);
  });
}

/** An operator's or administrator's change: every family ends. */
export async function setPassword(
  realm: Realm,
  id: string,
  password: string,
  actor: Actor,
  context: RequestContext,
): Promise<void> {
  const passwordHash = await hashNewPassword(realm, password);
  const at = realm.clock.now();
  await realm.storage.transact(async (tx) => {
    const account = await tx.accounts.lock({ realm: realm.realm, id });
    if (account === undefined) throw new IdentityError("account_unknown");
    await replacePassword(realm, tx, account, passwordHash, at);
    await endFamiliesOfAccount(realm, tx, { accountId: id, now: at, reason: "password_changed" });
    await recordEvent(tx, passwordEvent(account, at, actor), context);
  });
}

async function replacePassword(
  realm: Realm,
  tx: Stores,
  account: Account,
  passwordHash: string,
  at: number,
): Promise<Account> {
  const outcome = await tx.accounts.change({
    realm: realm.realm,
    id: account.id,
    at,
    changes: { passwordHash, raiseSecurityVersion: true },
  });
  if (outcome.outcome !== "changed") throw new IdentityError("account_unknown");
  return outcome.account;
}

function passwordEvent(account: Account, at: number, actor: Actor): NewEvent {
  return {
    realm: account.realm,
    type: "account.password_changed",
    at,
    ...actedBy(actor),
    accountId: account.id,
  };
}
