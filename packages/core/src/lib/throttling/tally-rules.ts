// The arithmetic of limits: pure functions of a rule, a tally and an instant. They know no store and no clock.
import type { Tally } from "./throttle-store.ts";
import type { CountLimit, GuessLimit } from "./throttling-policy.ts";

/** What a tally is judged by: so many in a time, or failures in a row with a growing wait. */
export type TallyRule = CountLimit | Omit<GuessLimit, "keptForKnownAddresses">;

type Counts = Pick<Tally, "count" | "readyAt" | "expiresAt">;

/** Until when the next one is refused; `undefined`: it may go on. */
export function refusedUntil(rule: TallyRule, tally: Counts | undefined, now: number): number | undefined {
  if (tally === undefined || tally.expiresAt <= now) return undefined;
  if (tally.count >= rule.most) return tally.expiresAt;
  return tally.readyAt > now ? tally.readyAt : undefined;
}

/** The tally with one more. */
export function counted(rule: TallyRule, tally: Counts, now: number): Counts {
  const isOver = tally.expiresAt <= now;
  const count = (isOver ? 0 : tally.count) + 1;
  if ("seconds" in rule)
    return { count, readyAt: now, expiresAt: isOver ? now + rule.seconds * 1000 : tally.expiresAt };
  return { count, readyAt: now + delayAfter(rule, count), expiresAt: now + rule.forgetAfterSeconds * 1000 };
}

/** The wait after the n-th failure in a row, in milliseconds. */
function delayAfter(rule: Exclude<TallyRule, CountLimit>, failures: number): number {
  if (failures < rule.free) return 0;
  return Math.min(rule.firstDelaySeconds * 2 ** (failures - rule.free), rule.longestDelaySeconds) * 1000;
}
