// Messages during development: one JSON line each, in a file and on the console, so that a code is at hand without a gateway.
import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { MessageSender, OutgoingMessage } from "../messages/message-sender.ts";

/** Where the lines go. */
export interface OutboxSenderOptions {
  readonly file: string;
  /** Default: standard output. */
  readonly write?: (line: string) => void;
}

/** Appends messages to a file that only its owner reads. */
export function createOutboxSender({ file, write = toConsole }: OutboxSenderOptions): MessageSender {
  // One after another, so that no two lines mix.
  let tail: Promise<unknown> = Promise.resolve();
  return {
    send(message) {
      const line = `${JSON.stringify(lineOf(message))}\n`;
      const turn = tail.then(async () => {
        await mkdir(dirname(file), { recursive: true });
        await appendFile(file, line, { mode: 0o600 });
        write(line);
      });
      tail = turn.catch(() => undefined);
      return turn;
    },
  };
}

const toConsole = (line: string): void => void process.stdout.write(line);

function lineOf({ createdAt, realm, channel, to, subject, text, code }: OutgoingMessage) {
  const at = new Date(createdAt).toISOString();
  return {
    at,
    realm,
    channel,
    to,
    ...(subject !== undefined && { subject }),
    text,
    ...(code !== undefined && { code }),
  };
}
