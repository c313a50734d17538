// Confirmation: an account that signed up is pending until the code that was mailed to it comes back. The code is random, works once and expires;
// the store keeps its keyed digest. It is recorded with its message in the unit of its cause.
import type { NewCode, NewMessage, OneTimeCode, Stores } from "../../ports.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { recordEvent } from "../events/record-event.ts";
import { encodeBase57 } from "../kernel/base57.ts";
import { toHex } from "../kernel/bytes.ts";
import { accountNumberPlace } from "../messages/message-outbox.ts";
import type { RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import type { Account } from "./account.ts";
import { isVerified, verifiedAttribute } from "./verified-address.ts";

/** A code and the message that carries it. */
export interface PreparedConfirmation {
  readonly code: Omit<NewCode, "accountVersion">;
  readonly message: NewMessage;
}

/** The account that is asked to confirm; its number is not known before its unit. */
type Receiver = Pick<Account, "id" | "attributes"> & { readonly address: string };

const placeOf = (realm: Realm, accountId: string) =>
  ({ realm: realm.realm, accountId, purpose: "confirm_email" }) as const;

/** The kind of identifier that is confirmed. */
export function confirmedKind({ policy }: Pick<Realm, "policy">): string {
  return Object.entries(policy.identifiers).find(([, { syntax }]) => syntax === "email")![0];
}

/** Makes a code of 64 hexadecimal digits and seals the message with the link. */
export async function prepareConfirmation(
  realm: Realm,
  { id: accountId, attributes, address }: Receiver,
  createdAt: number,
): Promise<PreparedConfirmation> {
  const { policy, random } = realm;
  const text = toHex(random(32));
  const place = { ...placeOf(realm, accountId), id: encodeBase57(random(8)) };
  const expiresAt = createdAt + policy.confirmationLifetimeSeconds * 1000;
  const link = realm.confirmationLink.replace("{number}", accountNumberPlace).replace("{code}", text);
  const hours = Math.max(1, Math.floor(policy.confirmationLifetimeSeconds / 3600));
  const worded = realm.messageTemplates.confirmEmail({ link, hours, attributes });
  const code = {
    ...place,
    digest: realm.digestCode(place, text),
    createdAt,
    expiresAt,
    // Tries of another digest are not counted: 256 random bits are not guessed, and a stranger must not use up the owner's tries.
    attemptsLeft: 1,
  };
  const content = { to: address, ...worded, code: text };
  const carried = { channel: "email", accountId, createdAt, giveUpAt: expiresAt } as const;
  return { code, message: await realm.outbox.prepare(carried, content) };
}

/** Writes both. `outbox.kick` sends it after the commit. */
export async function recordConfirmation(
  tx: Stores,
  account: Account,
  { code, message }: PreparedConfirmation,
): Promise<void> {
  await tx.codes.put({ ...code, accountVersion: account.securityVersion });
  await tx.messages.add(message);
}

/** Whoever logs in with the right password after the link has expired gets another. */
export async function renewConfirmation(realm: Realm, account: Account, context: RequestContext): Promise<void> {
  const kind = realm.policy.signUp === "confirmation" ? confirmedKind(realm) : "";
  const address = account.identifiers[kind];
  // What was confirmed once and is pending again waits for an administrator.
  if (account.status !== "pending" || address === undefined || isVerified(account, kind)) return;
  const place = placeOf(realm, account.id);
  const former = await realm.storage.read.codes.current(place);
  const now = realm.clock.now();
  if (!realm.outbox.canRecord || isAlive(former, account, now)) return;
  const prepared = await prepareConfirmation(realm, { ...account, address }, now);
  const isRecorded = await realm.storage.transact(async (tx) => {
    const locked = await tx.accounts.lock({ realm: realm.realm, id: account.id });
    if (locked?.securityVersion !== account.securityVersion) return false;
    // Of log-ins at once one renews.
    if ((await tx.codes.current(place))?.id !== former?.id) return false;
    await recordConfirmation(tx, locked, prepared);
    const detail = { purpose: place.purpose, channel: prepared.message.channel, message_id: prepared.message.id };
    const cause = { type: "account.code_requested", at: now, actor: "account", accountId: account.id } as const;
    await recordEvent(tx, { realm: realm.realm, ...cause, detail }, context);
    return true;
  });
  if (isRecorded) realm.outbox.kick();
}

function isAlive(code: OneTimeCode | undefined, account: Account, now: number): boolean {
  return code?.usedAt === null && code.expiresAt > now && code.accountVersion === account.securityVersion;
}

/** Makes the account active. @throws IdentityError account_unknown, code_invalid, code_expired, code_used */
export async function confirmAccount(
  realm: Realm,
  input: { readonly number: number; readonly code: string },
  context: RequestContext,
): Promise<Account> {
  const found = await realm.storage.read.accounts.byNumber({ realm: realm.realm, number: input.number });
  if (found === undefined) throw new IdentityError("account_unknown");
  const place = placeOf(realm, found.id);
  const kept = await realm.storage.read.codes.current(place);
  const id = kept?.id ?? "";
  const digest = realm.digestCode({ ...place, id }, input.code);
  const now = realm.clock.now();
  return realm.storage.transact(async (tx) => {
    const account = await tx.accounts.lock({ realm: realm.realm, id: found.id });
    if (account === undefined) throw new IdentityError("account_unknown");
    if (account.status === "active") throw new IdentityError("code_used");
    if (account.status !== "pending" || kept?.digest !== digest) throw new IdentityError("code_invalid");
    if (!(await tx.codes.attempt({ ...place, id, accountVersion: account.securityVersion, digest, now })))
      throw new IdentityError(kept.expiresAt <= now ? "code_expired" : "code_invalid");
    return activate(realm, tx, account, now, context);
  });
}

async function activate(
  realm: Realm,
  tx: Stores,
  account: Account,
  at: number,
  context: RequestContext,
): Promise<Account> {
  const attributes = verifiedAttribute(account, confirmedKind(realm));
  const outcome = await tx.accounts.change({
    realm: realm.realm,
    id: account.id,
    at,
    changes: { status: "active", attributes, raiseSecurityVersion: true },
  });
  if (outcome.outcome !== "changed") throw new IdentityError("account_unknown");
  const { id: accountId, securityVersion: accountVersion } = outcome.account;
  await tx.families.restamp({ realm: realm.realm, accountId, accountVersion });
  const detail = { from: account.status, to: "active" };
  await recordEvent(
    tx,
    { realm: realm.realm, type: "account.status_changed", at, actor: "account", accountId, detail },
    context,
  );
  return outcome.account;
}
