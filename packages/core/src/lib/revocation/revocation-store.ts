// The revocations' part of the storage port: a gapless feed of what is taken back.

/** Kills access tokens of a family through a generation, or of every family of the realm that is older than an instant. */
export interface NewRevocation {
  readonly realm: string;
  readonly target:
    | {
        readonly familyId: string;
        /** Inclusive; `allGenerations` for the whole family. */ readonly throughGeneration: number;
      }
    | { /** Families created before this, in milliseconds since the epoch. */ readonly familiesBefore: number };
  /** Milliseconds since the epoch after which no token that it names is alive; the entry may leave then. */
  readonly expiresAt: number;
}

/** The whole family: no generation is larger. */
export const allGenerations: number = 0xffff_ffff;

/** A persisted entry; `seq` counts 1, 2, 3 … over all realms in commit order, without a gap. */
export type RevocationEntry = NewRevocation & { readonly seq: number };

/** Reads of the feed. */
export interface RevocationReader {
  /** Entries after `seq`, ascending, at most `limit`. Purged ones are absent; new ones follow without a gap. */
  since(at: { readonly seq: number; readonly limit: number }): Promise<readonly RevocationEntry[]>;
  /** Entries that name this family, and the realm's cuts: what the strict path asks before the index is loaded. */
  concerning(at: { readonly realm: string; readonly familyId: string }): Promise<readonly RevocationEntry[]>;
  /** The newest number given; 0 before the first. */
  head(): Promise<number>;
}

/** Writes inside a unit of work. */
export interface RevocationStore extends RevocationReader {
  /** Persists entries; their numbers are taken as the last statement of the unit. */
  add(entries: readonly NewRevocation[]): Promise<void>;
  /** Deletes at most `limit` entries that expired before `before`; returns how many. */
  purge(at: { readonly before: number; readonly limit: number }): Promise<number>;
}

/** How a process learns what others committed. */
export interface RevocationFeed {
  /** Calls back synchronously with the entries of a unit after its commit and before `transact` resolves. Returns how to stop. */
  onCommitted(listener: (entries: readonly RevocationEntry[]) => void): () => void;
  /**
   * Where the store can tell at once whether another process has committed (SQLite): a number that differs from the last one when it has. It is asked for
   * with each token, so a store may answer from a look that is so young that no client can know of a later commit.
   * `undefined` where only polling tells (PostgreSQL, MySQL).
   */
  changeToken(): number | undefined;
  /**
   * Calls back when another process has probably committed entries, so that the feed is read now and not only at the next poll (PostgreSQL).
   * Hints may be late, lost or for nothing; a store without them never calls. Returns how to stop.
   */
  onHint(listener: () => void): () => void;
}
