// Limits on trying: passwords and codes per account and address, messages per recipient, and what else a realm limits.
// A guess is judged where it is answered: in the unit that records its failure, or opens its session, under tallies that all processes share. However many hash at once,
// no more of them learn anything than the limits allow. What is refused is remembered for a second, so that a flood of guesses is not a flood of queries.
import type { Storage, Stores } from "../../ports.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { CountedEvents } from "../events/counted-events.ts";
import { withContext } from "../events/record-event.ts";
import type { Clock } from "../kernel/clock.ts";
import { deriveDigest } from "../kernel/derived-key.ts";
import type { RequestContext } from "../provider.ts";
import { addressGroup } from "./address-group.ts";
import { ask, hold, longest, type Meter, type Refusal } from "./meter.ts";
import { RefusalMemory } from "./refusal-memory.ts";
import type { ThrottleLimit } from "./throttle-state.ts";
import type { TallyPlace } from "./throttle-store.ts";
import type { ThrottlingPolicy } from "./throttling-policy.ts";

/** What is limited per address or recipient whether it fails or not. */
export type CountedLimit = Exclude<ThrottleLimit, "guessesPerAccount">;

/** What a throttle is made from. */
export interface ThrottleOptions {
  readonly realm: string;
  readonly storage: Storage;
  readonly policy: ThrottlingPolicy;
  /** `undefined`: the keys of tallies are digests that anybody could make. */
  readonly masterKey: Uint8Array<ArrayBuffer> | undefined;
  readonly clock: Clock;
  readonly counted: CountedEvents;
}

/** The limits of one realm. */
export class Throttle {
  readonly realm: string;
  readonly policy: ThrottlingPolicy;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly memory: RefusalMemory;
  readonly #counted: CountedEvents;
  readonly #refusals: Record<ThrottleLimit, number> = {
    guessesPerAccount: 0,
    failuresPerAddress: 0,
    messagesPerRecipient: 0,
    messagesPerAddress: 0,
    signUpsPerAddress: 0,
    logInsPerAddress: 0,
  };
  readonly #masterKey: Uint8Array<ArrayBuffer>;
  #digest: ((text: string) => string) | undefined;

  constructor(options: ThrottleOptions) {
    this.realm = options.realm;
    this.policy = options.policy;
    this.storage = options.storage;
    this.clock = options.clock;
    this.memory = new RefusalMemory(options.clock);
    this.#counted = options.counted;
    this.#masterKey = options.masterKey ?? new Uint8Array(32);
  }

  /** Where the tally of what these words name is: a keyed digest, so that a dump tells no name and no address. */
  place(...words: readonly string[]): TallyPlace {
    this.#digest ??= deriveDigest(this.#masterKey, "latchkey/throttling/v1");
    return { realm: this.realm, key: this.#digest(JSON.stringify(["v1", this.realm, ...words])) };
  }

  /** The meter of a limit for one address or recipient; `undefined` where the realm does not limit it. */
  meter(limit: CountedLimit, subject: string | undefined): Meter | undefined {
    const rule = this.policy[limit];
    if (rule === null || subject === undefined) return undefined;
    return { limit, rule, place: this.place(limit, subject) };
  }

  /** What the address of a request is counted as. */
  groupOf({ address }: RequestContext): string | undefined {
    return address === undefined ? undefined : addressGroup(address);
  }

  /** Prepares limits that count what succeeds, and refuses at once where one is used up. @throws IdentityError rate_limited */
  async allowance(limits: readonly CountedLimit[], context: RequestContext, recipient?: string): Promise<Allowance> {
    const group = this.groupOf(context);
    const meters: Meter[] = [];
    for (const limit of limits) {
      const meter = this.meter(limit, limit === "messagesPerRecipient" ? recipient : group);
      if (meter !== undefined) meters.push(meter);
    }
    const now = this.clock.now();
    const remembered = longest(meters.map(({ place }) => this.memory.recall(place.key)));
    const refusal = remembered ?? longest(await Promise.all(meters.map((meter) => ask(this.storage.read, meter, now))));
    if (refusal !== undefined) throw this.refuse(refusal, context);
    return new Allowance(this, meters);
  }

  /** Remembers and counts a refusal, and makes the error of it. A flood of them is one event per key and minute. */
  refuse(refusal: Refusal, context: RequestContext, memoryKey: string = refusal.key): IdentityError {
    const { limit, key, until, accountId } = refusal;
    const now = this.clock.now();
    this.memory.remember(memoryKey, refusal);
    this.#refusals[limit]++;
    const event = { realm: this.realm, type: "throttle.refused", at: now, actor: "anonymous" } as const;
    const about = { ...(accountId !== undefined && { accountId }), detail: { limit } };
    this.#counted.add(`throttle ${key}`, withContext({ ...event, ...about }, context));
    return new IdentityError("rate_limited", { retryAfterSeconds: Math.max(1, Math.ceil((until - now) / 1000)) });
  }

  /** What was refused since this process started, by limit. */
  refusals(): Readonly<Record<ThrottleLimit, number>> {
    return { ...this.#refusals };
  }
}

/** Limits that count what succeeds: counted first in the unit of what they limit, so that a unit that fails counts nothing. */
export class Allowance {
  readonly #throttle: Throttle;
  readonly #meters: readonly Meter[];

  constructor(throttle: Throttle, meters: readonly Meter[]) {
    this.#throttle = throttle;
    this.#meters = meters;
  }

  /** Says whether one is used up, and counts nothing. */
  async ask(tx: Stores): Promise<Refusal | undefined> {
    const now = this.#throttle.clock.now();
    const refusals: (Refusal | undefined)[] = [];
    for (const meter of this.#meters) refusals.push(await ask(tx, meter, now));
    return longest(refusals);
  }

  /** Counts one in a unit of its own. */
  async count(storage: Storage): Promise<Refusal | undefined> {
    return this.#meters.length === 0 ? undefined : storage.transact((tx) => this.take(tx));
  }

  /** Counts one, where none of the limits is used up. */
  async take(tx: Stores): Promise<Refusal | undefined> {
    const now = this.#throttle.clock.now();
    const held = [];
    for (const meter of this.#meters) held.push(await hold(tx, meter, now));
    const refusal = longest(held.map((meter) => meter.refusal));
    if (refusal !== undefined) return refusal;
    for (const meter of held) await meter.count(tx);
    return undefined;
  }
}
