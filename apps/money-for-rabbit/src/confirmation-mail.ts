// The mail that asks a new account to confirm its address, as one JSON line of the outbox.
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Account } from "@latchkey/core";
import type { Settings } from "./settings.ts";

/** Writes the mail. It is called in the unit that makes the account, so it waits for nothing; where the unit fails after all, the link leads nowhere. */
export function sendConfirmationMail({ outboxFile, publicUrl }: Settings, account: Account, code: string): void {
  const mail = {
    at: new Date(account.createdAt).toISOString(),
    realm: account.realm,
    channel: "email",
    to: account.identifiers["email"],
    subject: `[Money For Rabbit] - ${String(account.attributes["username"])} 님, 인증을 완료해 주세요.`,
    text: `${publicUrl}/api/confirm-user/${account.number}/${code}`,
    code,
  };
  mkdirSync(dirname(outboxFile), { recursive: true });
  appendFileSync(outboxFile, `${JSON.stringify(mail)}\n`, { mode: 0o600 });
}
