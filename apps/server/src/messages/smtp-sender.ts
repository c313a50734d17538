// E-mail by SMTP. nodemailer is loaded with the first message: most servers send none.
import { MessageRefusedError } from "@latchkey/core";
import type { MessageSender, OutgoingMessage } from "@latchkey/core";
import type { Transporter } from "nodemailer";

/** A mail server. */
export interface SmtpSettings {
  /** `smtp://user:password@host:port` or `smtps://…`. */
  readonly url: string;
  /** The sender's address. */
  readonly from: string;
}

const timeoutMilliseconds = 10_000;

/** Sends e-mail as plain text. The Message-ID follows from the message, so that a repetition can be told. */
export function createSmtpSender({ url, from }: SmtpSettings): MessageSender {
  let transport: Promise<Transporter> | undefined;
  return {
    async send(message) {
      if (message.channel !== "email") throw new MessageRefusedError("SMTP sends e-mail only");
      transport ??= connect(url);
      try {
        await (await transport).sendMail(mailOf(message, from));
      } catch (error) {
        const { responseCode } = error as { readonly responseCode?: number };
        // RFC 5321 §4.2.1: 5yz is for good. 530, 534, 535 and 538 are about our log-in.
        const aboutUs = responseCode !== undefined && [530, 534, 535, 538].includes(responseCode);
        const reason = `the mail server answered ${responseCode ?? "nothing"}`;
        if (responseCode !== undefined && responseCode >= 500 && !aboutUs) throw new MessageRefusedError(reason, error);
        throw new Error(reason, { cause: error });
      }
    },
  };
}

async function connect(url: string): Promise<Transporter> {
  const { createTransport } = await import("nodemailer");
  const patience = {
    connectionTimeout: timeoutMilliseconds,
    greetingTimeout: timeoutMilliseconds,
    socketTimeout: timeoutMilliseconds,
  };
  return createTransport({ url, ...patience, disableFileAccess: true, disableUrlAccess: true });
}

function mailOf({ id, to, subject = "", text }: OutgoingMessage, from: string) {
  const domain = from.slice(from.lastIndexOf("@") + 1).replace(/[^A-Za-z0-9.-]/g, "");
  // An object, not a text: a comma in an address names nobody else (CVE-2022-35924).
  return { from, to: { name: "", address: to }, subject, text, messageId: `<${id}@${domain}>` };
}
