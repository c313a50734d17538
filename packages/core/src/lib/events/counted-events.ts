// Events that a flood could cause: the first of a minute and key is written at once, those that follow as one event with their count.
// Nobody waits for them, and nothing of them fails a request.
import type { Storage } from "../../ports.ts";
import type { Clock } from "../kernel/clock.ts";
import type { NewEvent } from "./event-store.ts";

/** Keys of one minute; what comes beyond them is counted together. */
export const mostKeys = 500;
const minute = 60_000;

/** What counting needs. */
export interface CountedEventsOptions {
  readonly storage: Pick<Storage, "transact">;
  readonly clock: Clock;
  readonly onBackgroundError: (error: unknown) => void;
}

interface Counted {
  readonly first: NewEvent;
  more: number;
  lastAt: number;
}

/** Counts events of one realm. */
export class CountedEvents {
  readonly #options: CountedEventsOptions;
  readonly #counted = new Map<string, Counted>();
  readonly #writing = new Set<Promise<void>>();
  #minute = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: CountedEventsOptions) {
    this.#options = options;
  }

  /** Adds an event. `key` says which are the same; beyond {@link mostKeys} they are told without account, session, address and client. */
  add(key: string, event: NewEvent): void {
    const current = Math.floor(event.at / minute);
    if (current !== this.#minute) this.#endMinute();
    this.#minute = current;
    const isNew = !this.#counted.has(key);
    const overflows = isNew && this.#counted.size >= mostKeys;
    const place = overflows ? "" : key;
    const known = this.#counted.get(place);
    if (known !== undefined) {
      known.more++;
      known.lastAt = event.at;
      return;
    }
    const first = overflows ? anonymous(event) : event;
    this.#counted.set(place, { first, more: 0, lastAt: event.at });
    this.#write([first]);
    this.#schedule();
  }

  /** Writes what was counted, and resolves when everything is written. */
  async close(): Promise<void> {
    this.#endMinute();
    await Promise.all(this.#writing);
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#endMinute(), minute);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  #endMinute(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const repeated = [...this.#counted.values()].filter(({ more }) => more > 0);
    this.#counted.clear();
    if (repeated.length === 0) return;
    this.#write(
      repeated.map(({ first, more, lastAt }) => ({ ...first, at: lastAt, detail: { ...first.detail, count: more } })),
    );
  }

  #write(events: readonly NewEvent[]): void {
    const { storage, onBackgroundError } = this.#options;
    const written = storage
      .transact(async (tx) => {
        for (const event of events) await tx.events.append(event);
      })
      .catch(onBackgroundError)
      .finally(() => this.#writing.delete(written));
    this.#writing.add(written);
  }
}

function anonymous({ realm, type, at, detail = {} }: NewEvent): NewEvent {
  const { client_id: client, ...rest } = detail;
  return { realm, type, at, actor: "anonymous", detail: client === undefined ? detail : rest };
}
