// Rotation (RFC 9700 §4.14.2): a refresh token is exchanged for its successor. One conditional UPDATE in the store decides; this file judges what the losers saw.
import type { Account } from "../accounts/account.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { CommitOutcomeUnknownError } from "../errors/store-error.ts";
import type { NewEvent } from "../events/event-store.ts";
import { recordEvent, withContext } from "../events/record-event.ts";
import { issueTokens, nextIdleExpiry } from "../issuance/open-family.ts";
import type { IssuedTokens, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { endFamily } from "../revocation/end-families.ts";
import type { RotationOutcome } from "../token-family/family-store.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import type { TokenIdentifier } from "../token-family/token-identifier.ts";
import type { UnsettledRotations } from "./unsettled-rotations.ts";

/** Where a rotation led. */
type Judgement =
  | { readonly verdict: "rotated" | "retry"; readonly family: TokenFamily; readonly account: Account }
  | { readonly verdict: "unknown" | "revoked" | "expired" }
  | { readonly verdict: "reused"; readonly family: TokenFamily };

/** Exchanges a refresh token for its successor, or refuses it: malformed → signature → kind → expired → unknown → revoked → reused. */
export async function rotateRefreshToken(
  realm: Realm,
  unsettled: UnsettledRotations,
  refreshToken: string | undefined,
  context: RequestContext,
): Promise<{ readonly account: Account; readonly tokens: IssuedTokens }> {
  const read = realm.readRefreshToken(refreshToken);
  const { identifier } = read instanceof Promise ? await read : read;
  if (identifier === undefined) throw new IdentityError("refresh_token_unknown");
  if (realm.policy.tokensForPending && !realm.policy.refreshForPending) await refusePending(realm, identifier.familyId);
  const now = realm.clock.now();
  const judgement = judgeRotation(
    await attempt(realm, unsettled, identifier, now, context),
    identifier,
    now,
    realm.policy.leewaySeconds,
  );
  switch (judgement.verdict) {
    case "rotated":
    case "retry": {
      const { account, family } = judgement;
      const tokens = issueTokens(realm, family, account, now);
      return { account, tokens: tokens instanceof Promise ? await tokens : tokens };
    }
    case "reused":
      if (realm.policy.revokeFamilyOnReuse) await revokeReused(realm, judgement.family, identifier, now, context);
      throw new IdentityError("refresh_token_reused");
    default:
      throw new IdentityError(`refresh_token_${judgement.verdict}`);
  }
}

async function attempt(
  realm: Realm,
  unsettled: UnsettledRotations,
  identifier: TokenIdentifier,
  now: number,
  context: RequestContext,
): Promise<RotationOutcome> {
  const { familyId, generation } = identifier;
  const settling = unsettled.settle(familyId, now);
  if (settling !== undefined) await settling;
  try {
    return await realm.storage.families.rotate({
      realm: realm.realm,
      familyId,
      generation,
      now,
      idleExpiresAt: nextIdleExpiry(realm, now),
      ...(realm.policy.recordRefreshes && { event: refreshEvent(realm.realm, identifier, now, context) }),
    });
  } catch (error) {
    if (error instanceof CommitOutcomeUnknownError)
      unsettled.add({ familyId, generation: generation + 1, attemptedAt: now });
    throw error;
  }
}

function refreshEvent(
  realm: string,
  { familyId, generation }: TokenIdentifier,
  at: number,
  context: RequestContext,
): NewEvent {
  const detail = { generation: generation + 1 };
  return withContext({ realm, type: "family.refreshed", at, actor: "account", familyId, detail }, context);
}

/** Judges the newest row against the presented generation. Pure. */
export function judgeRotation(
  outcome: RotationOutcome,
  presented: Pick<TokenIdentifier, "generation">,
  now: number,
  leewaySeconds: number,
): Judgement {
  const { family, account } = outcome;
  if (family === undefined) return { verdict: "unknown" };
  if (outcome.won && account !== undefined) return { verdict: "rotated", family, account };
  if (family.revokedAt !== null) return { verdict: "revoked" };
  // Without its account, or under another security version, the family is one that a change ended.
  if (account === undefined || family.accountVersion !== account.securityVersion) return { verdict: "revoked" };
  if (family.expiresAt <= now) return { verdict: "expired" };
  if (presented.generation > family.generation) return { verdict: "unknown" };
  if (presented.generation === family.generation) return { verdict: "expired" };
  // RT-04, RT-06, RT-07: a retry gets the same successor again, only the parent's, only near the first use, only while the successor is unused.
  const isRetry =
    family.generation === presented.generation + 1 && Math.abs(now - family.rotatedAt) < leewaySeconds * 1000;
  return isRetry ? { verdict: "retry", family, account } : { verdict: "reused", family };
}

// RT-10: refused before the rotation, so that the token is still good after the approval. Every other status has ended the family.
async function refusePending(realm: Realm, familyId: string): Promise<void> {
  const { accounts, families } = realm.storage.read;
  const family = await families.byId({ realm: realm.realm, id: familyId });
  const account = family && (await accounts.byId({ realm: realm.realm, id: family.accountId }));
  if (account?.status === "pending") throw new IdentityError("account_pending");
}

// RT-05, RT-09: committed although the request fails.
async function revokeReused(
  realm: Realm,
  family: TokenFamily,
  presented: TokenIdentifier,
  now: number,
  context: RequestContext,
): Promise<void> {
  await realm.storage.transact(async (tx) => {
    await tx.accounts.lock({ realm: realm.realm, id: family.accountId });
    if (!(await endFamily(realm, tx, { id: family.id, now, reason: "reuse" }))) return;
    const detail = { presented_generation: presented.generation, generation: family.generation };
    await recordEvent(
      tx,
      {
        realm: realm.realm,
        type: "family.reuse_detected",
        at: now,
        actor: "anonymous",
        accountId: family.accountId,
        familyId: family.id,
        detail,
      },
      context,
    );
  });
}
