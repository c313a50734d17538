// What a check says: a rule, what was found, what is wanted.

/** `bad` would be unsafe in production or does not work; `odd` deserves a look. */
export type Verdict = "good" | "odd" | "bad";

/** The result of one check. */
export interface Finding {
  readonly rule: string;
  readonly verdict: Verdict;
  readonly found: string;
  readonly wanted: string;
}

/** A finding of a rule that either holds or is broken with the given verdict. */
export function finding(
  rule: string,
  holds: boolean,
  found: string,
  wanted: string,
  otherwise: Exclude<Verdict, "good"> = "bad",
): Finding {
  return { rule, verdict: holds ? "good" : otherwise, found, wanted };
}
