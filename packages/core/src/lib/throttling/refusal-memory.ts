// What was refused a moment ago, in this process: the next one is refused without asking the store. It only ever refuses; what it does not know the store decides.
import type { Clock } from "../kernel/clock.ts";
import type { Refusal } from "./meter.ts";

/** For so long a refusal is believed without a look, in milliseconds: what another process allows again is known after it. */
export const believedMilliseconds = 1000;
const mostKeys = 10_000;

/** Refusals of the last second. */
export class RefusalMemory {
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly refusal: Refusal; readonly believedUntil: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The refusal of a key that is still true. */
  recall(key: string): Refusal | undefined {
    const found = this.#known.get(key);
    if (found === undefined) return undefined;
    if (found.believedUntil > this.#clock.monotonic() && found.refusal.until > this.#clock.now()) return found.refusal;
    this.#known.delete(key);
    return undefined;
  }

  /** Believes a refusal for a second, once: what was recalled is not remembered anew. */
  remember(key: string, refusal: Refusal): void {
    if (this.#known.get(key)?.refusal === refusal) return;
    this.#known.delete(key);
    this.#known.set(key, { refusal, believedUntil: this.#clock.monotonic() + believedMilliseconds });
    if (this.#known.size > mostKeys) this.#known.delete(this.#known.keys().next().value!);
  }

  /** Somebody has begun tallies anew. */
  clear(): void {
    this.#known.clear();
  }
}
