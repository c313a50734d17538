// RFC 7662: a resource server asks about a token. Inactive, unknown and foreign are one answer (§2.2); a fault of ours is a fault, never "inactive".
import type { Introspection, Principal, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { ofThisRealm } from "../revocation/revoke-token.ts";
import { findSubject, isLiving } from "../verification/verify-access-token.ts";
import type { AccessTokenVerifier } from "../verification/verify-access-token.ts";
import { requireResourceServer } from "./authenticate-client.ts";

/** Says what a token is, to a resource server that proves who it is. */
export async function introspectToken(
  realm: Realm,
  verify: AccessTokenVerifier,
  input: { readonly token: string; readonly client: { readonly id: string; readonly secret: string } | undefined },
  context: RequestContext,
): Promise<Introspection> {
  await requireResourceServer(realm, input.client, context);
  const principal = await ofThisRealm<Principal>(async () => verify(input.token));
  if (principal !== undefined) return introspectAccessToken(realm, principal);
  return introspectRefreshToken(realm, input.token);
}

async function introspectAccessToken(realm: Realm, principal: Principal): Promise<Introspection> {
  const account = await findSubject(principal, realm);
  if (!isLiving(account)) return { active: false };
  const clientId = principal.claims["client_id"];
  return {
    active: true,
    kind: "access_token",
    claims: principal.claims,
    account,
    clientId: typeof clientId === "string" ? clientId : "",
  };
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
