// Asking for a one-time code: read → make, digest, seal → one unit with the code, its message and its event. The message goes out after the commit.
import type { Stores } from "../../ports.ts";
import type { Account } from "../accounts/account.ts";
import { checkIdentifier } from "../accounts/identifier-rules.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { recordEvent } from "../events/record-event.ts";
import { encodeBase57 } from "../kernel/base57.ts";
import { channelOf } from "../messages/message-outbox.ts";
import type { MessageChannel, NewMessage } from "../messages/message-store.ts";
import type { CodeRequest, RequestContext } from "../provider.ts";
import type { Realm } from "../realm.ts";
import { recipientOf, subjectOf, type Refusal } from "../throttling/meter.ts";
import type { Allowance } from "../throttling/throttle.ts";
import type { CodePlace, NewCode } from "./code-store.ts";
import { createCode } from "./code-secret.ts";

/** Beyond this many restarts an account that keeps changing is `busy`. */
const mostRestarts = 2;

/** Makes a code to log in with, in place of older ones, and records the message that carries it. */
export async function requestCode(
  realm: Realm,
  input: CodeRequest,
  context: RequestContext,
): Promise<{ readonly channel: MessageChannel; readonly expiresInSeconds: number }> {
  const kind = codeKind(realm, input.kind);
  const key = receiverKey(realm, kind, input.identifier);
  const limits = ["messagesPerRecipient", "messagesPerAddress"] as const;
  const messages = await realm.throttle.allowance(limits, context, recipientOf(subjectOf(kind, key, input.identifier)));
  for (let start = 0; start <= mostRestarts; start++) {
    const account = (await realm.storage.read.accounts.byIdentifier({ realm: realm.realm, kind, key }))?.account;
    const code =
      account === undefined ? "account_unknown" : account.status !== "active" && (`account_${account.status}` as const);
    if (account === undefined || code) {
      // Who gets no code is limited like who does, so that the limit tells nobody apart.
      const refusal = await messages.count(realm.storage);
      throw refusal === undefined
        ? new IdentityError(code || "account_unknown")
        : realm.throttle.refuse(refusal, context);
    }
    if (!realm.outbox.canRecord) throw new IdentityError("message_undeliverable");
    const prepared = await prepareCode(realm, account, kind);
    const outcome = await realm.storage.transact((tx) => recordCode(realm, tx, messages, prepared, context));
    if (outcome === "changed") continue;
    if (outcome !== "recorded") throw realm.throttle.refuse(outcome.refusal, context);
    realm.outbox.kick();
    return { channel: prepared.message.channel, expiresInSeconds: realm.policy.codeLifetimeSeconds };
  }
  throw new IdentityError("busy", { retryAfterSeconds: 1 });
}

/** The kind that is asked for, or the realm's first. @throws TypeError where the realm sends no codes to that kind */
export function codeKind(realm: Realm, asked: string | undefined): string {
  const kind = asked ?? realm.policy.logInWithCode[0];
  if (kind === undefined || !realm.policy.logInWithCode.includes(kind))
    throw new TypeError(`policy.logInWithCode does not name ${kind === undefined ? "any kind" : `"${kind}"`}`);
  return kind;
}

/** The key of whom a code for this identifier would go to. */
export function receiverKey(realm: Realm, kind: string, entered: string): string {
  const check = checkIdentifier(kind, entered, realm.policy.identifiers[kind]!);
  // What cannot be an identifier is asked for all the same: it takes the way of an unknown one.
  return "identifier" in check ? check.identifier.key : "";
}

interface PreparedCode {
  readonly account: Account;
  readonly code: NewCode;
  readonly message: NewMessage;
}

async function prepareCode(realm: Realm, account: Account, kind: string): Promise<PreparedCode> {
  const { policy, random } = realm;
  const createdAt = realm.clock.now();
  const expiresAt = createdAt + policy.codeLifetimeSeconds * 1000;
  const place: CodePlace = { realm: realm.realm, accountId: account.id, purpose: "log_in" };
  const id = encodeBase57(random(8));
  const text = createCode(random);
  const channel = channelOf(policy.identifiers[kind]!.syntax)!;
  const worded = realm.messageTemplates.logInCode({
    code: text,
    minutes: Math.floor(policy.codeLifetimeSeconds / 60),
  });
  const content = {
    to: account.identifiers[kind]!,
    ...(channel === "email" && { subject: worded.subject }),
    text: worded.text,
    code: text,
  };
  return {
    account,
    code: {
      ...place,
      id,
      accountVersion: account.securityVersion,
      digest: realm.digestCode({ ...place, id }, text),
      createdAt,
      expiresAt,
      attemptsLeft: policy.codeAttempts,
    },
    message: await realm.outbox.prepare({ channel, accountId: account.id, createdAt, giveUpAt: expiresAt }, content),
  };
}

/** `changed`: the account is no longer what the code was made for, and nothing was counted. */
async function recordCode(
  realm: Realm,
  tx: Stores,
  messages: Allowance,
  { account, code, message }: PreparedCode,
  context: RequestContext,
): Promise<"recorded" | "changed" | { readonly refusal: Refusal }> {
  const refusal = await messages.take(tx);
  if (refusal !== undefined) return { refusal };
  const locked = await tx.accounts.lock({ realm: realm.realm, id: account.id });
  if (locked?.securityVersion !== account.securityVersion) return tx.abort("changed");
  await tx.codes.put(code);
  await tx.messages.add(message);
  const detail = { purpose: code.purpose, channel: message.channel, message_id: message.id };
  await recordEvent(
    tx,
    {
      realm: realm.realm,
      type: "account.code_requested",
      at: code.createdAt,
      actor: "anonymous",
      accountId: account.id,
      detail,
    },
    context,
  );
  return "recorded";
}
