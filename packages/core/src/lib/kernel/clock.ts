// The time as an argument: nothing in core reads a clock of its own, so tests pass one.

/** A source of time. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may step when the machine's clock is set. */
  now(): number;
  /** Milliseconds from an arbitrary origin; never steps back. */
  monotonic(): number;
}

/** The clock of the runtime. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Whole seconds since the Unix epoch, as JWT's NumericDate counts them (RFC 7519 §2). */
export function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
