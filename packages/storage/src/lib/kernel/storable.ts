// What no database may be given: values that it would keep as other ones.
// Knows values only.
import { UnstorableValueError } from "./storage-error.ts";

/** @throws UnstorableValueError for an integer beyond ±(2⁵³ − 1) and for text with an unpaired surrogate. */
export function assertStorable(value: unknown): void {
  if (typeof value === "number") {
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      throw new UnstorableValueError("An integer beyond ±(2⁵³ − 1) cannot be stored");
    }
  } else if (typeof value === "string" && !value.isWellFormed()) {
    throw new UnstorableValueError("Text with an unpaired surrogate cannot be stored");
  }
}

/** The number of a 64-bit integer's digits. @throws UnstorableValueError beyond ±(2⁵³ − 1). */
export function readInteger(digits: string): number {
  const value = Number(digits);
  if (Number.isSafeInteger(value)) return value;
  throw new UnstorableValueError("A column holds an integer beyond ±(2⁵³ − 1)");
}
