// SMS by Twilio's REST API (Programmable Messaging, 2010-04-01) over plain fetch. Its errors are told by their number, never with what was sent.
import { MessageRefusedError } from "@latchkey/core";
import type { MessageSender } from "@latchkey/core";

/** An account with Twilio. */
export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** A number in E.164, or the SID of a messaging service (`MG…`). */
  readonly from: string;
  /** Default https://api.twilio.com. */
  readonly baseUrl: string;
}

/** Sends SMS. */
export function createTwilioSender({ accountSid, authToken, from, baseUrl }: TwilioSettings): MessageSender {
  const url = new URL(`/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`, baseUrl);
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  const sender = from.startsWith("MG") ? "MessagingServiceSid" : "From";
  return {
    async send({ channel, to, text }, signal) {
      if (channel !== "sms") throw new MessageRefusedError("Twilio sends SMS only");
      const response = await fetch(url, {
        method: "POST",
        headers: { authorization },
        body: new URLSearchParams({ To: to, [sender]: from, Body: text }),
        redirect: "error",
        signal,
      });
      const code = errorCode(await response.text());
      if (response.ok) return;
      const reason = `Twilio answered ${response.status}${code === undefined ? "" : `, error ${code}`}`;
      // 401, 403 and 404 are about our account, 429 about haste: someone can mend them while the message waits.
      if (response.status === 400) throw new MessageRefusedError(reason);
      throw new Error(reason);
    },
  };
}

function errorCode(body: string): number | undefined {
  try {
    const { code } = JSON.parse(body) as { readonly code?: unknown };
    return typeof code === "number" ? code : undefined;
  } catch {
    return undefined;
  }
}
