// Which carrier takes which message: Twilio and SMTP where the environment has them, the development outbox otherwise.
import type { MessageSender } from "@latchkey/core";
import { createOutboxSender } from "@latchkey/core/node";
import type { MessagingConfiguration } from "../config/messaging.ts";
import { createSmtpSender } from "./smtp-sender.ts";
import { createTwilioSender } from "./twilio-sender.ts";

/** The sender of a server. */
export function createSender({ twilio, smtp, outboxFile }: MessagingConfiguration): MessageSender {
  const outbox = createOutboxSender({ file: outboxFile });
  const sms = twilio === undefined ? outbox : createTwilioSender(twilio);
  const email = smtp === undefined ? outbox : createSmtpSender(smtp);
  return { send: (message, signal) => (message.channel === "sms" ? sms : email).send(message, signal) };
}
