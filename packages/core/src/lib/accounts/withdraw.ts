// Withdrawal: every token dead, the identifiers free again, the number never. What an embedding application keeps of the account goes in the same unit.
import { IdentityError } from "../errors/identity-error.ts";
import { recordEvent } from "../events/record-event.ts";
import type { Principal, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { endFamiliesOfAccount } from "../revocation/end-families.ts";
import { lockBearer, readBearer, requirePassword } from "./bearer.ts";

/** Withdraws the bearer's account. */
export async function withdraw(
  realm: Realm,
  principal: Principal,
  input: { readonly password?: string },
  context: RequestContext,
): Promise<void> {
  const bearer = await readBearer(realm, principal);
  if (input.password !== undefined) await requirePassword(realm, bearer, input.password, "password");
  const at = realm.clock.now();
  await realm.storage.transact(async (tx) => {
    const account = await lockBearer(realm, tx, bearer);
    if (input.password !== undefined && account.securityVersion !== bearer.securityVersion) {
      throw new IdentityError("busy", { retryAfterSeconds: 1 });
    }
    await realm.onWithdraw(tx, account);
    await endFamiliesOfAccount(realm, tx, { accountId: account.id, now: at, reason: "withdrawn" });
    await tx.accounts.withdraw({ realm: realm.realm, id: account.id, at });
    await recordEvent(
      tx,
      { realm: realm.realm, type: "account.withdrawn", at, actor: "account", accountId: account.id },
      context,
    );
  });
}
