// Log-in: read → hash → one unit that judges the guess under its limits and begins with a conditional UPDATE of the account.
// Whatever changed the account while the password was being hashed makes the log-in start again.
import type { Stores } from "../../ports.ts";
import type { IdentityErrorCode } from "../errors/identity-error.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { recordEvent } from "../events/record-event.ts";
import { issueTokens, openFamily } from "../issuance/open-family.ts";
import type { IssuedTokens, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { beginGuess, type Guess } from "../throttling/guess.ts";
import { subjectOf, type Refusal } from "../throttling/meter.ts";
import type { Allowance } from "../throttling/throttle.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import type { Account, AccountStatus } from "./account.ts";
import type { AccountWithPassword } from "./account-store.ts";
import { renewConfirmation } from "./confirm-account.ts";
import { checkIdentifier } from "./identifier-rules.ts";

/** Beyond this many restarts an account that keeps changing is `busy`. */
const mostRestarts = 2;
const mayLogIn: readonly AccountStatus[] = ["active"];

/** What a person enters. */
export interface LogInInput {
  readonly identifier: string;
  readonly kind?: string;
  readonly password: string;
  readonly clientId?: string;
}

type Answered = { readonly account: Account; readonly tokens: IssuedTokens };
type Outcome = { readonly family: TokenFamily } | { readonly code: IdentityErrorCode } | { readonly refusal: Refusal };

/** Checks a password and opens a family. */
export async function logIn(realm: Realm, input: LogInInput, context: RequestContext): Promise<Answered> {
  const kind = input.kind ?? realm.policy.logInWith[0]!;
  const key = keyOf(realm, kind, input.identifier);
  const subject = subjectOf(kind, key, input.identifier);
  const guess = beginGuess(realm.throttle, { authenticator: "password", subject, context });
  const logIns = await realm.throttle.allowance(["logInsPerAddress"], context);
  for (let start = 0; start <= mostRestarts; start++) {
    const found = await realm.storage.read.accounts.byIdentifier({ realm: realm.realm, kind, key });
    await guess.begin(found?.account.id);
    const reveals = found === undefined && realm.policy.revealsUnknownAccounts;
    const { matches, outdated } = reveals
      ? { matches: false, outdated: false }
      : await realm.hasher.verify(input.password, found?.passwordHash ?? null);
    const attempt: Attempt = { kind, guess, logIns, found, matches, now: realm.clock.now(), clientId: input.clientId };
    // Judged before the second hash: how long an answer takes tells nothing of a guess that is refused.
    const refused = outdated ? await guess.ask(realm.storage.read) : undefined;
    const replacement = outdated && refused === undefined ? await tryHash(realm, input.password) : undefined;
    const outcome = await realm.storage.transact((tx) => settle(realm, tx, { ...attempt, replacement }, context));
    if (outcome === undefined) continue;
    if ("refusal" in outcome) throw guess.refuse(outcome.refusal);
    if ("code" in outcome) {
      if (matches) await renewConfirmation(realm, found!.account, context);
      throw new IdentityError(outcome.code);
    }
    const { account } = found!;
    const tokens = await issueTokens(realm, outcome.family, account, attempt.now);
    return { account: { ...account, lastLogInAt: attempt.now }, tokens };
  }
  throw new IdentityError("busy", { retryAfterSeconds: 1 });
}

interface Attempt {
  readonly kind: string;
  readonly guess: Guess;
  readonly logIns: Allowance;
  readonly found: AccountWithPassword | undefined;
  readonly matches: boolean;
  readonly now: number;
  readonly clientId: string | undefined;
  readonly replacement?: string | undefined;
}

/** The unit of a log-in. What failed is counted where it is recorded; `undefined`: the account has changed since it was read. */
async function settle(
  realm: Realm,
  tx: Stores,
  { kind, guess, logIns, found, matches, now, clientId, replacement }: Attempt,
  context: RequestContext,
): Promise<Outcome | undefined> {
  const refusal = (await guess.ask(tx)) ?? (await logIns.ask(tx));
  if (refusal !== undefined) return { refusal };
  if (found === undefined || !matches) {
    const outrun = await guess.fail(tx);
    if (outrun !== undefined) return { refusal: outrun };
    const reveals = found === undefined && realm.policy.revealsUnknownAccounts;
    return recordFailure(
      realm,
      tx,
      kind,
      found?.account,
      reveals ? "account_unknown" : "credentials_invalid",
      now,
      context,
    );
  }
  const { account } = found;
  // The status is told only to whoever knows the password.
  if (account.status !== "active")
    return recordFailure(realm, tx, kind, account, `account_${account.status}`, now, context);
  const usedUp = await logIns.take(tx);
  if (usedUp !== undefined) return { refusal: usedUp };
  const { id, securityVersion } = account;
  const admission = { realm: realm.realm, id, securityVersion, statuses: mayLogIn, at: now };
  if (!(await tx.accounts.admit({ ...admission, ...(replacement !== undefined && { passwordHash: replacement }) })))
    return tx.abort(undefined);
  const family = await openFamily(realm, tx, account, { now, clientId, context });
  await guess.succeed(tx);
  await recordLogIn(tx, account, family.id, now, context);
  return { family };
}

/** Refuses an identifier that nobody has, where the realm tells. @throws IdentityError account_unknown */
export async function requireAccount(
  realm: Realm,
  { identifier, kind = realm.policy.logInWith[0]! }: Pick<LogInInput, "identifier" | "kind">,
): Promise<void> {
  if (!realm.policy.revealsUnknownAccounts) return;
  const key = keyOf(realm, kind, identifier);
  const found = await realm.storage.read.accounts.byIdentifier({ realm: realm.realm, kind, key });
  if (found === undefined) throw new IdentityError("account_unknown");
}

function keyOf(realm: Realm, kind: string, entered: string): string {
  const rule = realm.policy.logInWith.includes(kind) ? realm.policy.identifiers[kind] : undefined;
  const check = rule && checkIdentifier(kind, entered, rule);
  // What cannot be an identifier is asked for all the same: it takes the way of an unknown one.
  return check !== undefined && "identifier" in check ? check.identifier.key : "";
}

async function recordFailure(
  realm: Realm,
  tx: Stores,
  kind: string,
  account: Account | undefined,
  code: IdentityErrorCode,
  at: number,
  context: RequestContext,
): Promise<{ readonly code: IdentityErrorCode }> {
  const detail = { authenticator: "password", identifier_kind: kind, reason: code };
  const accountId = account && { accountId: account.id };
  await recordEvent(
    tx,
    { realm: realm.realm, type: "account.log_in_failed", at, actor: "anonymous", ...accountId, detail },
    context,
  );
  return { code };
}

function recordLogIn(
  tx: Stores,
  account: Account,
  familyId: string,
  at: number,
  context: RequestContext,
): Promise<void> {
  return recordEvent(
    tx,
    {
      realm: account.realm,
      type: "account.logged_in",
      at,
      actor: "account",
      accountId: account.id,
      familyId,
      detail: { authenticator: "password" },
    },
    context,
  );
}

// A replacement that fails (a full queue) never fails a log-in.
async function tryHash(realm: Realm, password: string): Promise<string | undefined> {
  try {
    return await realm.hasher.hash(password);
  } catch {
    return undefined;
  }
}
