// Whether identifiers are free, for forms that ask before they are sent. An answer is no promise: sign-up decides.
import { IdentityError } from "../errors/identity-error.ts";
import type { Realm } from "../realm.ts";
import { enterIdentifiers } from "./enter-identifiers.ts";

/** Passes where no account has any of them. @throws IdentityError identifier_taken with `kinds`, request_malformed */
export async function checkAvailable(realm: Realm, entered: Readonly<Record<string, string>>): Promise<void> {
  const taken: string[] = [];
  for (const { kind, key } of enterIdentifiers(entered, realm.policy)) {
    const found = await realm.storage.read.accounts.byIdentifier({ realm: realm.realm, kind, key });
    if (found !== undefined) taken.push(kind);
  }
  if (taken.length > 0) throw new IdentityError("identifier_taken", { kinds: taken });
}
