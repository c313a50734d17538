// The one-time codes' part of the storage port. At most one code per account and purpose; the store sees digests, never a code.

/** What a code is good for: it is good for nothing else. */
export type CodePurpose = "log_in" | "confirm_email";

/** Whose code it is, and for what. */
export interface CodePlace {
  readonly realm: string;
  readonly accountId: string;
  readonly purpose: CodePurpose;
}

/** A code to store. Times are milliseconds since the epoch. */
export interface NewCode extends CodePlace {
  /** Names the request that the code answers; part of what is digested. */
  readonly id: string;
  /** The account's security version when the code was asked for; a code of another version is dead. */
  readonly accountVersion: number;
  /** Keyed digest of the code in its place. */
  readonly digest: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** How often it may still be tried. */
  readonly attemptsLeft: number;
}

/** A stored code; `usedAt` is `null` before its use. */
export type OneTimeCode = NewCode & { readonly usedAt: number | null };

/** One try of a code. */
export interface CodeAttempt extends CodePlace {
  /** The request that is answered: an older or newer one is not tried. */
  readonly id: string;
  readonly accountVersion: number;
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Reads of codes. */
export interface CodeReader {
  /** The newest code of its place, used, expired or not. */
  current(place: CodePlace): Promise<OneTimeCode | undefined>;
}

/** Reads and writes of codes inside a unit of work. */
export interface CodeStore extends CodeReader {
  /** Makes this the only code of its place: an older one is gone. */
  put(code: NewCode): Promise<void>;
  /**
   * Tries a code that is unused, unexpired, of that id and version, and has attempts left: one conditional UPDATE counts the attempt and, where the digest is the stored one, uses the code.
   * `true` for exactly one of any number of parallel right tries; no more tries are judged than there were attempts left, however many come at once.
   */
  attempt(attempt: CodeAttempt): Promise<boolean>;
  /** Deletes at most `limit` codes that expired before `before`; returns how many. */
  purge(at: { readonly before: number; readonly limit: number }): Promise<number>;
}
