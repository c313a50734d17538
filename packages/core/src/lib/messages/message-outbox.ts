// The outbox of one realm: prepares messages for a unit, and sends what units have recorded. At least once, with the same id; of several processes one tries at a time.
// Nobody waits for a sender: a request is answered when its message is recorded.
import type { Stores, Storage } from "../../ports.ts";
import type { DeliveryCounts } from "../background-counts.ts";
import { recordEvent } from "../events/record-event.ts";
import type { Clock } from "../kernel/clock.ts";
import type { RandomBytes } from "../kernel/random.ts";
import { freshFlight } from "../kernel/single-flight.ts";
import { createTimeOrderedId } from "../kernel/time-ordered-id.ts";
import { MessageRefusedError, type MessageSender } from "./message-sender.ts";
import type { MessageChannel, NewMessage, WaitingMessage } from "./message-store.ts";
import type { MessageContent, MessageSeal } from "./seal-message.ts";

/** How often the outbox is looked at without being told, in milliseconds. */
export const outboxPollMilliseconds = 1000;
/** How long a sender may take; for so long (and a margin) no other process tries the same message. */
export const sendTimeoutMilliseconds = 15_000;
/** Seconds to wait after the 1st, 2nd … failed attempt; the last one repeats. */
export const retryDelaysSeconds: readonly number[] = Object.freeze([1, 2, 5, 15, 30, 60, 120, 300]);
/** After so many attempts a message is given up. */
export const mostAttempts = 12;

const claimMilliseconds = sendTimeoutMilliseconds + 5000;
const mostAtOnce = 20;
const longestReason = 200;
const closePatienceMilliseconds = 3000;

/** Stands in a text for the account's number, which may not be known when it is sealed. */
export const accountNumberPlace = "{account_number}";

/** What an outbox is made from. */
export interface MessageOutboxOptions {
  readonly realm: string;
  readonly storage: Storage;
  /** `undefined` where the realm has no master key: then nothing is sent. */
  readonly seal: MessageSeal | undefined;
  /** `another_process`: messages are recorded for it. `undefined`: there is no way out for any. */
  readonly sender: MessageSender | "another_process" | undefined;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly onBackgroundError: (error: unknown) => void;
}

type Outcome = keyof DeliveryCounts | undefined;

/** The outbox of one realm. */
export class MessageOutbox {
  readonly #options: MessageOutboxOptions;
  /** What is being sent: a slow sender holds up nobody else's message. */
  readonly #sending = new Set<Promise<Outcome>>();
  readonly #look = freshFlight(() => this.#takeDue());
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: MessageOutboxOptions) {
    this.#options = options;
  }

  /** Whether there is a way out for messages that are recorded here. */
  get canRecord(): boolean {
    return this.#options.sender !== undefined && this.#options.seal !== undefined;
  }

  /** Seals a message for the unit that records it. @throws TypeError where the realm has no master key */
  async prepare(
    message: Pick<NewMessage, "channel" | "accountId" | "createdAt" | "giveUpAt">,
    content: MessageContent,
  ): Promise<NewMessage> {
    const { realm, random, seal } = this.#options;
    if (seal === undefined) throw new TypeError("masterKey is needed: messages are stored encrypted with it");
    const id = createTimeOrderedId(message.createdAt, random);
    // A subject is a header: a name in it must not begin another one.
    const subject = content.subject?.toWellFormed().replace(/\p{Cc}+/gu, " ");
    const safe = { ...content, ...(subject !== undefined && { subject }) };
    return { ...message, realm, id, sealed: await seal.seal({ realm, id }, safe) };
  }

  /** Begins to look for messages now and then. Idempotent. */
  start(): void {
    const { sender, seal } = this.#options;
    if (typeof sender === "object" && seal !== undefined && this.#timer === undefined) this.#poll();
  }

  /** Something was recorded: it is sent at once, in the background. */
  kick(): void {
    if (!this.#closed) this.#look().catch((error: unknown) => this.#options.onBackgroundError(error));
  }

  /** Sends what is due, and resolves when all that is under way has ended. */
  async deliver(): Promise<DeliveryCounts> {
    const counts = { sent: 0, postponed: 0, givenUp: 0 };
    for (;;) {
      await this.#look();
      if (this.#sending.size === 0) return counts;
      for (const outcome of await Promise.all(this.#sending)) if (outcome !== undefined) counts[outcome]++;
    }
  }

  /** Stops looking; lets what is being sent end, but not for long: another process would send it again. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    if (this.#sending.size === 0) return;
    let alarm: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      alarm = setTimeout(resolve, closePatienceMilliseconds);
    });
    await Promise.race([Promise.all(this.#sending), patience]);
    clearTimeout(alarm);
  }

  #poll(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#look()
        .catch((error: unknown) => this.#options.onBackgroundError(error))
        .finally(() => this.#poll());
    }, outboxPollMilliseconds);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  async #takeDue(): Promise<void> {
    const { storage, realm, clock, sender, seal } = this.#options;
    if (typeof sender !== "object" || seal === undefined) return;
    while (!this.#closed && this.#sending.size < mostAtOnce) {
      const now = clock.now();
      const limit = mostAtOnce - this.#sending.size;
      const due = await storage.read.messages.due({ realm, now, limit });
      if (due.length === 0) return;
      for (const message of await this.#claim(due, now)) {
        const sending: Promise<Outcome> = this.#send(message, sender, seal)
          .catch((error: unknown) => {
            this.#options.onBackgroundError(error);
            return undefined;
          })
          .finally(() => this.#sending.delete(sending));
        this.#sending.add(sending);
      }
      if (due.length < limit) return;
    }
  }

  /** Of several processes that read the same messages, one takes each. */
  #claim(due: readonly WaitingMessage[], now: number): Promise<readonly WaitingMessage[]> {
    return this.#options.storage.transact(async (tx) => {
      const mine: WaitingMessage[] = [];
      for (const message of due) {
        const { realm, id, attempts } = message;
        if (await tx.messages.claim({ realm, id, attempts, until: now + claimMilliseconds }))
          mine.push({ ...message, attempts: attempts + 1 });
      }
      return mine;
    });
  }

  async #send(message: WaitingMessage, sender: MessageSender, seal: MessageSeal): Promise<Outcome> {
    const { clock, storage } = this.#options;
    const { realm, id, channel, createdAt } = message;
    if (message.giveUpAt <= clock.now()) return this.#giveUp(message, "too late");
    const content = await seal.open({ realm, id }, message.sealed);
    if (content === undefined) return this.#giveUp(message, "sealed with another master key");
    const text = await this.#complete(message, content.text);
    if (text === undefined) return this.#giveUp(message, "its account is gone");
    try {
      const signal = AbortSignal.timeout(sendTimeoutMilliseconds);
      await within(sender.send({ id, realm, channel, createdAt, ...content, text }, signal), signal);
    } catch (error) {
      return this.#afterFailure(message, error);
    }
    await storage.transact((tx) => tx.messages.remove({ realm, id }));
    return "sent";
  }

  async #complete({ realm, accountId: id }: WaitingMessage, text: string): Promise<string | undefined> {
    if (id === null || !text.includes(accountNumberPlace)) return text;
    const account = await this.#options.storage.read.accounts.byId({ realm, id });
    return account && text.replaceAll(accountNumberPlace, String(account.number));
  }

  async #afterFailure(message: WaitingMessage, error: unknown): Promise<Outcome> {
    const { clock, storage, onBackgroundError } = this.#options;
    onBackgroundError(new Error(`Message ${message.id} was not sent`, { cause: error }));
    const { attempts } = message;
    if (error instanceof MessageRefusedError) return this.#giveUp(message, error.message);
    const nextAttemptAt = clock.now() + retryDelay(attempts);
    if (attempts >= mostAttempts || nextAttemptAt >= message.giveUpAt)
      return this.#giveUp(message, error instanceof Error ? error.message : String(error));
    const { realm, id } = message;
    await storage.transact((tx) => tx.messages.postpone({ realm, id, attempts, nextAttemptAt }));
    return "postponed";
  }

  async #giveUp(message: WaitingMessage, because: string): Promise<"givenUp" | undefined> {
    const { clock, storage } = this.#options;
    const at = clock.now();
    const reason = because
      .slice(0, longestReason)
      .toWellFormed()
      .replace(/\p{Cc}/gu, " ");
    const { realm, id } = message;
    const given = await storage.transact(async (tx) => {
      if (!(await tx.messages.giveUp({ realm, id, at, reason }))) return false;
      await recordUndeliverable(tx, message, at, reason);
      return true;
    });
    return given ? "givenUp" : undefined;
  }
}

function retryDelay(attempts: number): number {
  return (retryDelaysSeconds[attempts - 1] ?? retryDelaysSeconds.at(-1)!) * 1000;
}

function recordUndeliverable(tx: Stores, message: WaitingMessage, at: number, reason: string): Promise<void> {
  const { realm, id, channel, accountId } = message;
  return recordEvent(tx, {
    realm,
    type: "message.undeliverable",
    at,
    actor: "system",
    ...(accountId !== null && { accountId }),
    detail: { message_id: id, channel, reason },
  });
}

/** A sender that ignores its signal is left behind. */
function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("the sender took too long")), { once: true });
    work.then(resolve, reject);
  });
}

/** Where a message of a channel goes to. */
export function channelOf(syntax: "username" | "email" | "mobile" | "text"): MessageChannel | undefined {
  if (syntax === "mobile") return "sms";
  return syntax === "email" ? "email" : undefined;
}
