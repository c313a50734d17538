// How an identifier is normalised, checked and made unique. Normalisation comes first, so that no check is passed by a spelling.
import type { FieldProblem } from "../errors/field-problem.ts";
import { codePoints } from "../kernel/text.ts";
import type { Identifier } from "./account.ts";

/** The rule of one kind of identifier. */
export interface IdentifierRule {
  /** `username`: no `@`, no phone number, no invisible characters. `email`: one address of RFC 5321's form. `mobile`: E.164. `text`: anything printable. */
  readonly syntax: "username" | "email" | "mobile" | "text";
  /** `folded`: spellings that differ in letter case or compatibility forms are one. `exact`: byte by byte. */
  readonly form: "folded" | "exact";
  /** Code points of the normalised value. */
  readonly maximum: number;
  /** What the value must match beside its syntax. Default: nothing. */
  readonly pattern?: RegExp;
  /** Brings what a person entered into the form that `syntax` wants, before it is checked: a national number to E.164, for example. `undefined`: it cannot be understood. */
  readonly normalise?: (entered: string) => string | undefined;
}

/** The default kinds. */
export const defaultIdentifierRules: Readonly<Record<"username" | "email" | "mobile", IdentifierRule>> = Object.freeze({
  username: { syntax: "username", form: "folded", maximum: 64 },
  email: { syntax: "email", form: "folded", maximum: 254 },
  mobile: { syntax: "mobile", form: "exact", maximum: 16 },
});

/** The normalised identifier, or what is wrong with the entered value. */
export type IdentifierCheck = { readonly identifier: Identifier } | { readonly problem: FieldProblem };

// Controls, invisible formats, surrogates, private use, unassigned; line and paragraph separators; blanks other than U+0020.
const unprintable = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
/** Code points of a normalised form that every storage can index. */
const longestKey = 254;
const phoneLike = /^\+?[\d\s().-]*$/;

/** Normalises (NFC, trimmed) and then checks an entered value. */
export function checkIdentifier(kind: string, entered: string, rule: IdentifierRule): IdentifierCheck {
  if (!entered.isWellFormed()) return { problem: { problem: "invalid_characters" } };
  const trimmed = entered.normalize("NFC").trim();
  const spelled = rule.syntax === "mobile" ? trimmed.normalize("NFKC").replace(/[\s().-]/g, "") : trimmed;
  if (spelled === "") return { problem: { problem: "blank" } };
  const value = rule.normalise === undefined ? spelled : rule.normalise(spelled);
  if (value === undefined) return { problem: { problem: "invalid_format" } };
  if (unprintable.test(value)) return { problem: { problem: "invalid_characters" } };
  if (codePoints(value) > rule.maximum) return { problem: { problem: "too_long", maximum: rule.maximum } };
  if (!hasSyntax(value, rule.syntax) || rule.pattern?.test(value) === false)
    return { problem: { problem: "invalid_format" } };
  const key = rule.form === "folded" ? foldIdentifier(value) : value;
  // Folding makes some characters eighteen, and an index on a server has an end.
  if (codePoints(key) > longestKey) return { problem: { problem: "too_long", maximum: rule.maximum } };
  return { identifier: { kind, value, key } };
}

/** The form in which spellings of one identifier meet: NFKC, case-folded, runs of blanks as one. */
export function foldIdentifier(value: string): string {
  // Up and down again, so that "ẞ", "ß" and "SS" meet (Unicode §5.18); down first, because "ẞ" is upper case already.
  const folded = value.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase();
  return folded.normalize("NFKC").trim().replace(/ +/g, " ");
}

function hasSyntax(value: string, syntax: IdentifierRule["syntax"]): boolean {
  switch (syntax) {
    case "username": {
      const folded = foldIdentifier(value);
      const digits = folded.replace(/\D/g, "").length;
      return folded !== "" && !folded.includes("@") && !(phoneLike.test(folded) && digits >= 7);
    }
    case "email": {
      const folded = value.normalize("NFKC");
      return (
        /^[^\s@,;:<>()[\]\\"]{1,64}@[^\s@,;:<>()[\]\\"_]+(\.[^\s@,;:<>()[\]\\"_]+)+$/u.test(folded) &&
        !folded.includes("..")
      );
    }
    case "mobile":
      return /^\+[1-9]\d{6,14}$/.test(value);
    case "text":
      return true;
  }
}
