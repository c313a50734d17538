// Keeps a realm's revocation index up to date with what this and other processes commit, and knows when it may not be trusted. Fails closed: what cannot be learnt is not assumed.
import type { Storage } from "../../ports.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { StoreUnavailableError } from "../errors/store-error.ts";
import type { Clock } from "../kernel/clock.ts";
import { freshFlight } from "../kernel/single-flight.ts";
import { createRevocationIndex } from "./revocation-index.ts";
import type { RevocationEntry } from "./revocation-store.ts";

/** How often the feed is looked at without being asked, in milliseconds. */
export const pollEveryMilliseconds = 250;
/** From when a polled feed is stale, in milliseconds since the start of the last good poll. */
export const staleAfterMilliseconds = 1000;
// A change token read this recently (in milliseconds) is current: no answer of another process reaches a client and comes back as a request in less.
// That is a matter of physics, so it is measured on the machine's clock and not on the one that is passed.
const changeTokenFresh = 0.025;
const pageSize = 5000;

/** The watch over one realm's revocations. */
export interface RevocationWatch {
  /** Begins to load what is persisted and to follow the feed; until it is loaded, `isCurrent` is false. Idempotent. */
  start(): void;
  close(): void;
  /** `true` when the index may be trusted at this instant without asking anybody. */
  isCurrent(): boolean;
  /** Reads what the feed has beyond the index; afterwards the index is trusted. @throws IdentityError store_unavailable */
  catchUp(): Promise<void>;
  /** Whether the access token is revoked, as far as the index knows. */
  isRevoked(familyId: string, generation: number): boolean;
  status(): { readonly loaded: boolean; readonly entries: number; readonly ageMilliseconds: number };
}

/** Prepares a watch; nothing is read before `start`. */
export function createRevocationWatch(options: {
  readonly realm: string;
  readonly storage: Storage;
  readonly clock: Clock;
  /** Awaited when another process has retired a key, before what was read counts as known. */
  readonly onKeyNews: () => Promise<void>;
  readonly onBackgroundError: (error: unknown) => void;
}): RevocationWatch {
  const { realm, storage, clock } = options;
  const index = createRevocationIndex();
  let cursor = 0;
  let loaded = false;
  let closed = false;
  let readAt = Number.NEGATIVE_INFINITY;
  let token: number | undefined;
  let tokenAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopListening: (() => void) | undefined;

  const take = (entries: readonly RevocationEntry[]): void => {
    const now = clock.now();
    for (const entry of entries) {
      if (entry.realm === realm) index.add(entry, now);
      // A number out of turn stays unread, so that what lies before it is fetched.
      if (entry.seq === cursor + 1) cursor = entry.seq;
    }
  };

  // A cut that no family is older than tells of a retired key.
  const isKeyNews = ({ realm: named, target }: RevocationEntry): boolean =>
    named === realm && "familiesBefore" in target && target.familiesBefore === 0;

  const read = freshFlight(async () => {
    const startedAt = clock.monotonic();
    const tokenBefore = storage.feed.changeToken();
    for (;;) {
      const entries = await storage.read.revocations.since({ seq: cursor, limit: pageSize });
      take(entries);
      if (entries.some(isKeyNews)) await options.onKeyNews();
      // Purged numbers leave holes that were committed before: a page that was read in order has nothing missing.
      cursor = Math.max(cursor, entries.at(-1)?.seq ?? 0);
      if (entries.length < pageSize) break;
      await yieldToOthers();
    }
    loaded = true;
    readAt = startedAt;
    token = tokenBefore;
  });

  const isCurrent = (): boolean => {
    if (!loaded) return false;
    if (token === undefined) return clock.monotonic() - readAt <= staleAfterMilliseconds;
    const now = performance.now();
    if (now - tokenAt < changeTokenFresh) return true;
    if (storage.feed.changeToken() !== token) return false;
    tokenAt = now;
    return true;
  };

  const poll = (): void => {
    if (closed) return;
    timer = setTimeout(() => {
      const look = token !== undefined && isCurrent() ? Promise.resolve() : read();
      look.catch(options.onBackgroundError).finally(poll);
    }, pollEveryMilliseconds);
    (timer as { unref?: () => void }).unref?.();
  };

  return {
    start() {
      if (stopListening !== undefined) return;
      stopListening = storage.feed.onCommitted(take);
      read().catch(options.onBackgroundError).finally(poll);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      stopListening?.();
    },
    isCurrent,
    async catchUp() {
      try {
        await read();
      } catch (error) {
        if (error instanceof StoreUnavailableError)
          throw new IdentityError("store_unavailable", { cause: error, retryAfterSeconds: 1 });
        throw error;
      }
    },
    isRevoked: (familyId, generation) => index.isRevoked(familyId, generation),
    status: () => ({
      loaded,
      entries: index.size,
      ageMilliseconds: loaded && token === undefined ? clock.monotonic() - readAt : 0,
    }),
  };
}

const yieldToOthers = () => new Promise<void>((resolve) => setTimeout(resolve));
