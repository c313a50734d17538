// Where a contract takes back the code that confirms an account: for the link in the message that carries it.
import type { WireContract } from "./wire-contract.ts";

/** The path of the contract's `confirmAccount` with `{number}` and `{code}` in it, below its mount; `undefined` where it has none that a link can name. */
export function confirmationPath({ operations }: WireContract): string | undefined {
  const operation = operations.find(({ does, method }) => does === "confirmAccount" && method === "GET");
  if (operation === undefined) return undefined;
  const path = Object.entries(operation.fields ?? {}).reduce(
    (made, [name, { to }]) => made.replace(`{${name}}`, `{${to}}`),
    operation.paths[0],
  );
  return path.includes("{number}") && path.includes("{code}") ? path : undefined;
}
