// A new password: judged by the realm's rule, then hashed. Every use case that sets one comes here.
import type { FieldProblem } from "../errors/field-problem.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { Realm } from "../realm.ts";
import { guessable } from "./guessable-password.ts";
import { checkPassword } from "./password-rule.ts";

/** Whose password it is to be. */
export interface PasswordOwner {
  /** The input's field that a problem is told of. Default `password`. */
  readonly field?: string;
  /** What names the account: no password may be made of it. */
  readonly identifiers: readonly { readonly value: string }[];
}

/** Checks a new password and hashes it. @throws IdentityError password_unacceptable, busy */
export async function hashNewPassword(
  realm: Realm,
  password: string,
  { field = "password", identifiers }: PasswordOwner,
): Promise<string> {
  const problems = checkPassword(password, realm.policy.passwordRule);
  const found = problems.length > 0 ? problems : await guessableProblems(realm, password, identifiers);
  if (found.length > 0) throw new IdentityError("password_unacceptable", { fields: { [field]: found } });
  return realm.hasher.hash(password);
}

async function guessableProblems(
  realm: Realm,
  password: string,
  identifiers: PasswordOwner["identifiers"],
): Promise<readonly FieldProblem[]> {
  if (realm.policy.passwordRule.refuseGuessable !== true) return [];
  const words = [...realm.serviceWords, ...identifiers.map(({ value }) => value)];
  const problem = guessable(password, await realm.commonPasswords(), words);
  return problem === undefined ? [] : [{ problem }];
}
