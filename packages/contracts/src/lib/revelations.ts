// What strangers learn of accounts by asking a contract, read off its tables: for operators, and for tests that hold an implementation to exactly that.
import type { RealmPolicy } from "@latchkey/core";
import type { AnyWireOperation, WireContract } from "./wire-contract.ts";
import type { WireField } from "./wire-field.ts";

/** Something that an operation tells whoever asks. */
export interface Revelation {
  /** `POST /signup`. */
  readonly at: string;
  /** What is told, as the end of "tells …". */
  readonly tells: string;
  /** Whether it is sign-up, which cannot take a name twice: told wherever people choose their names. */
  readonly isSignUp: boolean;
}

/** Everything that the contract tells strangers of accounts, under the realm's policy (default: the contract's). */
export function revelationsOf(
  contract: WireContract,
  policy: Partial<RealmPolicy> = contract.policy,
): readonly Revelation[] {
  return contract.operations.flatMap((operation) => {
    const tells = toldBy(operation, contract, policy);
    const isSignUp = operation.does === "signUp";
    return tells === undefined ? [] : [{ at: `${operation.method} ${operation.paths[0]}`, tells, isSignUp }];
  });
}

function toldBy(operation: AnyWireOperation, contract: WireContract, policy: Partial<RealmPolicy>): string | undefined {
  const errors = { ...contract.errors, ...operation.errors };
  const identifiers = Object.entries<WireField>(operation.fields ?? {})
    .filter(([, { to }]) => to?.startsWith("identifiers."))
    .map(([name]) => name)
    .join(", ");
  switch (operation.does) {
    case "signUp":
      return policy.signUp === "closed" ? undefined : `whether a value of ${identifiers} is taken`;
    case "checkAvailable":
      return `whether a value of ${identifiers} is taken`;
    case "logIn":
      return policy.revealsUnknownAccounts ? "which accounts exist" : undefined;
    case "requestCode":
      return "which accounts exist, and their status";
    case "logInWithCode":
      return errors.code_exhausted.name === errors.code_invalid.name ? undefined : "which accounts have a code";
    case "readAccountByNumber":
      return "who has which number";
    case "confirmAccount":
      return errors.code_used.name === errors.code_invalid.name ? undefined : "which numbers are confirmed";
    default:
      return undefined;
  }
}
