// RFC 7662: a resource server asks about a token. Inactive, unknown and foreign are one answer (§2.2); a fault of ours is a fault, never "inactive".
import { whenThere, type Soon } from "../kernel/soon.ts";
import type { Introspection, Principal, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { ofThisRealm } from "../revocation/revoke-token.ts";
import { findSubject, isLiving } from "../verification/verify-access-token.ts";
import type { AccessTokenVerifier } from "../verification/verify-access-token.ts";
import { requireResourceServer } from "./authenticate-client.ts";

/** Says what a token is, to a resource server that proves who it is; at once where all that is needed is at hand. */
export function introspectToken(
  realm: Realm,
  verify: AccessTokenVerifier,
  input: { readonly token: string; readonly client: { readonly id: string; readonly secret: string } | undefined },
  context: RequestContext,
): Soon<Introspection> {
  const judge = () =>
    whenThere(
      ofThisRealm(() => verify(input.token)),
      (principal) =>
        principal === undefined ? introspectRefreshToken(realm, input.token) : introspectAccessToken(realm, principal),
    );
  return whenThere(requireResourceServer(realm, input.client, context), judge);
}

function introspectAccessToken(realm: Realm, principal: Principal): Soon<Introspection> {
  return whenThere(findSubject(principal, realm), (account) => {
    if (!isLiving(account)) return { active: false };
    const clientId = principal.claims["client_id"];
    return {
      active: true,
      kind: "access_token",
      claims: principal.claims,
      account,
      clientId: typeof clientId === "string" ? clientId : "",
    };
  });
}

async function introspectRefreshToken(realm: Realm, token: string): Promise<Introspection> {
  const read = await ofThisRealm(() => realm.readRefreshToken(token));
  const identifier = read?.identifier;
  if (identifier === undefined) return { active: false };
  const family = await realm.storage.read.families.byId({ realm: realm.realm, id: identifier.familyId });
  const now = realm.clock.now();
  if (family === undefined || family.revokedAt !== null || family.generation !== identifier.generation)
    return { active: false };
  if (family.idleExpiresAt <= now || family.expiresAt <= now) return { active: false };
  const account = await realm.storage.read.accounts.byId({ realm: realm.realm, id: family.accountId });
  if (!isLiving(account) || account.securityVersion !== family.accountVersion) return { active: false };
  return { active: true, kind: "refresh_token", claims: read!.claims, account, clientId: family.clientId };
}
