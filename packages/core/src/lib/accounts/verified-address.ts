// Which of its addresses an account has proved to be its own, by a code that came back. An attribute keeps the address itself, so another address is not verified.
import type { JsonValue } from "../kernel/json.ts";
import type { Account } from "./account.ts";

const nameOf = (kind: string) => `verified_${kind}`;

/** Whether the account's identifier of this kind was verified. */
export function isVerified(
  { identifiers, attributes }: Pick<Account, "identifiers" | "attributes">,
  kind: string,
): boolean {
  return identifiers[kind] !== undefined && attributes[nameOf(kind)] === identifiers[kind];
}

/** The attribute that says so. */
export function verifiedAttribute(
  { identifiers }: Pick<Account, "identifiers">,
  kind: string,
): Readonly<Record<string, JsonValue>> {
  return { [nameOf(kind)]: identifiers[kind] ?? null };
}
