// Ends families inside a unit of work: their rows, and what kills their access tokens in memory everywhere. The caller has locked the account.
import type { Stores } from "../../ports.ts";
import type { Realm } from "../realm.ts";
import type { RevokedFamily } from "../token-family/family-store.ts";
import type { RevocationReason } from "../token-family/token-family.ts";
import { allGenerations } from "./revocation-store.ts";
import type { NewRevocation } from "./revocation-store.ts";

const entryOutlives = 3_600_000;

/** Ends one family. Says whether it was alive. */
export async function endFamily(
  realm: Realm,
  tx: Stores,
  at: { readonly id: string; readonly now: number; readonly reason: RevocationReason },
): Promise<boolean> {
  const ended = await tx.families.revoke({ realm: realm.realm, id: at.id, at: at.now, reason: at.reason });
  if (ended === undefined) return false;
  if (at.reason !== "logged_out" || realm.policy.logoutEndsAccess) await killAccessTokens(realm, tx, [ended], at.now);
  return true;
}

/** Ends an account's families, but for `except`. Says how many were alive. */
export async function endFamiliesOfAccount(
  realm: Realm,
  tx: Stores,
  at: {
    readonly accountId: string;
    readonly except?: string | undefined;
    readonly now: number;
    readonly reason: RevocationReason;
  },
): Promise<number> {
  const ended = await tx.families.revokeOfAccount({
    realm: realm.realm,
    accountId: at.accountId,
    ...(at.except !== undefined && { except: at.except }),
    at: at.now,
    reason: at.reason,
  });
  await killAccessTokens(realm, tx, ended, at.now);
  return ended.length;
}

/** Kills the access tokens of families: all of them, or with `throughGeneration` those that exist now, so that the next refresh lives. */
export async function killAccessTokens(
  realm: Realm,
  tx: Stores,
  families: readonly RevokedFamily[],
  now: number,
  reach: "all" | "throughGeneration" = "all",
): Promise<void> {
  if (families.length === 0 || realm.policy.accessRevocation === "none") return;
  await tx.revocations.add(
    families.map((family) => ({
      realm: realm.realm,
      target: { familyId: family.id, throughGeneration: reach === "all" ? allGenerations : family.generation },
      expiresAt: entryExpiry(realm, now),
    })),
  );
}

/** The entry that ends every family of the realm created before `now`. */
export function realmCut(realm: Realm, now: number): NewRevocation {
  return { realm: realm.realm, target: { familiesBefore: now }, expiresAt: entryExpiry(realm, now) };
}

function entryExpiry(realm: Realm, now: number): number {
  return now + realm.policy.accessLifetimeSeconds * 1000 + entryOutlives;
}
