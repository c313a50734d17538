// Who may hash, and who is told to come back: first come, first served, bounded by waiting time and length. It knows nothing of passwords.
import { IdentityError } from "../errors/identity-error.ts";
import type { Clock } from "../kernel/clock.ts";

/** Bounds of a {@link HashQueue}. */
export interface HashQueueOptions {
  /** Hashes that run at once. */
  readonly concurrency: number;
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
   * @throws IdentityError `busy` with `retryAfterSeconds`: at once where the queue is full or the turn would come too late by the durations measured so far; later where it did come too late. Refused work never ran.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
  load(): { readonly running: number; readonly waiting: number };
}

interface Waiting {
  readonly since: number;
  readonly start: () => void;
  readonly refuse: (error: IdentityError) => void;
}

/** How much of the mean duration the newest one is. */
const weight = 0.2;

/** Creates an empty queue. */
export function createHashQueue(options: HashQueueOptions): HashQueue {
  const { concurrency, maximumWaitMilliseconds, maximumQueue, clock } = options;
  const queue: Waiting[] = [];
  let running = 0;
  let { unmeasured = 0 } = options;
  let meanMilliseconds: number | undefined;

  /** Until one that came now would have its turn. */
  const expectedWait = () => ((meanMilliseconds ?? 0) * (queue.length + 1)) / concurrency;

  const busy = () => new IdentityError("busy", { retryAfterSeconds: Math.max(1, Math.ceil(expectedWait() / 1000)) });

  const advance = (): void => {
    const latest = clock.monotonic() - maximumWaitMilliseconds;
    while (queue.length > 0 && queue[0]!.since < latest) queue.shift()!.refuse(busy());
    while (queue.length > 0 && running < concurrency) queue.shift()!.start();
  };

  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    running++;
    const started = clock.monotonic();
    try {
      return await work();
    } finally {
      const duration = clock.monotonic() - started;
      if (unmeasured > 0) unmeasured--;
      else meanMilliseconds = (meanMilliseconds ?? duration) * (1 - weight) + duration * weight;
      running--;
      advance();
    }
  };

  return {
    async run(work) {
      advance();
      if (running < concurrency) return run(work);
      if (queue.length >= maximumQueue || expectedWait() > maximumWaitMilliseconds) throw busy();
      return new Promise((resolve, reject) => {
        queue.push({ since: clock.monotonic(), start: () => resolve(run(work)), refuse: reject });
      });
    },
    load: () => ({ running, waiting: queue.length }),
  };
}
