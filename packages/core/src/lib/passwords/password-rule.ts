// Which passwords a realm accepts. Length counts code points after NFC (NIST SP 800-63B-4 §3.1.1.2); nothing is truncated.
import type { FieldProblem } from "../errors/field-problem.ts";
import { codePoints } from "../kernel/text.ts";

/** A rule for new passwords. */
export interface PasswordRule {
  /** Code points after NFC. Default 15: the password is the only factor. */
  readonly minimum: number;
  /** Code points after NFC; bounds the cost of hashing. Default 256. */
  readonly maximum: number;
  /** Character classes of which each must occur. Default none. */
  readonly classes?: readonly ("upper" | "lower" | "digit" | "punctuation")[];
  /** Whether common passwords are refused, and those that are made of the account's identifiers or the service's names. Default rule: true; absent: false. */
  readonly refuseGuessable?: boolean;
  /** Names of the service of which no password may be made, beside the labels of the issuer's host. Default none. */
  readonly contextWords?: readonly string[];
}

/** NIST's rule for a password without a second factor. */
export const defaultPasswordRule: PasswordRule = Object.freeze({ minimum: 15, maximum: 256, refuseGuessable: true });

const classPatterns = Object.freeze({
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  digit: /\p{Nd}/u,
  punctuation: /[!-/:-@[-`{-~]/,
});

/** The form of a password that is measured and hashed: NFC; `undefined` for text that is not well-formed Unicode. */
export function normalisePassword(password: string): string | undefined {
  return password.isWellFormed() ? password.normalize("NFC") : undefined;
}

/** What is wrong with a new password by itself; empty where nothing is. Whether it is easily guessed is asked when it is hashed. */
export function checkPassword(password: string, rule: PasswordRule): readonly FieldProblem[] {
  const normalised = normalisePassword(password);
  if (normalised === undefined || normalised.includes("\u0000")) return [{ problem: "invalid_characters" }];
  const length = codePoints(normalised);
  if (length === 0) return [{ problem: "blank" }];
  if (length < rule.minimum) return [{ problem: "too_short", minimum: rule.minimum }];
  if (length > rule.maximum) return [{ problem: "too_long", maximum: rule.maximum }];
  return (rule.classes ?? []).every((name) => classPatterns[name].test(normalised))
    ? []
    : [{ problem: "invalid_format" }];
}
