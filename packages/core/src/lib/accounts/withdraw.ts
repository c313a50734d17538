// Withdrawal: every token dead, the identifiers free again, the number never. What an embedding application keeps of the account goes in the same unit.
import { IdentityError } from "../errors/identity-error.ts";
import { recordEvent } from "../events/record-event.ts";
import type { JsonValue } from "../kernel/json.ts";
import type { Principal, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { endFamiliesOfAccount } from "../revocation/end-families.ts";
import type { Account } from "./account.ts";
import { lockBearer, readBearer, requirePassword } from "./bearer.ts";
import { refuseProblems } from "./enter-identifiers.ts";

/** What the bearer shows before it is withdrawn. */
interface Withdrawal {
  readonly password?: string;
  readonly attributes?: Readonly<Record<string, JsonValue>>;
}

/** Withdraws the bearer's account. */
export async function withdraw(
  realm: Realm,
  principal: Principal,
  input: Withdrawal,
  context: RequestContext,
): Promise<void> {
  const bearer = await readBearer(realm, principal);
  if (input.password !== undefined) {
    const { password } = input;
    await requirePassword(realm, bearer, { password, field: "password", context });
  }
  const at = realm.clock.now();
  await realm.storage.transact(async (tx) => {
    const account = await lockBearer(realm, tx, bearer);
    if (input.password !== undefined && account.securityVersion !== bearer.securityVersion) {
      throw new IdentityError("busy", { retryAfterSeconds: 1 });
    }
    requireAttributes(account, input);
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

// Inside the unit, so that it is the newest value that is compared.
function requireAttributes(account: Account, { attributes = {} }: Withdrawal): void {
  const wrong = Object.keys(attributes).filter(
    (name) => JSON.stringify(account.attributes[name] ?? null) !== JSON.stringify(attributes[name]),
  );
  refuseProblems(Object.fromEntries(wrong.map((name) => [name, [{ problem: "incorrect" }] as const])));
}
