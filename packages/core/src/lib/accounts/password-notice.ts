// Tells an account's owner that its password was changed: a message in the unit of the change, to an address that the account had before it.
import type { NewMessage, Stores } from "../../ports.ts";
import { channelOf } from "../messages/message-outbox.ts";
import type { MessageChannel } from "../messages/message-store.ts";
import type { Realm } from "../realm.ts";
import type { Account } from "./account.ts";
import { isVerified } from "./verified-address.ts";

/** For how long it is tried to send it. */
const patienceMilliseconds = 86_400_000;

/** Seals the notice; `undefined` where nobody is to be told, or nothing can be sent. */
export async function prepareNotice(realm: Realm, account: Account, at: number): Promise<NewMessage | undefined> {
  const receiver = realm.outbox.canRecord ? findReceiver(realm, account) : undefined;
  if (receiver === undefined) return undefined;
  const { channel, to } = receiver;
  const time = `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const { subject, text } = realm.messageTemplates.passwordChanged({ service: realm.service, time });
  const carried = { channel, accountId: account.id, createdAt: at, giveUpAt: at + patienceMilliseconds };
  return realm.outbox.prepare(carried, { to, ...(channel === "email" && { subject }), text });
}

/** Records it. `outbox.kick` sends it after the commit. */
export async function recordNotice(tx: Stores, notice: NewMessage | undefined): Promise<void> {
  if (notice !== undefined) await tx.messages.add(notice);
}

/** Mail before SMS. */
function findReceiver(
  { policy }: Realm,
  account: Account,
): { readonly channel: MessageChannel; readonly to: string } | undefined {
  if (policy.passwordChangeNotice === "none") return undefined;
  const candidates = Object.entries(policy.identifiers).flatMap(([kind, { syntax }]) => {
    const channel = channelOf(syntax);
    const to = account.identifiers[kind];
    if (channel === undefined || to === undefined) return [];
    return policy.passwordChangeNotice === "any" || isVerified(account, kind) ? [{ channel, to }] : [];
  });
  return candidates.find(({ channel }) => channel === "email") ?? candidates[0];
}
