// Log-in with a one-time code: read → digest → one unit that locks the account, tries the code and opens the family. A refused try commits too: it is counted.
import type { Stores } from "../../ports.ts";
import type { Account } from "../accounts/account.ts";
import type { IdentityErrorCode } from "../errors/identity-error.ts";
import { isVerified, verifiedAttribute } from "../accounts/verified-address.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { recordEvent } from "../events/record-event.ts";
import { issueTokens, openFamily } from "../issuance/open-family.ts";
import type { IssuedTokens, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import type { CodeAttempt, OneTimeCode } from "./code-store.ts";
import { codeKind, findReceiver } from "./request-code.ts";

/** What a person enters. */
export interface CodeLogInInput {
  readonly identifier: string;
  readonly kind?: string;
  /** Absent: `code_missing`. */
  readonly code: string | undefined;
  readonly clientId?: string;
}

type Outcome = { readonly refused: IdentityErrorCode } | { readonly account: Account; readonly family: TokenFamily };

/** Uses a code and opens a family. */
export async function logInWithCode(
  realm: Realm,
  input: CodeLogInInput,
  context: RequestContext,
): Promise<{ readonly account: Account; readonly tokens: IssuedTokens }> {
  const kind = codeKind(realm, input.kind);
  if (input.code === undefined || input.code === "") throw new IdentityError("code_missing");
  const found = await findReceiver(realm, kind, input.identifier);
  const attempt = await prepareAttempt(realm, found, input.code);
  const now = attempt.now;
  const entering = { clientId: input.clientId, kind };
  const outcome = await realm.storage.transact(async (tx): Promise<Outcome> => {
    const judged = found === undefined ? "code_invalid" : await enter(realm, tx, found, attempt, entering, context);
    if (typeof judged !== "string") return judged;
    await recordFailure(tx, realm.realm, kind, found, judged, now, context);
    return { refused: judged };
  });
  if ("refused" in outcome) throw new IdentityError(outcome.refused);
  const { account, family } = outcome;
  return { account, tokens: await issueTokens(realm, family, account, now) };
}

// An unknown account costs a read, a digest and a unit like a known one.
async function prepareAttempt(realm: Realm, account: Account | undefined, code: string): Promise<CodeAttempt> {
  const place = { realm: realm.realm, accountId: account?.id ?? "", purpose: "log_in" } as const;
  const id = (await realm.storage.read.codes.current(place))?.id ?? "";
  const digest = await realm.digestCode({ ...place, id }, code);
  return { ...place, id, accountVersion: account?.securityVersion ?? 0, digest, now: realm.clock.now() };
}

/** The account is locked first, so that nothing changes it between the code's use and the family. */
async function enter(
  realm: Realm,
  tx: Stores,
  found: Account,
  attempt: CodeAttempt,
  { clientId, kind }: { readonly clientId: string | undefined; readonly kind: string },
  context: RequestContext,
): Promise<Exclude<Outcome, { refused: unknown }> | IdentityErrorCode> {
  const { now } = attempt;
  const locked = await tx.accounts.lock({ realm: realm.realm, id: found.id });
  if (locked === undefined) return "code_invalid";
  if (!(await tx.codes.attempt({ ...attempt, accountVersion: locked.securityVersion })))
    return judgeRefusal(await tx.codes.current(attempt), attempt, locked.securityVersion);
  // The status is told only to whoever has the code.
  if (locked.status !== "active") return `account_${locked.status}`;
  const { id, securityVersion } = locked;
  await tx.accounts.admit({ realm: realm.realm, id, securityVersion, statuses: ["active"], at: now });
  if (!isVerified(locked, kind)) {
    const changes = { attributes: verifiedAttribute(locked, kind), raiseSecurityVersion: false };
    await tx.accounts.change({ realm: realm.realm, id, changes, at: now });
  }
  const family = await openFamily(realm, tx, locked, { now, clientId, context });
  const detail = { authenticator: "one_time_code" };
  await recordEvent(
    tx,
    {
      realm: realm.realm,
      type: "account.logged_in",
      at: now,
      actor: "account",
      accountId: id,
      familyId: family.id,
      detail,
    },
    context,
  );
  return { account: { ...locked, lastLogInAt: now }, family };
}

/** Why a try was refused. What a code was is told only to whoever has it; that no more tries are judged, to everybody. Pure. */
export function judgeRefusal(
  code: OneTimeCode | undefined,
  attempt: CodeAttempt,
  accountVersion: number,
): "code_invalid" | "code_used" | "code_expired" | "code_exhausted" {
  if (code?.id !== attempt.id || code.accountVersion !== accountVersion) return "code_invalid";
  if (code.digest === attempt.digest) {
    if (code.usedAt !== null) return "code_used";
    if (code.expiresAt <= attempt.now) return "code_expired";
  }
  const isDead = code.usedAt !== null || code.expiresAt <= attempt.now;
  return !isDead && code.attemptsLeft <= 0 ? "code_exhausted" : "code_invalid";
}

function recordFailure(
  tx: Stores,
  realm: string,
  kind: string,
  account: Account | undefined,
  code: IdentityErrorCode,
  at: number,
  context: RequestContext,
): Promise<void> {
  const detail = { authenticator: "one_time_code", identifier_kind: kind, reason: code };
  const accountId = account && { accountId: account.id };
  return recordEvent(
    tx,
    { realm, type: "account.log_in_failed", at, actor: "anonymous", ...accountId, detail },
    context,
  );
}
