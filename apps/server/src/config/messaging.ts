// How messages go out, from the environment: credentials belong in no file.
import { resolve } from "node:path";
import type { ConfigurationProblem } from "./configuration-error.ts";
import type { Environment } from "./environment.ts";
import type { SmtpSettings } from "../messages/smtp-sender.ts";
import type { TwilioSettings } from "../messages/twilio-sender.ts";

/** The carriers of a server; what is absent goes to the development outbox. */
export interface MessagingConfiguration {
  readonly twilio?: TwilioSettings;
  readonly smtp?: SmtpSettings;
  /** Absolute. */
  readonly outboxFile: string;
}

const groups = {
  twilio: ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"],
  smtp: ["SMTP_URL", "SMTP_FROM"],
} as const;

/** Reads the carriers; `folder` is where `data/` is. */
export function readMessaging(environment: Environment, folder: string): MessagingConfiguration {
  const value = (name: string) => environment[name] || undefined;
  const [sid, token, from] = groups.twilio.map(value);
  const [url, mailFrom] = groups.smtp.map(value);
  const baseUrl = value("TWILIO_BASE_URL") ?? "https://api.twilio.com";
  return {
    ...(sid && token && from && { twilio: { accountSid: sid, authToken: token, from, baseUrl } }),
    ...(url && mailFrom && { smtp: { url, from: mailFrom } }),
    outboxFile: resolve(folder, value("LATCHKEY_OUTBOX_FILE") ?? "data/outbox.jsonl"),
  };
}

/** What is wrong with the carriers' variables. */
export function messagingProblems(environment: Environment): readonly ConfigurationProblem[] {
  const problems = Object.values<readonly string[]>(groups).flatMap((names): readonly ConfigurationProblem[] => {
    const missing = names.filter((name) => !environment[name]);
    if (missing.length === 0 || missing.length === names.length) return [];
    const set = names.find((name) => environment[name]);
    return missing.map((name) => ({ path: name, message: `is needed where ${set} is set` }));
  });
  const url = environment["SMTP_URL"];
  if (url && !/^smtps?:$/.test(URL.parse(url)?.protocol ?? ""))
    problems.push({ path: "SMTP_URL", message: "must be a URL such as smtps://user:password@mail.example:465" });
  const base = environment["TWILIO_BASE_URL"];
  if (base && !/^https?:$/.test(URL.parse(base)?.protocol ?? ""))
    problems.push({ path: "TWILIO_BASE_URL", message: "must be an absolute http or https URL" });
  return problems;
}
