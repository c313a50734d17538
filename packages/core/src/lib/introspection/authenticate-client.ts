// A resource server proves who it is: id and secret (RFC 7662 §2.1). A wrong secret is a failed guess of its address.
// Who proved it from an address goes on doing so without a query: presenting the secret that was right is no guess.
import { sha256 } from "@noble/hashes/sha2.js";
import { IdentityError } from "../errors/identity-error.ts";
import { equalTexts, toHex, utf8 } from "../kernel/bytes.ts";
import type { Soon } from "../kernel/soon.ts";
import type { RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";

const mostProofs = 1000;

/** A secret's digest where the runtime has no faster one. */
export function portableDigest(secret: string): string {
  return toHex(sha256(utf8(secret)));
}

/**
 * Refuses whoever is no resource server of the realm; at once where the secret was proved before. Digests make the comparison independent of the secrets' lengths; an unknown id costs the same.
 * @throws IdentityError client_unauthenticated, rate_limited
 */
export function requireResourceServer(
  realm: Realm,
  client: { readonly id: string; readonly secret: string } | undefined,
  context: RequestContext,
): Soon<void> {
  if (client === undefined) throw new IdentityError("client_unauthenticated");
  const presented = realm.digestSecret(client.secret);
  const place = `${realm.throttle.groupOf(context) ?? ""} ${client.id}`;
  const proof = realm.provedClients.get(place);
  if (proof !== undefined && equalTexts(presented, proof)) return;
  return judgeSecret(realm, { id: client.id, presented, place }, context);
}

async function judgeSecret(
  realm: Realm,
  { id, presented, place }: { readonly id: string; readonly presented: string; readonly place: string },
  context: RequestContext,
): Promise<void> {
  const failures = await realm.throttle.allowance(["failuresPerAddress"], context);
  const known = realm.resourceServers.find((server) => server.id === id);
  if (equalTexts(presented, realm.digestSecret(known?.secret ?? "")) && known !== undefined) {
    remember(realm.provedClients, place, presented);
    return;
  }
  const refusal = await failures.count(realm.storage);
  throw refusal === undefined ? new IdentityError("client_unauthenticated") : realm.throttle.refuse(refusal, context);
}

function remember(proved: Realm["provedClients"], place: string, proof: string): void {
  proved.set(place, proof);
  if (proved.size > mostProofs) proved.delete(proved.keys().next().value!);
}
