// Sign-up: prepare (check, hash) → one unit (account, family, event) → sign.
import type { Stores } from "../../ports.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { actedBy, recordEvent } from "../events/record-event.ts";
import { issueTokens, openFamily } from "../issuance/open-family.ts";
import { hashNewPassword } from "../passwords/new-password.ts";
import type { Actor, CreateAccountInput, IssuedTokens, RequestContext, SignUpInput } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { rememberSignUp } from "../throttling/guess.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import type { Account, AccountStatus } from "./account.ts";
import { createAccountId } from "./account-id.ts";
import type { NewAccount } from "./account-store.ts";
import { confirmedKind, prepareConfirmation, recordConfirmation } from "./confirm-account.ts";
import type { PreparedConfirmation } from "./confirm-account.ts";
import { enterIdentifiers } from "./enter-identifiers.ts";

/** Creates an account and, where the realm lets it, its first family. */
export async function signUp(
  realm: Realm,
  input: SignUpInput,
  context: RequestContext,
): Promise<{ readonly account: Account; readonly tokens: IssuedTokens | null }> {
  const { policy } = realm;
  if (policy.signUp === "closed") throw new IdentityError("signup_closed");
  const status = policy.signUp === "open" ? "active" : "pending";
  const signUps = await realm.throttle.allowance(["signUpsPerAddress"], context);
  const fresh = await prepareAccount(realm, input, { status, roles: policy.rolesAtSignUp });
  const confirmation = policy.signUp === "confirmation" ? await askToConfirm(realm, fresh) : undefined;
  const wantsTokens = (input.issueTokens ?? policy.tokensAtSignUp) && (status === "active" || policy.tokensForPending);
  // Who waits for approval or a confirmation has proved nothing yet: the first log-in makes the address known.
  const rememberAddress = status === "active" ? rememberSignUp(realm.throttle, fresh.id, context) : async () => {};
  const outcome = await realm.storage.transact(async (tx) => {
    const refusal = await signUps.take(tx);
    if (refusal !== undefined) return { refusal };
    const created = await createAccountIn(tx, fresh, { kind: "account" }, context);
    if (confirmation !== undefined) await recordConfirmation(tx, created, confirmation);
    let opened: TokenFamily | null = null;
    if (wantsTokens)
      opened = await openFamily(realm, tx, created, { now: fresh.createdAt, clientId: input.clientId, context });
    await rememberAddress(tx, fresh.createdAt);
    return { account: created, family: opened };
  });
  if ("refusal" in outcome) throw realm.throttle.refuse(outcome.refusal, context);
  const { account, family } = outcome;
  if (confirmation !== undefined) realm.outbox.kick();
  return { account, tokens: family && (await issueTokens(realm, family, account, fresh.createdAt)) };
}

function askToConfirm(realm: Realm, fresh: NewAccount): Promise<PreparedConfirmation> {
  const kind = confirmedKind(realm);
  const address = fresh.identifiers.find((identifier) => identifier.kind === kind)?.value;
  if (address === undefined)
    throw new IdentityError("request_malformed", { fields: { [kind]: [{ problem: "required" }] } });
  if (!realm.outbox.canRecord) throw new IdentityError("message_undeliverable");
  return prepareConfirmation(realm, { ...fresh, address }, fresh.createdAt);
}

/** Creates an account for an operator. */
export async function createAccount(
  realm: Realm,
  input: CreateAccountInput,
  actor: Actor,
  context: RequestContext,
): Promise<Account> {
  const fresh = await prepareAccount(realm, input, {
    status: input.status ?? "active",
    roles: input.roles ?? realm.policy.rolesAtSignUp,
  });
  return realm.storage.transact((tx) => createAccountIn(tx, fresh, actor, context));
}

async function prepareAccount(
  realm: Realm,
  input: SignUpInput | CreateAccountInput,
  given: { readonly status: AccountStatus; readonly roles: readonly string[] },
): Promise<NewAccount> {
  const identifiers = enterIdentifiers(input.identifiers, realm.policy);
  const passwordHash =
    input.password === undefined ? null : await hashNewPassword(realm, input.password, { identifiers });
  // After the hash, which may have waited for its turn.
  const createdAt = realm.clock.now();
  return {
    realm: realm.realm,
    id: createAccountId(createdAt, realm.random),
    ...given,
    identifiers,
    attributes: input.attributes ?? {},
    passwordHash,
    createdAt,
  };
}

async function createAccountIn(tx: Stores, fresh: NewAccount, actor: Actor, context: RequestContext): Promise<Account> {
  const outcome = await tx.accounts.create(fresh);
  // Nothing of the account stays: throwing rolls back.
  if (outcome.outcome === "identifier_taken") throw new IdentityError("identifier_taken", { kinds: outcome.kinds });
  if (outcome.outcome === "account_taken") throw new TypeError(`There is or was an account ${fresh.id} already`);
  const { account } = outcome;
  await recordEvent(
    tx,
    {
      realm: account.realm,
      type: "account.signed_up",
      at: fresh.createdAt,
      ...actedBy(actor),
      accountId: account.id,
    },
    context,
  );
  return account;
}
