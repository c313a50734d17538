// Opens a token family: one log-in on one device. The row in the unit, the signature after it.
import type { Stores } from "../../ports.ts";
import type { Account } from "../accounts/account.ts";
import { boundedText } from "../events/record-event.ts";
import { toSeconds } from "../kernel/clock.ts";
import { whenThere, type Soon } from "../kernel/soon.ts";
import type { IssuedTokens, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { endFamily } from "../revocation/end-families.ts";
import type { NewTokenFamily } from "../token-family/family-store.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import { createFamilyId } from "../token-family/token-identifier.ts";

/** The client of a family where nobody names one. */
export const defaultClientId = "latchkey";
const familiesPerPage = 100;

/** Creates a family for an account that the unit has locked, and ends the oldest ones beyond the realm's limit. */
export async function openFamily(
  realm: Realm,
  tx: Stores,
  account: Account,
  at: { readonly now: number; readonly clientId?: string | undefined; readonly context: RequestContext },
): Promise<TokenFamily> {
  const { policy } = realm;
  if (policy.maxFamiliesPerAccount !== null)
    await endOldest(realm, tx, account.id, policy.maxFamiliesPerAccount - 1, at.now);
  const expiresAt = (toSeconds(at.now) + policy.refreshAbsoluteSeconds) * 1000;
  const family: NewTokenFamily = {
    realm: realm.realm,
    id: createFamilyId(at.now, realm.random),
    accountId: account.id,
    accountVersion: account.securityVersion,
    createdAt: at.now,
    idleExpiresAt: Math.min(nextIdleExpiry(realm, at.now), expiresAt),
    expiresAt,
    clientId: at.clientId ?? defaultClientId,
    device: at.context.userAgent === undefined ? null : boundedText(at.context.userAgent),
    address: at.context.address === undefined ? null : boundedText(at.context.address),
  };
  await tx.families.create(family);
  return { ...family, generation: 0, rotatedAt: at.now, revokedAt: null, revokedReason: null };
}

/** When a family that is used at `now` expires if it rests, in milliseconds since the epoch. */
export function nextIdleExpiry(realm: Realm, now: number): number {
  return (toSeconds(now) + realm.policy.refreshIdleSeconds) * 1000;
}

/** Signs the newest generation of a family; at once where the keys do. */
export function issueTokens(realm: Realm, family: TokenFamily, account: Account, now: number): Soon<IssuedTokens> {
  const seconds = toSeconds(now);
  return whenThere(realm.sign(family, account), (tokens) => ({
    accessToken: tokens.accessToken,
    accessExpiresInSeconds: Math.max(0, tokens.accessExpiresAt - seconds),
    refreshToken: tokens.refreshToken,
    refreshExpiresInSeconds: Math.max(0, tokens.refreshExpiresAt - seconds),
    familyId: family.id,
  }));
}

async function endOldest(realm: Realm, tx: Stores, accountId: string, keep: number, now: number): Promise<void> {
  let after: { createdAt: number; id: string } | undefined;
  let seen = 0;
  for (;;) {
    const page = await tx.families.listActive({
      realm: realm.realm,
      accountId,
      now,
      limit: familiesPerPage,
      ...(after && { after }),
    });
    for (const family of page) {
      if (seen++ >= keep) await endFamily(realm, tx, { id: family.id, now, reason: "replaced_by_newer" });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < familiesPerPage) return;
    after = { createdAt: last.createdAt, id: last.id };
  }
}
