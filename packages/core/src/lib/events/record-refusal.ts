// Refused authorization (ASVS 16.3.2): which refusals are worth an event, and who was refused.
import type { IdentityErrorCode } from "../errors/identity-error.ts";
import type { Refusal, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { withContext } from "./record-event.ts";

// Not expired, revoked or malformed tokens: those are everybody's everyday.
const recorded: ReadonlySet<IdentityErrorCode> = new Set<IdentityErrorCode>([
  "forbidden",
  "client_unauthenticated",
  "access_token_signature_invalid",
  "access_token_wrong_kind",
  "access_token_account_disabled",
  "refresh_token_signature_invalid",
  "refresh_token_wrong_kind",
]);

/** Counts a refusal; what is no attempt to get past an authorization is ignored. */
export function recordRefusal(realm: Realm, refusal: Refusal, context: RequestContext): void {
  if (!recorded.has(refusal.code)) return;
  const { code, operation, principal, clientId } = refusal;
  const accountId = principal !== undefined && "id" in principal.subject ? principal.subject.id : undefined;
  // A name that nobody has may be a secret in the wrong field.
  const client = realm.resourceServers.find(({ id }) => id === clientId)?.id;
  const { familyId } = principal ?? {};
  const who = familyId ?? accountId ?? context.address ?? "";
  realm.counted.add(
    JSON.stringify([code, operation, who, client]),
    withContext(
      {
        realm: realm.realm,
        type: "authorization.refused",
        at: realm.clock.now(),
        actor: principal === undefined ? "anonymous" : "account",
        ...(accountId !== undefined && { accountId }),
        ...(familyId !== undefined && { familyId }),
        detail: { operation, reason: code, ...(client !== undefined && { client_id: client }) },
      },
      context,
    ),
  );
}
