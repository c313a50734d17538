// The formats of stored password hashes. A format reads its own texts and nothing else; which one a text has is tried in the order of a table.

/** A stored hash that a format has read. */
export interface StoredPasswordHash {
  /** Whether it should be replaced at the next log-in: another format, or parameters that are no longer the current ones. */
  readonly outdated: boolean;
  /** Whether a thread may do it in a row with others: Argon2id at the cost of new hashes. Default `false`. */
  readonly inRow?: boolean;
  /** Computes one hash. The password is the entered one, well-formed and of bounded length: how it is normalised is the format's affair. */
  matches(password: string): Promise<boolean>;
}

/** A format: ours, or one of a system that was replaced. */
export interface PasswordHashFormat {
  /** Reads without computing; `undefined` for a text of another format, and for one that would cost too much to verify. */
  read(encoded: string): StoredPasswordHash | undefined;
}

/** Reads a stored hash by the first format that knows it. */
export function readStoredHash(
  formats: readonly PasswordHashFormat[],
  encoded: string | null,
): StoredPasswordHash | undefined {
  if (encoded === null) return undefined;
  for (const format of formats) {
    const stored = format.read(encoded);
    if (stored !== undefined) return stored;
  }
  return undefined;
}
