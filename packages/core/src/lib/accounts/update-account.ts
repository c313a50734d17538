// What an account's owner changes of it: attributes and identifiers. A changed identifier raises the security version and keeps the sessions.
import type { FieldProblem } from "../errors/field-problem.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { recordEvent } from "../events/record-event.ts";
import type { Principal, RequestContext, UpdateAccountInput } from "../provider.ts";
import type { Realm } from "../realm.ts";
import type { Account } from "./account.ts";
import { lockBearer, readBearer } from "./bearer.ts";
import { enterIdentifiers, refuseProblems } from "./enter-identifiers.ts";

/** Applies a change: `null` clears, absent keeps. */
export async function updateAccount(
  realm: Realm,
  principal: Principal,
  input: UpdateAccountInput,
  context: RequestContext,
): Promise<Account> {
  const entries = Object.entries(input.identifiers ?? {});
  const entered = enterIdentifiers(
    Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null)),
    realm.policy,
  );
  const removed = entries.filter(([, value]) => value === null).map(([kind]) => kind);
  refuseNeeded(realm, removed);
  const bearer = await readBearer(realm, principal);
  const at = realm.clock.now();
  return realm.storage.transact(async (tx) => {
    const account = await lockBearer(realm, tx, bearer);
    const set = entered.filter(({ kind, value }) => account.identifiers[kind] !== value);
    const remove = removed.filter((kind) => Object.hasOwn(account.identifiers, kind));
    const attributes = changedAttributes(account, input);
    if (set.length === 0 && remove.length === 0 && attributes === undefined) return account;
    const raiseSecurityVersion = set.length > 0 || remove.length > 0;
    const outcome = await tx.accounts.change({
      realm: realm.realm,
      id: account.id,
      at,
      changes: {
        setIdentifiers: set,
        removeIdentifiers: remove,
        ...(attributes && { attributes }),
        raiseSecurityVersion,
      },
    });
    if (outcome.outcome === "identifier_taken") throw new IdentityError("identifier_taken", { kinds: outcome.kinds });
    if (outcome.outcome === "unknown") throw new IdentityError("access_token_account_unknown");
    if (raiseSecurityVersion) {
      await tx.families.restamp({
        realm: realm.realm,
        accountId: account.id,
        accountVersion: outcome.account.securityVersion,
      });
    }
    const fields = [...set.map(({ kind }) => kind), ...remove, ...Object.keys(attributes ?? {})];
    await recordEvent(
      tx,
      { realm: realm.realm, type: "account.updated", at, actor: "account", accountId: account.id, detail: { fields } },
      context,
    );
    return outcome.account;
  });
}

// An account without anything to log in with would be lost.
function refuseNeeded(realm: Realm, removed: readonly string[]): void {
  const needed = removed.filter((kind) => realm.policy.logInWith.includes(kind));
  const problem: readonly FieldProblem[] = [{ problem: "null" }];
  refuseProblems(Object.fromEntries(needed.map((kind) => [kind, problem])));
}

function changedAttributes(account: Account, input: UpdateAccountInput): UpdateAccountInput["attributes"] | undefined {
  const changed = Object.entries(input.attributes ?? {}).filter(
    ([name, value]) => JSON.stringify(account.attributes[name] ?? null) !== JSON.stringify(value),
  );
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}
