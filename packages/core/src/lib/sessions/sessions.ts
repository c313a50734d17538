// What people see of token families: their log-ins, and how to end one.
import { getAccount } from "../accounts/administer-accounts.ts";
import { readBearer } from "../accounts/bearer.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { actedBy, recordEvent } from "../events/record-event.ts";
import { readPage, toPage } from "../listing/page.ts";
import type { Actor, Page, PageRequest, Principal, RequestContext, Session } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { endFamily } from "../revocation/end-families.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import { fromSessionId, toSessionId } from "../token-family/token-identifier.ts";

/** The bearer's sessions, newest first. */
export async function listSessions(realm: Realm, principal: Principal, page: PageRequest): Promise<Page<Session>> {
  const account = await readBearer(realm, principal);
  return listFamilies(realm, account.id, principal.familyId, page);
}

/** Any account's sessions. */
export async function listAccountSessions(realm: Realm, id: string, page: PageRequest): Promise<Page<Session>> {
  const account = await getAccount(realm, id);
  return listFamilies(realm, account.id, undefined, page);
}

/** Ends one of the bearer's sessions; another account's is as unknown as none. */
export async function endSession(
  realm: Realm,
  principal: Principal,
  sessionId: string,
  context: RequestContext,
): Promise<void> {
  const bearer = await readBearer(realm, principal);
  const family = await findFamily(realm, sessionId);
  if (family.accountId !== bearer.id) throw new IdentityError("session_unknown");
  await endOne(realm, family, { kind: "account" }, context);
}

/** Ends any session. */
export async function revokeFamily(
  realm: Realm,
  sessionId: string,
  actor: Actor,
  context: RequestContext,
): Promise<void> {
  await endOne(realm, await findFamily(realm, sessionId), actor, context);
}

async function listFamilies(
  realm: Realm,
  accountId: string,
  current: string | undefined,
  request: PageRequest,
): Promise<Page<Session>> {
  const { limit, after } = readPage(request);
  const families = await realm.storage.read.families.listActive({
    realm: realm.realm,
    accountId,
    now: realm.clock.now(),
    ...(after !== undefined && { after: { createdAt: after.time, id: after.id } }),
    limit: limit + 1,
  });
  return toPage(
    families,
    limit,
    (family) => ({ time: family.createdAt, id: family.id }),
    (family): Session => ({
      id: toSessionId(family.id),
      device: family.device,
      address: family.address,
      createdAt: family.createdAt,
      lastUsedAt: family.rotatedAt,
      expiresAt: family.idleExpiresAt,
      current: family.id === current,
    }),
  );
}

async function findFamily(realm: Realm, sessionId: string): Promise<TokenFamily> {
  const id = fromSessionId(sessionId);
  const family = id === undefined ? undefined : await realm.storage.read.families.byId({ realm: realm.realm, id });
  const now = realm.clock.now();
  if (family === undefined || family.revokedAt !== null || family.idleExpiresAt <= now || family.expiresAt <= now) {
    throw new IdentityError("session_unknown");
  }
  return family;
}

async function endOne(realm: Realm, family: TokenFamily, actor: Actor, context: RequestContext): Promise<void> {
  const now = realm.clock.now();
  await realm.storage.transact(async (tx) => {
    await tx.accounts.lock({ realm: realm.realm, id: family.accountId });
    const reason = actor.kind === "account" ? "session_ended" : "administrator";
    if (!(await endFamily(realm, tx, { id: family.id, now, reason }))) return;
    await recordEvent(
      tx,
      {
        realm: realm.realm,
        type: "family.ended",
        at: now,
        ...actedBy(actor),
        accountId: family.accountId,
        familyId: family.id,
      },
      context,
    );
  });
}
