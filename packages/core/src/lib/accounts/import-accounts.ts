// Accounts of another system: prepare (check, read the hash's form) → units of a hundred (account, event) → one outcome each. A row that was imported before is found again, never doubled.
import type { Stores } from "../../ports.ts";
import type { FieldProblem, FieldProblems } from "../errors/field-problem.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { actedBy, recordEvent } from "../events/record-event.ts";
import type { Actor, RequestContext } from "../provider.ts";
import type { ImportedAccountInput, ImportOptions, ImportOutcome } from "../provider-inputs.ts";
import type { Realm } from "../realm.ts";
import type { Account } from "./account.ts";
import { createAccountId, isAccountId } from "./account-id.ts";
import type { CreateAccountOutcome, NewAccount } from "./account-store.ts";
import { judgeAdministration } from "./administer-accounts.ts";
import { judgeIdentifiers } from "./enter-identifiers.ts";

/** Accounts per unit: a request beside the import waits for one at most. */
const unitSize = 100;
const longestAttributes = 16_384;
const numberLimit = 2 ** 31;
const lastInstant = 8_640_000_000_000_000;

/** An account to create, with what its row said of id and number. */
interface Prepared {
  readonly account: NewAccount;
  readonly keepsId: boolean;
}

/** Imports accounts, or with `dryRun` says what would become of them. */
export async function importAccounts(
  realm: Realm,
  inputs: readonly ImportedAccountInput[],
  { dryRun = false }: ImportOptions,
  by: { readonly actor: Actor; readonly context: RequestContext },
): Promise<readonly ImportOutcome[]> {
  const outcomes: ImportOutcome[] = [];
  for (let from = 0; from < inputs.length; from += unitSize) {
    if (from > 0) await new Promise<void>((resolve) => setTimeout(resolve, 0));
    const at = realm.clock.now();
    const prepared = inputs.slice(from, from + unitSize).map((input) => prepare(realm, input));
    const unit = await realm.storage.transact(async (tx) => {
      const imported: ImportOutcome[] = [];
      for (const each of prepared)
        imported.push(
          "error" in each ? { outcome: "refused", error: each.error } : await importOne(tx, each, { ...by, at }),
        );
      return dryRun ? tx.abort(imported) : imported;
    });
    outcomes.push(...unit);
  }
  return outcomes;
}

function prepare(realm: Realm, input: ImportedAccountInput): Prepared | { readonly error: IdentityError } {
  const { policy, clock } = realm;
  const { identifiers, problems } = judgeIdentifiers(input.identifiers, policy);
  const fields = { ...problems, ...judgeAdministration(input), ...judgeRest(realm, input) };
  if (Object.keys(fields).length > 0) return { error: new IdentityError("request_malformed", { fields }) };
  const createdAt = input.createdAt ?? clock.now();
  return {
    keepsId: input.id !== undefined,
    account: {
      realm: realm.realm,
      id: input.id ?? createAccountId(createdAt, realm.random),
      ...(input.number !== undefined && { number: input.number }),
      status: input.status ?? "active",
      roles: [...new Set(input.roles ?? policy.rolesAtSignUp)],
      identifiers,
      attributes: input.attributes ?? {},
      passwordHash: input.passwordHash ?? null,
      createdAt,
    },
  };
}

function judgeRest({ hasher }: Realm, input: ImportedAccountInput): FieldProblems {
  const { id, number, passwordHash, attributes, createdAt } = input;
  const wrong: readonly FieldProblem[] = [{ problem: "invalid_format" }];
  const isWhole = (figure: number, least: number, limit: number) =>
    Number.isSafeInteger(figure) && figure >= least && figure < limit;
  return {
    ...(Object.keys(input.identifiers).length === 0 && { identifiers: [{ problem: "required" }] }),
    ...(id !== undefined && !isAccountId(id) && { id: wrong }),
    ...(number !== undefined && !isWhole(number, 1, numberLimit) && { number: wrong }),
    ...(typeof passwordHash === "string" && !hasher.reads(passwordHash) && { passwordHash: wrong }),
    ...(attributes !== undefined &&
      JSON.stringify(attributes).length > longestAttributes && {
        attributes: [{ problem: "too_long", maximum: longestAttributes }],
      }),
    ...(createdAt !== undefined && !isWhole(createdAt, 0, lastInstant) && { createdAt: wrong }),
  };
}

/** The insertion decides; what it could not insert is looked at afterwards. */
async function importOne(
  tx: Stores,
  prepared: Prepared,
  by: { readonly actor: Actor; readonly context: RequestContext; readonly at: number },
): Promise<ImportOutcome> {
  const { account } = prepared;
  const created = await tx.accounts.create(account);
  if (created.outcome === "created") {
    const { realm, id } = created.account;
    const event = { realm, type: "account.imported", at: by.at, ...actedBy(by.actor), accountId: id } as const;
    await recordEvent(tx, event, by.context);
    return { outcome: "imported", account: created.account };
  }
  const present = await findPresent(tx, prepared);
  if (present !== undefined) return { outcome: "present", account: present };
  const kinds = await takenKinds(tx, prepared, created);
  return { outcome: "refused", error: new IdentityError("identifier_taken", { kinds }) };
}

/** The account that has all the identifiers, and the number and the id where they are given. */
async function findPresent(tx: Stores, { account, keepsId }: Prepared): Promise<Account | undefined> {
  let found: Account | undefined;
  for (const { kind, key } of account.identifiers) {
    const owner = await tx.accounts.byIdentifier({ realm: account.realm, kind, key });
    if (owner === undefined || (found !== undefined && owner.account.id !== found.id)) return undefined;
    found = owner.account;
  }
  const isSame = (account.number ?? found?.number) === found?.number && (!keepsId || account.id === found?.id);
  return isSame ? found : undefined;
}

async function takenKinds(
  tx: Stores,
  { account, keepsId }: Prepared,
  outcome: Exclude<CreateAccountOutcome, { readonly outcome: "created" }>,
): Promise<readonly string[]> {
  if (outcome.outcome === "identifier_taken") return outcome.kinds;
  const { realm, id, number } = account;
  if (keepsId && (await tx.accounts.byId({ realm, id })) !== undefined) return ["id"];
  // A withdrawn account has no name left; its number and its id never come back.
  return [...(number === undefined ? [] : ["number"]), ...(keepsId && number === undefined ? ["id"] : [])];
}
