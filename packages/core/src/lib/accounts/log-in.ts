// Log-in: read → hash → one unit that begins with a conditional UPDATE of the account. Whatever changed the account while the password was being hashed makes the log-in start again.
import type { Stores } from "../../ports.ts";
import type { IdentityErrorCode } from "../errors/identity-error.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { recordEvent } from "../events/record-event.ts";
import { issueTokens, openFamily } from "../issuance/open-family.ts";
import type { IssuedTokens, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
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

/** Checks a password and opens a family. */
export async function logIn(
  realm: Realm,
  input: LogInInput,
  context: RequestContext,
): Promise<{ readonly account: Account; readonly tokens: IssuedTokens }> {
  const kind = input.kind ?? realm.policy.logInWith[0]!;
  for (let start = 0; start <= mostRestarts; start++) {
    const found = await findByIdentifier(realm, kind, input.identifier);
    refuseUnknown(realm, found);
    const { matches, outdated } = await realm.hasher.verify(input.password, found?.passwordHash ?? null);
    const now = realm.clock.now();
    const failed = (code: IdentityErrorCode) => recordFailure(realm, kind, found?.account, code, now, context);
    if (found === undefined || !matches) throw await failed("credentials_invalid");
    const { account } = found;
    // The status is told only to whoever knows the password.
    if (account.status !== "active") {
      await renewConfirmation(realm, account, context);
      throw await failed(`account_${account.status}`);
    }
    const replacement = outdated ? await tryHash(realm, input.password) : undefined;
    const family = await realm.storage.transact(async (tx) => {
      const admission = {
        realm: realm.realm,
        id: account.id,
        securityVersion: account.securityVersion,
        statuses: mayLogIn,
        at: now,
      };
      if (!(await tx.accounts.admit({ ...admission, ...(replacement !== undefined && { passwordHash: replacement }) })))
        return undefined;
      const opened = await openFamily(realm, tx, account, { now, clientId: input.clientId, context });
      await recordLogIn(tx, account, opened.id, now, context);
      return opened;
    });
    if (family !== undefined) {
      return { account: { ...account, lastLogInAt: now }, tokens: await issueTokens(realm, family, account, now) };
    }
  }
  throw new IdentityError("busy", { retryAfterSeconds: 1 });
}

/** Refuses an identifier that nobody has, where the realm tells. @throws IdentityError account_unknown */
export async function requireAccount(
  realm: Realm,
  { identifier, kind = realm.policy.logInWith[0]! }: Pick<LogInInput, "identifier" | "kind">,
): Promise<void> {
  if (realm.policy.revealsUnknownAccounts) refuseUnknown(realm, await findByIdentifier(realm, kind, identifier));
}

function refuseUnknown(realm: Realm, found: AccountWithPassword | undefined): void {
  if (found === undefined && realm.policy.revealsUnknownAccounts) throw new IdentityError("account_unknown");
}

function findByIdentifier(realm: Realm, kind: string, entered: string): Promise<AccountWithPassword | undefined> {
  const rule = realm.policy.logInWith.includes(kind) ? realm.policy.identifiers[kind] : undefined;
  const check = rule && checkIdentifier(kind, entered, rule);
  // What cannot be an identifier is asked for all the same: it takes the way of an unknown one.
  const key = check !== undefined && "identifier" in check ? check.identifier.key : "";
  return realm.storage.read.accounts.byIdentifier({ realm: realm.realm, kind, key });
}

async function recordFailure(
  realm: Realm,
  kind: string,
  account: Account | undefined,
  code: IdentityErrorCode,
  at: number,
  context: RequestContext,
): Promise<IdentityError> {
  const detail = { authenticator: "password", identifier_kind: kind, reason: code };
  const accountId = account && { accountId: account.id };
  await realm.storage.transact((tx) =>
    recordEvent(
      tx,
      { realm: realm.realm, type: "account.log_in_failed", at, actor: "anonymous", ...accountId, detail },
      context,
    ),
  );
  return new IdentityError(code);
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
