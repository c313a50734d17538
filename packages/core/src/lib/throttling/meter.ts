// A meter is one thing that is limited: a tally's place and its rule. Held and counted in units of work, always in the order in which it is given.
import type { ReadStores, Stores } from "../../ports.ts";
import { counted, refusedUntil, type TallyRule } from "./tally-rules.ts";
import type { Tally, TallyPlace } from "./throttle-store.ts";
import type { ThrottleLimit } from "./throttle-state.ts";

/** One thing that is limited. */
export interface Meter {
  readonly limit: ThrottleLimit;
  readonly place: TallyPlace;
  readonly rule: TallyRule;
}

/** A refusal: which limit, and until when (milliseconds since the epoch). */
export interface Refusal {
  readonly limit: ThrottleLimit;
  /** The tally's, or what else names it in this process. */
  readonly key: string;
  readonly until: number;
  /** Whether the limit is used up; otherwise only a wait is not over. */
  readonly isUsedUp: boolean;
  readonly accountId?: string;
}

type Reader = Pick<ReadStores, "throttles"> | Pick<Stores, "throttles">;

/** What a meter says without being held. */
export async function ask({ throttles }: Reader, meter: Meter, now: number): Promise<Refusal | undefined> {
  return refusalOf(meter, await throttles.find(meter.place), now);
}

/** Holds a meter's tally for the unit. */
export async function hold(tx: Pick<Stores, "throttles">, meter: Meter, now: number): Promise<HeldMeter> {
  return new HeldMeter(meter, await tx.throttles.hold(meter.place), now);
}

/** A meter whose tally nobody else can change before the unit ends. */
export class HeldMeter {
  readonly #meter: Meter;
  readonly #tally: Tally;
  readonly #now: number;

  constructor(meter: Meter, tally: Tally, now: number) {
    this.#meter = meter;
    this.#tally = tally;
    this.#now = now;
  }

  get refusal(): Refusal | undefined {
    return refusalOf(this.#meter, this.#tally, this.#now);
  }

  /** Counts one more. */
  count({ throttles }: Pick<Stores, "throttles">): Promise<void> {
    return throttles.put({ ...this.#meter.place, ...counted(this.#meter.rule, this.#tally, this.#now) });
  }
}

/** Begins a tally anew, where anything was counted; says whether. */
export async function clear(tx: Pick<Stores, "throttles">, place: TallyPlace, now: number): Promise<boolean> {
  const found = await tx.throttles.find(place);
  if (found === undefined || found.count === 0) return false;
  await tx.throttles.hold(place);
  await tx.throttles.put({ ...place, count: 0, readyAt: 0, expiresAt: now });
  return true;
}

/** What names an account as it was entered: the identifier's key, or the text where it can be no identifier, so that those do not count as one. */
export function subjectOf(kind: string, key: string, entered: string): readonly string[] {
  return key === "" ? ["entered", kind, entered.slice(0, 256).toWellFormed()] : [kind, key];
}

/** What the messages to one recipient are counted as. */
export function recipientOf(subject: readonly string[]): string {
  return JSON.stringify(subject);
}

/** The refusal that lasts longest. */
export function longest(refusals: readonly (Refusal | undefined)[]): Refusal | undefined {
  let found: Refusal | undefined;
  for (const refusal of refusals) {
    if (refusal !== undefined && (found === undefined || refusal.until > found.until)) found = refusal;
  }
  return found;
}

function refusalOf({ limit, place, rule }: Meter, tally: Tally | undefined, now: number): Refusal | undefined {
  const until = refusedUntil(rule, tally, now);
  if (until === undefined) return undefined;
  return { limit, key: place.key, until, isUsedUp: tally!.count >= rule.most };
}
