// A sender for tests: keeps what it is given, and fails when it is told to.
import type { MessageSender, OutgoingMessage } from "../messages/message-sender.ts";

/** A sender that can be watched. */
export interface MessageBox extends MessageSender {
  readonly sent: OutgoingMessage[];
  /** Called before a message is kept; what it throws is the sender's failure. */
  trouble: ((message: OutgoingMessage) => Promise<void> | void) | undefined;
  /** The code of the newest message. */
  code(): string;
}

/** Creates an empty box. */
export function createMessageBox(): MessageBox {
  const sent: OutgoingMessage[] = [];
  return {
    sent,
    trouble: undefined,
    async send(message) {
      await this.trouble?.(message);
      sent.push(message);
    },
    code: () => sent.at(-1)!.code!,
  };
}
