// Deletes what has expired, from time to time and never inside a request. Several processes do it at times of their own; where two meet, each row goes once.
import type { IdentityProvider, PurgeCounts } from "@latchkey/core";
import type { Log } from "./log.ts";

/** A schedule under way. */
export interface BackgroundPurge {
  /** Ends the schedule; a round under way stops after its batch. */
  close(): Promise<void>;
}

/** How to purge. */
export interface BackgroundPurgeOptions {
  readonly providers: readonly Pick<IdentityProvider, "realm" | "purge">[];
  /** `null`: never. */
  readonly intervalSeconds: number | null;
  /** Rows that are deleted at once. */
  readonly batch: number;
  readonly log: Pick<Log, "info" | "error">;
  /** After each round of a realm. */
  readonly onPurged?: (realm: string, counts: PurgeCounts) => void;
  /** From 0 to 1; default: by chance. */
  readonly random?: () => number;
}

/** Starts the schedule: the first round at a random point of the interval, so that processes that start at once do not meet; then a round each interval, give or take a tenth. */
export function startBackgroundPurge(options: BackgroundPurgeOptions): BackgroundPurge {
  const { intervalSeconds, random = Math.random } = options;
  if (intervalSeconds === null) return { close: async () => {} };
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let round = Promise.resolve();
  const schedule = (seconds: number): void => {
    timer = setTimeout(() => {
      round = purgeAll(options, ending.signal).then(() => {
        if (!ending.signal.aborted) schedule(intervalSeconds * (0.9 + 0.2 * random()));
      });
    }, seconds * 1000).unref();
  };
  schedule(intervalSeconds * random());
  return {
    async close() {
      ending.abort();
      clearTimeout(timer);
      await round;
    },
  };
}

// One realm after the other; what fails is tried again in the next round.
async function purgeAll(
  { providers, batch, log, onPurged }: BackgroundPurgeOptions,
  signal: AbortSignal,
): Promise<void> {
  for (const provider of providers) {
    if (signal.aborted) return;
    try {
      const counts = await provider.purge({ batch, signal });
      onPurged?.(provider.realm, counts);
      if (Object.values(counts).some((count) => count > 0)) {
        log.info({ realm: provider.realm, ...counts }, "Deleted what had expired");
      }
    } catch (error) {
      log.error(
        { err: error, realm: provider.realm },
        "What has expired could not be deleted; the next round tries again",
      );
    }
  }
}
