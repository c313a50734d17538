// How Django REST framework reads fields: numbers become texts, texts become numbers and booleans. Which lengths and patterns hold is the table's affair.
import type { FieldProblem } from "@latchkey/core";
import type { FieldCheck, FieldChecks } from "../../wire-profile.ts";
import { plainChecks } from "../plain/field-checks.ts";

const refused = (problem: FieldProblem): FieldCheck => ({ problem });
const truths: ReadonlySet<unknown> = new Set(["t", "y", "yes", "true", "on", "1", 1, true]);
const falsehoods: ReadonlySet<unknown> = new Set(["f", "n", "no", "false", "off", "0", 0, false]);

/** Checks of the `drf` profile. */
export const drfChecks: FieldChecks = Object.freeze({
  ...plainChecks,
  // CharField: `str()` of numbers, nothing else but texts.
  text: (entered, type, checks) =>
    plainChecks.text(typeof entered === "number" ? String(entered) : entered, type, checks),
  // IntegerField: `int(str(value))`, where ".0" at the end of a text is cut off.
  integer(entered, type, checks) {
    if (typeof entered === "boolean") return refused({ problem: "wrong_type", expected: "integer" });
    const digits = typeof entered === "string" ? /^[+-]?\d{1,15}(?=\.0*$|$)/.exec(entered.trim())?.[0] : undefined;
    return plainChecks.integer(digits === undefined ? entered : Number(digits), type, checks);
  },
  boolean(entered) {
    const word = typeof entered === "string" ? entered.trim().toLowerCase() : entered;
    if (truths.has(word)) return { value: true };
    return falsehoods.has(word) ? { value: false } : refused({ problem: "wrong_type", expected: "boolean" });
  },
} satisfies FieldChecks);
