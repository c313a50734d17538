// The messages' part of the storage port: an outbox. A message is recorded in the unit of its cause and sent from there; what it says is stored encrypted.

/** How a message reaches a person. */
export type MessageChannel = "sms" | "email";

/** A message to record. Times are milliseconds since the epoch. */
export interface NewMessage {
  readonly realm: string;
  /** Stays the same over all attempts, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly channel: MessageChannel;
  /** Whom it concerns. */
  readonly accountId: string | null;
  /** Recipient and text, encrypted: nobody reads a code out of a dump. */
  readonly sealed: string;
  readonly createdAt: number;
  /** After this instant it is of no use to anybody and is not sent any more. */
  readonly giveUpAt: number;
}

/** A message that waits to be sent. */
export interface WaitingMessage extends NewMessage {
  /** How often a process has tried to send it. */
  readonly attempts: number;
  /** When it may be tried (again). */
  readonly nextAttemptAt: number;
}

/** A message that was given up; what it said is gone. */
export interface UndeliverableMessage {
  readonly realm: string;
  readonly id: string;
  readonly channel: MessageChannel;
  readonly accountId: string | null;
  readonly createdAt: number;
  readonly attempts: number;
  readonly failedAt: number;
  readonly reason: string;
}

/** Reads of the outbox. */
export interface MessageReader {
  /** At most `limit` messages that may be tried now, the longest waiting first. */
  due(query: {
    readonly realm: string;
    readonly now: number;
    readonly limit: number;
  }): Promise<readonly WaitingMessage[]>;
  /** At most `limit` messages that were given up, the newest first. */
  undeliverable(query: { readonly realm: string; readonly limit: number }): Promise<readonly UndeliverableMessage[]>;
}

/** Reads and writes of the outbox inside a unit of work. */
export interface MessageStore extends MessageReader {
  /** Records a message; it may be tried at once. */
  add(message: NewMessage): Promise<void>;
  /** Takes the next attempt until `until`: `true` for exactly one of parallel takers that read the same `attempts`. */
  claim(at: {
    readonly realm: string;
    readonly id: string;
    readonly attempts: number;
    readonly until: number;
  }): Promise<boolean>;
  /** Lets a claimed message wait until `nextAttemptAt`. */
  postpone(at: {
    readonly realm: string;
    readonly id: string;
    readonly attempts: number;
    readonly nextAttemptAt: number;
  }): Promise<void>;
  /** Forgets a message that was sent. */
  remove(at: { readonly realm: string; readonly id: string }): Promise<void>;
  /** Gives a message up: it waits no more, and what it said is erased. `false` where that was done already or it is gone. */
  giveUp(at: {
    readonly realm: string;
    readonly id: string;
    readonly at: number;
    readonly reason: string;
  }): Promise<boolean>;
  /** Deletes at most `limit` messages that were given up before `before`; returns how many. */
  purge(at: { readonly before: number; readonly limit: number }): Promise<number>;
}
