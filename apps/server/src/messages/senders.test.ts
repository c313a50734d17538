// The carriers against servers of their protocols on this machine.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageRefusedError } from "@latchkey/core";
import type { OutgoingMessage } from "@latchkey/core";
import { createOutboxSender } from "@latchkey/core/node";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { messagingProblems, readMessaging } from "../config/messaging.ts";
import { createSender } from "./create-sender.ts";
import { createSmtpSender } from "./smtp-sender.ts";
import { createTwilioSender } from "./twilio-sender.ts";

const folder = mkdtempSync(join(tmpdir(), "latchkey-messages-"));
afterAll(() => rmSync(folder, { recursive: true }));
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const signal = new AbortController().signal;
const sms: OutgoingMessage = {
  id: "m1",
  realm: "mobile",
  channel: "sms",
  to: "+821012345678",
  text: "Use this code to log in: 012345",
  code: "012345",
  createdAt: Date.UTC(2026, 0, 15, 9, 30),
};
const mail: OutgoingMessage = {
  ...sms,
  channel: "email",
  to: "gildong@example.com",
  subject: "로그인 인증번호",
  text: "로그인 인증번호는 012345입니다.",
};

describe("the outbox of development", () => {
  it("has one JSON line for each message, and shows it", async () => {
    const file = join(folder, "deep", "outbox.jsonl");
    const shown: string[] = [];
    const sender = createOutboxSender({ file, write: (line) => shown.push(line) });
    await Promise.all([sender.send(sms, signal), sender.send(mail, signal)]);
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    const at = "2026-01-15T09:30:00.000Z";
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { at, realm: "mobile", channel: "sms", to: sms.to, text: sms.text, code: "012345" },
      { at, realm: "mobile", channel: "email", to: mail.to, subject: mail.subject, text: mail.text, code: "012345" },
    ]);
    expect(shown.join("")).toBe(readFileSync(file, "utf8"));
    expect(statSync(file).mode & 0o077).toBe(0);
  });
});

describe("Twilio", () => {
  async function listen(status: number, body: string) {
    const seen: { method?: string; url?: string; headers: Record<string, unknown>; body: string }[] = [];
    const server = createServer(async (request, response) => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      seen.push({ method: request.method!, url: request.url!, headers: request.headers, body: text });
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { accountSid: "AC1", authToken: "secret", from: "+15005550006", baseUrl };
    return { seen, settings };
  }

  it("gets a form with number, sender and text, under Basic credentials", async () => {
    const { seen, settings } = await listen(201, '{"sid":"SM1"}');
    await createTwilioSender(settings).send(sms, signal);
    await createTwilioSender({ ...settings, from: "MG1" }).send(sms, signal);
    expect(seen[0]).toMatchObject({ method: "POST", url: "/2010-04-01/Accounts/AC1/Messages.json" });
    expect(seen[0]!.headers).toMatchObject({
      authorization: `Basic ${Buffer.from("AC1:secret").toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
    });
    expect(Object.fromEntries(new URLSearchParams(seen[0]!.body))).toEqual({
      To: sms.to,
      From: "+15005550006",
      Body: sms.text,
    });
    expect(new URLSearchParams(seen[1]!.body).get("MessagingServiceSid")).toBe("MG1");
  });

  it("is tried again unless it refuses the message itself, and its words about it are not repeated", async () => {
    const bad = await listen(400, '{"code":21211,"message":"The \'To\' number +821012345678 is not valid."}');
    const refused = createTwilioSender(bad.settings).send(sms, signal);
    await expect(refused).rejects.toThrow(new MessageRefusedError("Twilio answered 400, error 21211"));
    await expect(refused).rejects.toBeInstanceOf(MessageRefusedError);
    for (const status of [401, 429, 500]) {
      const away = await listen(status, "<html>");
      const failed = createTwilioSender(away.settings).send(sms, signal);
      await expect(failed).rejects.toThrow(`Twilio answered ${status}`);
      await expect(failed).rejects.not.toBeInstanceOf(MessageRefusedError);
    }
    await expect(createTwilioSender(bad.settings).send(mail, signal)).rejects.toBeInstanceOf(MessageRefusedError);
  });
});

describe("SMTP", () => {
  async function listen(refuse?: number) {
    const mails: { from: string; to: readonly string[]; text: string }[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onRcptTo: (_address, _session, done) =>
        done(refuse === undefined ? null : Object.assign(new Error("no"), { responseCode: refuse })),
      onData: (stream, session, done) => {
        let text = "";
        stream.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
        stream.on("end", () => {
          const { mailFrom, rcptTo } = session.envelope;
          mails.push({
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text,
          });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
    const { port } = server.server.address() as AddressInfo;
    return { mails, settings: { url: `smtp://127.0.0.1:${port}`, from: "no-reply@example.com" } };
  }

  it("gets the mail, in Korean, with a Message-ID that a repetition has too", async () => {
    const { mails, settings } = await listen();
    const sender = createSmtpSender(settings);
    await sender.send(mail, signal);
    await sender.send(mail, signal);
    expect(mails).toHaveLength(2);
    expect(mails[0]).toMatchObject({ from: "no-reply@example.com", to: ["gildong@example.com"] });
    const ids = mails.map(({ text }) => /^Message-ID: (.*)$/im.exec(text)![1]!.trim());
    expect(ids).toEqual(["<m1@example.com>", "<m1@example.com>"]);
    expect(mails[0]!.text).toContain("=?UTF-8?B?");
    expect(mails[0]!.text).toContain(Buffer.from(mail.text).toString("base64").slice(0, 40));
  });

  it("class 15: takes no further address or header out of an address", async () => {
    const { mails, settings } = await listen();
    const to = "gildong@example.com, thief@example.com\r\nBcc: other@example.com";
    await createSmtpSender(settings)
      .send({ ...mail, to }, signal)
      .catch(() => undefined);
    expect(mails.flatMap((each) => each.to)).not.toContain("thief@example.com");
    expect(mails.flatMap((each) => each.to)).not.toContain("other@example.com");
  });

  it("is tried again for 4yz and a missing server, and not for 5yz", async () => {
    const later = await listen(451);
    await expect(createSmtpSender(later.settings).send(mail, signal)).rejects.not.toBeInstanceOf(MessageRefusedError);
    const never = await listen(550);
    const refused = createSmtpSender(never.settings).send(mail, signal);
    await expect(refused).rejects.toThrow(new MessageRefusedError("the mail server answered 550"));
    const gone = createSmtpSender({ ...never.settings, url: "smtp://127.0.0.1:1" }).send(mail, signal);
    await expect(gone).rejects.not.toBeInstanceOf(MessageRefusedError);
    await expect(createSmtpSender(never.settings).send(sms, signal)).rejects.toThrow("e-mail only");
  });
});

describe("the carriers of a server", () => {
  it("are those of the environment, and the outbox for the rest", async () => {
    expect(readMessaging({}, folder)).toEqual({ outboxFile: join(folder, "data/outbox.jsonl") });
    const smtp = { SMTP_URL: "smtps://mail.example", SMTP_FROM: "a@example.com" };
    const environment = { ...smtp, LATCHKEY_OUTBOX_FILE: "own.jsonl" };
    const messaging = readMessaging(environment, folder);
    expect(messaging).toEqual({
      smtp: { url: "smtps://mail.example", from: "a@example.com" },
      outboxFile: join(folder, "own.jsonl"),
    });
    await createSender(messaging).send(sms, signal);
    expect(readFileSync(messaging.outboxFile, "utf8")).toContain("012345");
  });

  it("are refused where half of them is there", () => {
    expect(messagingProblems({})).toEqual([]);
    const paths = (environment: Record<string, string>) => messagingProblems(environment).map(({ path }) => path);
    expect(paths({ TWILIO_ACCOUNT_SID: "AC1" })).toEqual(["TWILIO_AUTH_TOKEN", "TWILIO_FROM"]);
    expect(paths({ SMTP_URL: "mail.example", SMTP_FROM: "a@example.com" })).toEqual(["SMTP_URL"]);
    expect(paths({ TWILIO_BASE_URL: "ftp://x" })).toEqual(["TWILIO_BASE_URL"]);
  });
});
