// Who may hash, and who is told to come back: first come, first served, bounded by waiting time and length. It knows nothing of passwords.
import { IdentityError } from "../errors/identity-error.ts";
import type { Clock } from "../kernel/clock.ts";

/** Bounds of a {@link HashQueue}. */
export interface HashQueueOptions {
  /** Hashes that run at once. */
  readonly concurrency: number;
  /** How many works that come `inRow` one thread may be given together, each after the other, where many wait. Default 1. */
  readonly row?: number;
  /** How long work may wait for its turn. */
  readonly maximumWaitMilliseconds: number;
  /** How many may wait. */
  readonly maximumQueue: number;
  /** How many hashes are not measured, from the first: those that also start a thread say nothing of the others. Default 0. */
  readonly unmeasured?: number;
  readonly clock: Clock;
}

/** A bounded queue in front of expensive work. */
export interface HashQueue {
  /**
   * Runs the work when its turn comes.
   * @param inRow The threads do such work in a row where they hold several: where eight or more wait for each thread, it may run two at a time, and so on up to the option `row`.
   * @throws IdentityError `busy` with `retryAfterSeconds`: at once where the queue is full or the turn would come too late by the durations measured so far; later where it did come too late. Refused work never ran.
   */
  run<T>(work: () => Promise<T>, inRow?: boolean): Promise<T>;
  load(): { readonly running: number; readonly waiting: number };
}

interface Waiting {
  readonly since: number;
  readonly inRow: boolean;
  readonly start: () => void;
  readonly refuse: (error: IdentityError) => void;
}

/** What a duration counts for in the mean when another one has followed it: some twenty make the mean, for those in a row end together. */
const fading = 0.95;

/** How many must wait for a thread before it gets one more to do in a row: a fifth more of waiting then, at most, for the first of them. */
const waitingPerRow = 4;

/** Creates an empty queue. */
export function createHashQueue(options: HashQueueOptions): HashQueue {
  const { concurrency, row = 1, maximumWaitMilliseconds, maximumQueue, clock } = options;
  const queue: Waiting[] = [];
  let running = 0;
  /** Of those that run, how many have a thread of their own. */
  let alone = 0;
  const durations = meanDuration(options);

  /** Until one that came now would have its turn. */
  const expectedWait = () => (durations.mean() * (queue.length + 1)) / concurrency;

  const busy = () => new IdentityError("busy", { retryAfterSeconds: Math.max(1, Math.ceil(expectedWait() / 1000)) });

  const hasRoom = (inRow: boolean): boolean => {
    const each = inRow && alone === 0 ? Math.min(row, 1 + Math.floor(queue.length / (waitingPerRow * concurrency))) : 1;
    return running < concurrency * each;
  };

  const advance = (): void => {
    const latest = clock.monotonic() - maximumWaitMilliseconds;
    while (queue.length > 0 && queue[0]!.since < latest) queue.shift()!.refuse(busy());
    while (queue.length > 0 && hasRoom(queue[0]!.inRow)) queue.shift()!.start();
  };

  const run = async <T>(work: () => Promise<T>, inRow: boolean): Promise<T> => {
    running++;
    if (!inRow) alone++;
    const started = clock.monotonic();
    try {
      return await work();
    } finally {
      durations.end(started, running);
      running--;
      if (!inRow) alone--;
      advance();
    }
  };

  return {
    async run(work, inRow = false) {
      advance();
      if (queue.length === 0 && hasRoom(inRow)) return run(work, inRow);
      if (queue.length >= maximumQueue || expectedWait() > maximumWaitMilliseconds) throw busy();
      return new Promise((resolve, reject) => {
        queue.push({ since: clock.monotonic(), inRow, start: () => resolve(run(work, inRow)), refuse: reject });
      });
    },
    load: () => ({ running, waiting: queue.length }),
  };
}

/** What a work takes of a thread, by the clock. */
function meanDuration({ clock, concurrency, unmeasured = 0 }: HashQueueOptions) {
  let spentMilliseconds = 0;
  let ended = 0;
  let left = unmeasured;
  let lastEnd = -Infinity;
  return {
    mean: () => spentMilliseconds / (ended || 1),
    /** A work has ended, one of `running`. Of works in a row, the first has the time of all. */
    end(started: number, running: number): void {
      const now = clock.monotonic();
      const spent = (now - Math.max(started, lastEnd)) * Math.min(running, concurrency);
      lastEnd = now;
      if (left-- > 0) return;
      spentMilliseconds = spentMilliseconds * fading + spent;
      ended = ended * fading + 1;
    },
  };
}
