// Keeps a realm's revocation index up to date with what this and other processes commit, and knows when it may not be trusted. Fails closed: what cannot be learnt is not assumed.
import type { Storage } from "../../ports.ts";
import { translateFaults } from "../errors/translate-fault.ts";
import type { Clock } from "../kernel/clock.ts";
import { freshFlight } from "../kernel/single-flight.ts";
import { RevocationIndex } from "./revocation-index.ts";
import type { RevocationEntry } from "./revocation-store.ts";

/** How often the feed is looked at without being asked, in milliseconds. */
export const pollEveryMilliseconds = 250;
/** From when a polled feed is stale, in milliseconds since the start of the last good poll. */
export const staleAfterMilliseconds = 1000;
/** Small enough that a page's rows are gone before V8 takes them for old. */
const pageSize = 500;
/** For so long pages are read without a turn for others, in milliseconds. */
const turnMilliseconds = 10;

/** What a watch is made from. */
export interface RevocationWatchOptions {
  readonly realm: string;
  readonly storage: Storage;
  readonly clock: Clock;
  /** Awaited when another process has retired a key, before what was read counts as known. */
  readonly onKeyNews: () => Promise<void>;
  /** Receives faults of reads that nobody waits for. */
  readonly onBackgroundError: (error: unknown) => void;
}

/** The watch over one realm's revocations; nothing is read before {@link RevocationWatch.start}. */
export class RevocationWatch {
  readonly #options: RevocationWatchOptions;
  readonly #index = new RevocationIndex();
  readonly #read = freshFlight(() => this.#readFeed());
  #cursor = 0;
  #loaded = false;
  #closed = false;
  /** How often was heard that a key is retired, and how much of that the ring knows: nothing is trusted while it lags, and what failed is tried again. */
  #keyNewsHeard = 0;
  #keyNewsKnown = 0;
  /** When the last good read began (monotonic). */
  #readAt = Number.NEGATIVE_INFINITY;
  #token: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopListening: (() => void) | undefined;

  constructor(options: RevocationWatchOptions) {
    this.#options = options;
  }

  /** Begins to load what is persisted and to follow the feed; until it is loaded, `isCurrent` is false. Idempotent. */
  start(): void {
    if (this.#stopListening !== undefined) return;
    const { feed } = this.#options.storage;
    const stops = [feed.onCommitted((entries) => this.#take(entries)), feed.onHint(() => this.#lookNow())];
    this.#stopListening = () => stops.forEach((stop) => stop());
    this.#read()
      .catch(this.#options.onBackgroundError)
      .finally(() => this.#poll());
  }

  /** Stops following the feed. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stopListening?.();
  }

  /** `true` when the index may be trusted at this instant without asking anybody. */
  isCurrent(): boolean {
    if (!this.#loaded || this.#keyNewsKnown !== this.#keyNewsHeard) return false;
    if (this.#token === undefined) return this.#options.clock.monotonic() - this.#readAt <= staleAfterMilliseconds;
    return this.#options.storage.feed.changeToken() === this.#token;
  }

  /** Reads what the feed has beyond the index; afterwards the index is trusted. @throws IdentityError store_unavailable */
  catchUp(): Promise<void> {
    return translateFaults(this.#read());
  }

  /** Whether the access token is revoked, as far as the index knows. */
  isRevoked(familyId: string, generation: number): boolean {
    return this.#index.isRevoked(familyId, generation);
  }

  /** Whether the feed was read to its end once, what is indexed, and the age of a polled index. */
  status(): { readonly loaded: boolean; readonly entries: number; readonly ageMilliseconds: number } {
    const polled = this.#loaded && this.#token === undefined;
    const ageMilliseconds = polled ? this.#options.clock.monotonic() - this.#readAt : 0;
    return { loaded: this.#loaded, entries: this.#index.size, ageMilliseconds };
  }

  async #readFeed(): Promise<void> {
    const { clock, storage, onKeyNews } = this.#options;
    const startedAt = clock.monotonic();
    const tokenBefore = storage.feed.changeToken();
    let turnAt = performance.now();
    for (;;) {
      const entries = await storage.read.revocations.since({ seq: this.#cursor, limit: pageSize });
      this.#take(entries);
      const heard = this.#keyNewsHeard;
      if (heard !== this.#keyNewsKnown) await onKeyNews();
      this.#keyNewsKnown = heard;
      // Purged numbers leave holes that were committed before: a page that was read in order has nothing missing.
      this.#cursor = Math.max(this.#cursor, entries.at(-1)?.seq ?? 0);
      if (entries.length < pageSize) break;
      if (performance.now() - turnAt < turnMilliseconds) continue;
      await new Promise<void>((resolve) => setTimeout(resolve));
      turnAt = performance.now();
    }
    this.#loaded = true;
    this.#readAt = startedAt;
    this.#token = tokenBefore;
  }

  #take(entries: readonly RevocationEntry[]): void {
    const now = this.#options.clock.now();
    for (const entry of entries) {
      if (entry.realm === this.#options.realm) this.#index.add(entry, now);
      if (this.#isKeyNews(entry)) this.#keyNewsHeard++;
      // A number out of turn stays unread, so that what lies before it is fetched.
      if (entry.seq === this.#cursor + 1) this.#cursor = entry.seq;
    }
  }

  // A cut that no family is older than tells of a retired key.
  #isKeyNews({ realm, target }: RevocationEntry): boolean {
    return realm === this.#options.realm && "familiesBefore" in target && target.familiesBefore === 0;
  }

  // Many hints make at most one read that runs and one that waits.
  #lookNow(): void {
    if (!this.#closed) this.#read().catch(this.#options.onBackgroundError);
  }

  #poll(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      const look = this.#token !== undefined && this.isCurrent() ? Promise.resolve() : this.#read();
      look.catch(this.#options.onBackgroundError).finally(() => this.#poll());
    }, pollEveryMilliseconds);
    (this.#timer as { unref?: () => void }).unref?.();
  }
}
