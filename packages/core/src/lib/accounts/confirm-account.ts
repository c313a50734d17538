// Confirmation: an account that signed up is pending until the code that was sent to it comes back. The code is random; the account keeps its digest.
import { IdentityError } from "../errors/identity-error.ts";
import { recordEvent } from "../events/record-event.ts";
import { equalBytes, fromHex, toHex, utf8 } from "../kernel/bytes.ts";
import type { JsonValue } from "../kernel/json.ts";
import type { RandomBytes } from "../kernel/random.ts";
import type { RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import type { Account } from "./account.ts";

/** The attribute that holds the digest until the account is confirmed. */
const attribute = "confirmation_sha256";

/** Makes a code of 64 hexadecimal digits and what the account keeps of it. */
export async function createConfirmation(
  random: RandomBytes,
): Promise<{ readonly code: string; readonly attributes: Readonly<Record<string, JsonValue>> }> {
  const code = toHex(random(32));
  return { code, attributes: { [attribute]: toHex(await digest(code)) } };
}

/** Makes the account active. @throws IdentityError account_unknown, code_invalid, code_used */
export async function confirmAccount(
  realm: Realm,
  input: { readonly number: number; readonly code: string },
  context: RequestContext,
): Promise<Account> {
  const presented = await digest(input.code);
  const found = await realm.storage.read.accounts.byNumber({ realm: realm.realm, number: input.number });
  if (found === undefined) throw new IdentityError("account_unknown");
  const at = realm.clock.now();
  return realm.storage.transact(async (tx) => {
    const account = await tx.accounts.lock({ realm: realm.realm, id: found.id });
    if (account === undefined) throw new IdentityError("account_unknown");
    if (account.status === "active") throw new IdentityError("code_used");
    if (account.status !== "pending" || !equalBytes(presented, digestOf(account)))
      throw new IdentityError("code_invalid");
    const outcome = await tx.accounts.change({
      realm: realm.realm,
      id: account.id,
      at,
      changes: { status: "active", attributes: { [attribute]: null }, raiseSecurityVersion: true },
    });
    if (outcome.outcome !== "changed") throw new IdentityError("account_unknown");
    const { id: accountId, securityVersion: accountVersion } = outcome.account;
    await tx.families.restamp({ realm: realm.realm, accountId, accountVersion });
    const detail = { from: account.status, to: "active" };
    await recordEvent(
      tx,
      { realm: realm.realm, type: "account.status_changed", at, actor: "account", accountId, detail },
      context,
    );
    return outcome.account;
  });
}

function digestOf(account: Account): Uint8Array {
  const kept = account.attributes[attribute];
  return (typeof kept === "string" ? fromHex(kept) : undefined) ?? new Uint8Array();
}

async function digest(code: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(code)));
}
