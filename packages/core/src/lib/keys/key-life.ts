// The life of signing keys, computed from their rows and the time: next → current → previous → retired. Nothing is written when time passes, and nothing here reads a clock.
import type { KeyRecord, KeyUse } from "./key-store.ts";

/** `next`: published, signs later. `current`: signs. `previous`: still verifies. `retired`: neither. */
export type KeyState = "next" | "current" | "previous" | "retired";

/** A key with the instants that follow from its neighbours. */
export interface KeyLife {
  readonly record: KeyRecord;
  /** Milliseconds since the epoch from which another key signs; infinite where none is known. */
  readonly supersededAt: number;
  /** Milliseconds since the epoch from which it verifies nothing: retired by an operator, or the last token that it signed has expired. */
  readonly endsAt: number;
}

/** How long a key verifies after it was superseded, in milliseconds, by use: the longest life of a token that it signs, and a margin. */
export type KeyTails = Readonly<Record<KeyUse, number>>;

/** Lives in the order in which keys sign: by activation, then ordinal. */
export function keyLives(records: readonly KeyRecord[], tails: KeyTails): readonly KeyLife[] {
  const ordered = [...records].sort(
    (left, right) => left.activatesAt - right.activatesAt || left.ordinal - right.ordinal,
  );
  return ordered.map((record, place) => {
    const successor = ordered.slice(place + 1).find((later) => later.use === record.use && everSigned(later));
    const supersededAt = successor?.activatesAt ?? Number.POSITIVE_INFINITY;
    return { record, supersededAt, endsAt: record.retiredAt ?? supersededAt + tails[record.use] };
  });
}

/** Whether a key was not retired before it became current. */
function everSigned({ retiredAt, activatesAt }: KeyRecord): boolean {
  return retiredAt === null || retiredAt > activatesAt;
}

/** The keys of a use that verify at `now`, and are published where they are public (RFC 7517 §5): next, current and previous. */
export function verifyingAt(lives: readonly KeyLife[], use: KeyUse, now: number): readonly KeyLife[] {
  return lives.filter((life) => life.record.use === use && isAlive(life, now));
}

/**
 * The key that signs what belongs to the instant `at`, seen from `now`: the one that was current then, so that a replay is signed like the first answer.
 * Where that one verifies no longer (a retired key signs nothing again), or none was current yet (another process's clock runs ahead), the next that does. `undefined` where none verifies.
 */
export function signingAt(lives: readonly KeyLife[], use: KeyUse, at: number, now: number): KeyLife | undefined {
  const ofUse = lives.filter(({ record }) => record.use === use);
  const then = ofUse.findLastIndex(({ record }) => record.activatesAt <= at && everSigned(record));
  const alive = (life: KeyLife) => isAlive(life, now);
  return ofUse.slice(Math.max(0, then)).find(alive) ?? ofUse.findLast(alive);
}

/** The state of a key at `now`. */
export function stateAt(lives: readonly KeyLife[], life: KeyLife, now: number): KeyState {
  const { record } = life;
  if (!isAlive(life, now)) return "retired";
  if (signingAt(lives, record.use, now, now) === life) return "current";
  return record.activatesAt > now ? "next" : "previous";
}

/** Keys whose rows say nothing any more: ended for longer than a key's tail. Rows before them may lean on their instants until then. */
export function removableAt(lives: readonly KeyLife[], tails: KeyTails, now: number): readonly KeyRecord[] {
  const newest = (use: KeyUse) => Math.max(...lives.map(({ record }) => (record.use === use ? record.ordinal : 0)));
  return lives
    .filter(({ record: { use, ordinal }, endsAt }) => endsAt + tails[use] <= now && ordinal < newest(use))
    .map(({ record }) => record);
}

function isAlive({ record, endsAt }: KeyLife, now: number): boolean {
  return record.retiredAt === null && endsAt > now;
}
