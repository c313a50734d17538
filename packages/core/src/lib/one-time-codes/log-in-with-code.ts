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
import { beginGuess } from "../throttling/guess.ts";
import { subjectOf, type Refusal } from "../throttling/meter.ts";
import type { Allowance } from "../throttling/throttle.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import type { CodeAttempt, OneTimeCode } from "./code-store.ts";
import { codeKind, receiverKey } from "./request-code.ts";

/** What a person enters. */
export interface CodeLogInInput {
  readonly identifier: string;
  readonly kind?: string;
  /** Absent: `code_missing`. */
  readonly code: string | undefined;
  readonly clientId?: string;
}

type Entered = { readonly account: Account; readonly family: TokenFamily };
type Outcome = Entered | { readonly refused: IdentityErrorCode } | { readonly refusal: Refusal };

interface Entry {
  readonly attempt: CodeAttempt;
  readonly logIns: Allowance;
  readonly kind: string;
  readonly clientId: string | undefined;
  readonly context: RequestContext;
}

/** Uses a code and opens a family. */
export async function logInWithCode(
  realm: Realm,
  input: CodeLogInInput,
  context: RequestContext,
): Promise<{ readonly account: Account; readonly tokens: IssuedTokens }> {
  const kind = codeKind(realm, input.kind);
  if (input.code === undefined || input.code === "") throw new IdentityError("code_missing");
  const key = receiverKey(realm, kind, input.identifier);
  const subject = subjectOf(kind, key, input.identifier);
  const guess = beginGuess(realm.throttle, { authenticator: "one_time_code", subject, context });
  const logIns = await realm.throttle.allowance(["logInsPerAddress"], context);
  const found = (await realm.storage.read.accounts.byIdentifier({ realm: realm.realm, kind, key }))?.account;
  await guess.begin(found?.id);
  const attempt = await prepareAttempt(realm, found, input.code);
  const now = attempt.now;
  const outcome = await realm.storage.transact(async (tx): Promise<Outcome> => {
    const refusal = (await guess.ask(tx)) ?? (await logIns.ask(tx));
    if (refusal !== undefined) return { refusal };
    const entry = { attempt, logIns, kind, clientId: input.clientId, context };
    const judged = found === undefined ? "code_invalid" : await enter(realm, tx, found, entry);
    if (typeof judged !== "string") {
      await guess.succeed(tx);
      return judged;
    }
    // Whoever has the code does not guess, even where it comes too late.
    const outrun = judged === "code_invalid" || judged === "code_exhausted" ? await guess.fail(tx) : undefined;
    if (outrun !== undefined) return { refusal: outrun };
    await recordFailure(tx, realm.realm, kind, found, judged, now, context);
    return { refused: judged };
  });
  if ("refusal" in outcome) throw guess.refuse(outcome.refusal);
  if ("refused" in outcome) throw new IdentityError(outcome.refused);
  const { account, family } = outcome;
  return { account, tokens: await issueTokens(realm, family, account, now) };
}

// An unknown account costs a read, a digest and a unit like a known one.
async function prepareAttempt(realm: Realm, account: Account | undefined, code: string): Promise<CodeAttempt> {
  const place = { realm: realm.realm, accountId: account?.id ?? "", purpose: "log_in" } as const;
  const id = (await realm.storage.read.codes.current(place))?.id ?? "";
  const digest = realm.digestCode({ ...place, id }, code);
  return { ...place, id, accountVersion: account?.securityVersion ?? 0, digest, now: realm.clock.now() };
}

/** The account is locked first, so that nothing changes it between the code's use and the family. */
async function enter(
  realm: Realm,
  tx: Stores,
  found: Account,
  { attempt, logIns, kind, clientId, context }: Entry,
): Promise<Entered | IdentityErrorCode> {
  const { now } = attempt;
  const locked = await tx.accounts.lock({ realm: realm.realm, id: found.id });
  if (locked === undefined) return "code_invalid";
  if (!(await tx.codes.attempt({ ...attempt, accountVersion: locked.securityVersion })))
    return judgeRefusal(await tx.codes.current(attempt), attempt, locked.securityVersion);
  // The status is told only to whoever has the code.
  if (locked.status !== "active") return `account_${locked.status}`;
  const usedUp = await logIns.take(tx);
  if (usedUp !== undefined) return tx.abort({ refusal: usedUp });
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
