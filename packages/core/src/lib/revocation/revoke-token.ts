// RFC 7009: a client hands a token back. A refresh token ends its family; an access token dies with its elders of the family. An unknown token is no error (§2.2).
import { IdentityError } from "../errors/identity-error.ts";
import { recordEvent } from "../events/record-event.ts";
import type { Soon } from "../kernel/soon.ts";
import type { RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { killAccessTokens } from "./end-families.ts";
import { endKnownFamily } from "./log-out.ts";

/** Revokes a token of either kind; a wrong hint changes nothing (RFC 7009 §2.1), so none is asked for. */
export async function revokeToken(realm: Realm, token: string, context: RequestContext): Promise<void> {
  const refresh = await ofThisRealm(() => realm.readRefreshToken(token, { expired: true }));
  if (refresh?.identifier !== undefined) {
    await endKnownFamily(realm, refresh.identifier.familyId, "token_revoked", "token.revoked", context);
    return;
  }
  const access = await ofThisRealm(() => realm.readAccessToken(token));
  if (access?.identifier !== undefined) await revokeAccessToken(realm, access.identifier, context);
}

async function revokeAccessToken(
  realm: Realm,
  { familyId, generation }: { readonly familyId: string; readonly generation: number },
  context: RequestContext,
): Promise<void> {
  if (!realm.watch.isRevoked(familyId, generation)) {
    const family = await realm.storage.read.families.byId({ realm: realm.realm, id: familyId });
    const at = realm.clock.now();
    await realm.storage.transact(async (tx) => {
      await killAccessTokens(realm, tx, [{ id: familyId, generation }], at, "throughGeneration");
      const accountId = family && { accountId: family.accountId };
      await recordEvent(
        tx,
        {
          realm: realm.realm,
          type: "token.revoked",
          at,
          actor: "account",
          ...accountId,
          familyId,
          detail: { generation },
        },
        context,
      );
    });
  }
}

/** What `read` gives, or `undefined` where it says that this realm would refuse the token. Faults pass through. */
export function ofThisRealm<T>(read: () => Soon<T>): Soon<T | undefined> {
  try {
    const found = read();
    return found instanceof Promise ? found.catch(orUndefined) : found;
  } catch (error) {
    return orUndefined(error);
  }
}

function orUndefined(error: unknown): undefined {
  if (error instanceof IdentityError && /^(access|refresh)_token_/.test(error.code)) return undefined;
  throw error;
}
