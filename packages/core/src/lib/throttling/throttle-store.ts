// The throttles' part of the storage port: tallies of what was tried. The store counts nothing by itself and sees digests, never a name or an address.

/** Where a tally is kept. */
export interface TallyPlace {
  readonly realm: string;
  /** A digest of what is counted; at most 64 characters. */
  readonly key: string;
}

/** What was counted of one key. Times are milliseconds since the epoch. */
export interface Tally extends TallyPlace {
  readonly count: number;
  /** Before this instant the next one is refused. */
  readonly readyAt: number;
  /** From this instant on the tally means nothing. */
  readonly expiresAt: number;
}

/** Reads of tallies. */
export interface ThrottleReader {
  /** The tally, expired or not. */
  find(place: TallyPlace): Promise<Tally | undefined>;
}

/** Reads and writes of tallies inside a unit of work. */
export interface ThrottleStore extends ThrottleReader {
  /**
   * Reads a tally and keeps it for this unit: whoever else holds it waits until the unit ends, so that what is counted under it cannot be outrun.
   * Where there is none an empty one is made (count 0, ready and expired at 0).
   */
  hold(place: TallyPlace): Promise<Tally>;
  /** Replaces a tally that this unit holds. */
  put(tally: Tally): Promise<void>;
  /** Deletes at most `limit` tallies that expired before `before`; returns how many. */
  purge(at: { readonly before: number; readonly limit: number }): Promise<number>;
}
