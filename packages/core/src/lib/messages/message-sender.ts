// The port to whatever carries messages to people: an SMS gateway, a mail server, a file during development.
import type { MessageChannel } from "./message-store.ts";

/** A message on its way out. */
export interface OutgoingMessage {
  /** The same over all attempts: what a carrier can use to drop repetitions. */
  readonly id: string;
  readonly realm: string;
  readonly channel: MessageChannel;
  /** A number in E.164, or an e-mail address. */
  readonly to: string;
  /** E-mail only. */
  readonly subject?: string;
  readonly text: string;
  /** The one-time code in the text, for senders of development and tests. */
  readonly code?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Sends messages. */
export interface MessageSender {
  /**
   * Resolves when the message has been handed over. A rejection is tried again later, with the same id; so it may arrive twice, never not at all unnoticed.
   * @throws MessageRefusedError where trying again makes no sense
   */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<void>;
}

/** The carrier will never take this message: a wrong number, a blocked recipient. Its text is kept and shown to operators, so it must name no credential. */
export class MessageRefusedError extends Error {
  constructor(reason: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.name = "MessageRefusedError";
  }
}
