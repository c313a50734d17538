// New passwords. The current one is checked before the unit; inside, the security version that was read must still be the account's.
import type { Stores } from "../../ports.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { NewEvent } from "../events/event-store.ts";
import { actedBy, recordEvent } from "../events/record-event.ts";
import { hashNewPassword } from "../passwords/new-password.ts";
import type { Actor, Principal, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { endFamiliesOfAccount } from "../revocation/end-families.ts";
import { guessPlaces } from "../throttling/guess.ts";
import { clear } from "../throttling/meter.ts";
import type { Account } from "./account.ts";
import { lockBearer, readBearer, requirePassword } from "./bearer.ts";
import { prepareNotice, recordNotice } from "./password-notice.ts";

/** Beyond this many restarts an account that keeps changing is `busy`. */
const mostRestarts = 2;

/** The owner's change: every other family ends. */
export async function changePassword(
  realm: Realm,
  principal: Principal,
  input: { readonly currentPassword: string; readonly newPassword: string },
  context: RequestContext,
): Promise<void> {
  const bearer = await readBearer(realm, principal);
  await requirePassword(realm, bearer, { password: input.currentPassword, field: "current_password", context });
  const passwordHash = await hashNewPassword(realm, input.newPassword, {
    field: "new_password",
    identifiers: namesOf(bearer),
  });
  const at = realm.clock.now();
  const notice = await prepareNotice(realm, bearer, at);
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
    await recordNotice(tx, notice);
    await recordEvent(tx, passwordEvent(account, at, { kind: "account" }), context);
  });
  if (notice !== undefined) realm.outbox.kick();
}

/** An operator's or administrator's change: every family ends, and guesses at the old password are forgotten: the way back for whoever was shut out. */
export async function setPassword(
  realm: Realm,
  id: string,
  password: string,
  actor: Actor,
  context: RequestContext,
): Promise<void> {
  const named = await realm.storage.read.accounts.byId({ realm: realm.realm, id });
  if (named === undefined) throw new IdentityError("account_unknown");
  const passwordHash = await hashNewPassword(realm, password, { identifiers: namesOf(named) });
  const guesses = await guessPlaces(realm.throttle, "password", id);
  for (let start = 0; start <= mostRestarts; start++) {
    const found = await realm.storage.read.accounts.byId({ realm: realm.realm, id });
    if (found === undefined) throw new IdentityError("account_unknown");
    const at = realm.clock.now();
    const notice = await prepareNotice(realm, found, at);
    const isSet = await realm.storage.transact(async (tx) => {
      const account = await tx.accounts.lock({ realm: realm.realm, id });
      if (account === undefined) throw new IdentityError("account_unknown");
      // The notice goes to the address of the account as it was read.
      if (account.securityVersion !== found.securityVersion) return false;
      await replacePassword(realm, tx, account, passwordHash, at);
      await endFamiliesOfAccount(realm, tx, { accountId: id, now: at, reason: "password_changed" });
      for (const place of guesses) await clear(tx, place, at);
      await recordNotice(tx, notice);
      await recordEvent(tx, passwordEvent(account, at, actor), context);
      return true;
    });
    if (!isSet) continue;
    realm.throttle.memory.clear();
    if (notice !== undefined) realm.outbox.kick();
    return;
  }
  throw new IdentityError("busy", { retryAfterSeconds: 1 });
}

function namesOf({ identifiers }: Account): readonly { readonly value: string }[] {
  return Object.values(identifiers).map((value) => ({ value }));
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
