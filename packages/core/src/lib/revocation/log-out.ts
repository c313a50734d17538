// Log-out: by any token of a family, of every family of an account, of a realm. Repeats answer the same.
import { IdentityError } from "../errors/identity-error.ts";
import type { EventType } from "../events/event-catalogue.ts";
import { actedBy, recordEvent } from "../events/record-event.ts";
import type { Actor, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import type { RevocationReason } from "../token-family/token-family.ts";
import { endFamiliesOfAccount, endFamily, realmCut } from "./end-families.ts";

const familiesPerUnit = 500;

/** Ends the family of a well-signed refresh token, whatever its generation or expiry. */
export async function logOut(realm: Realm, refreshToken: string | undefined, context: RequestContext): Promise<void> {
  if (realm.policy.logOutNeedsLiveToken) return logOutLive(realm, refreshToken, context);
  const { identifier } = await realm.readRefreshToken(refreshToken, { expired: true });
  if (identifier !== undefined)
    await endKnownFamily(realm, identifier.familyId, "logged_out", "family.logged_out", context);
}

// Of parallel log-outs with one token one succeeds: the family's row decides.
async function logOutLive(realm: Realm, refreshToken: string | undefined, context: RequestContext): Promise<void> {
  const { identifier } = await realm.readRefreshToken(refreshToken);
  if (identifier === undefined) throw new IdentityError("refresh_token_unknown");
  const { familyId, generation } = identifier;
  const known = await realm.storage.read.families.byId({ realm: realm.realm, id: familyId });
  if (known === undefined) throw new IdentityError("refresh_token_unknown");
  const now = realm.clock.now();
  const refused = await realm.storage.transact(async (tx) => {
    await tx.accounts.lock({ realm: realm.realm, id: known.accountId });
    const family = await tx.families.byId({ realm: realm.realm, id: familyId });
    if (family === undefined) return "refresh_token_unknown";
    if (family.generation !== generation) return "refresh_token_reused";
    if (!(await endFamily(realm, tx, { id: familyId, now, reason: "logged_out" }))) return "refresh_token_revoked";
    const type = "family.logged_out";
    const { accountId } = family;
    await recordEvent(tx, { realm: realm.realm, type, at: now, actor: "account", accountId, familyId }, context);
    return undefined;
  });
  if (refused !== undefined) throw new IdentityError(refused);
}

/** Ends the family of a well-signed, unexpired access token, so that a repeat with the token that it killed answers the same. */
export async function logOutByAccessToken(
  realm: Realm,
  accessToken: string | undefined,
  context: RequestContext,
): Promise<void> {
  const { identifier } = await realm.readAccessToken(accessToken);
  if (identifier !== undefined)
    await endKnownFamily(realm, identifier.familyId, "logged_out", "family.logged_out", context);
}

/** Ends a family if there is one; nothing happens to one that is gone or ended. */
export async function endKnownFamily(
  realm: Realm,
  familyId: string,
  reason: RevocationReason,
  event: EventType,
  context: RequestContext,
): Promise<void> {
  const known = await realm.storage.read.families.byId({ realm: realm.realm, id: familyId });
  if (known === undefined || known.revokedAt !== null) return;
  const now = realm.clock.now();
  await realm.storage.transact(async (tx) => {
    await tx.accounts.lock({ realm: realm.realm, id: known.accountId });
    if (!(await endFamily(realm, tx, { id: familyId, now, reason }))) return;
    await recordEvent(
      tx,
      { realm: realm.realm, type: event, at: now, actor: "account", accountId: known.accountId, familyId },
      context,
    );
  });
}

/** Ends every family of an account. */
export async function endAllFamilies(
  realm: Realm,
  accountId: string,
  reason: "logged_out_everywhere" | "administrator",
  actor: Actor,
  context: RequestContext,
): Promise<void> {
  const now = realm.clock.now();
  await realm.storage.transact(async (tx) => {
    const account = await tx.accounts.lock({ realm: realm.realm, id: accountId });
    if (account === undefined) throw new IdentityError("account_unknown");
    const families = await endFamiliesOfAccount(realm, tx, { accountId, now, reason });
    await recordEvent(
      tx,
      {
        realm: realm.realm,
        type: "family.all_revoked",
        at: now,
        ...actedBy(actor),
        accountId,
        detail: { families },
      },
      context,
    );
  });
}

/** Ends every family of the realm that exists now: the cut at once, the rows in bounded units. */
export async function revokeRealmTokens(realm: Realm, actor: Actor, context: RequestContext): Promise<void> {
  const now = realm.clock.now();
  await realm.storage.transact(async (tx) => {
    await tx.revocations.add([realmCut(realm, now)]);
    await recordEvent(tx, { realm: realm.realm, type: "realm.tokens_revoked", at: now, actor: actor.kind }, context);
  });
  const unit = {
    realm: realm.realm,
    createdBefore: now,
    at: now,
    reason: "administrator" as const,
    limit: familiesPerUnit,
  };
  while ((await realm.storage.transact((tx) => tx.families.revokeOfRealm(unit))) === familiesPerUnit);
}
