// One queue of hashes for all realms on a platform: its cores and its memory are shared, whoever's passwords they are.
import type { Clock } from "../kernel/clock.ts";
import type { Platform } from "../platform.ts";
import type { HashQueue } from "./hash-queue.ts";
import { createBoundedQueue } from "./password-hasher.ts";

const queues = new WeakMap<Platform, WeakMap<Clock, HashQueue>>();

/** The queue of everybody who hashes on this platform and waits by this clock; made when first asked for. */
export function sharedQueue(platform: Platform, clock: Clock): HashQueue {
  const byClock = queues.get(platform) ?? new WeakMap<Clock, HashQueue>();
  queues.set(platform, byClock);
  const { hashConcurrency: concurrency, hashRow: row } = platform;
  const queue =
    byClock.get(clock) ?? createBoundedQueue({ concurrency, ...(row && { row }), unmeasured: concurrency, clock });
  byClock.set(clock, queue);
  return queue;
}
