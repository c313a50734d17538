// Field types as marshmallow 3 reads them: texts must be texts, integers are truncated, many words are true or false.
import type { FieldProblem, JsonValue } from "@latchkey/core";
import type { FieldCheck, FieldChecks } from "../../wire-profile.ts";
import { checkType, plainChecks } from "../plain/field-checks.ts";

// Of `marshmallow.fields.Boolean`; the numbers 1 and 0 are among them.
const truthy: readonly JsonValue[] = "t T true True TRUE on On ON y Y yes Yes YES 1".split(" ");
const falsy: readonly JsonValue[] = "f F false False FALSE off Off OFF n N no No NO 0".split(" ");

const refused = (problem: FieldProblem): FieldCheck => ({ problem });
const wrongType = (expected: "string" | "integer" | "boolean" | "list"): FieldCheck =>
  refused({ problem: "wrong_type", expected });

// Python's int(): surrounding blanks, a sign, underscores between digits; a float loses its fraction.
function toInteger(entered: JsonValue): number | undefined {
  if (typeof entered === "number") return Math.trunc(entered);
  if (typeof entered !== "string" || !/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(entered)) return undefined;
  return Number(entered.replaceAll("_", ""));
}

/** Checks of the `marshmallow` profile. */
export const marshmallowChecks: FieldChecks = Object.freeze({
  text(entered, type): FieldCheck {
    // No database that we know keeps NUL, and no UTF-8 half a character.
    if (typeof entered !== "string" || !entered.isWellFormed() || entered.includes("\u0000"))
      return wrongType("string");
    if (type.maximum !== undefined && entered.length > type.maximum && [...entered].length > type.maximum)
      return refused({ problem: "too_long", maximum: type.maximum });
    if (type.pattern !== undefined && !type.pattern.expression.test(entered))
      return refused({ problem: "invalid_format" });
    return { value: entered };
  },
  integer(entered, type): FieldCheck {
    const value = toInteger(entered);
    if (value === undefined || !Number.isSafeInteger(value)) return wrongType("integer");
    const fits = value >= (type.minimum ?? value) && value <= (type.maximum ?? value);
    return fits ? { value: value === 0 ? 0 : value } : wrongType("integer");
  },
  boolean(entered): FieldCheck {
    const word = typeof entered === "number" ? String(entered) : entered;
    if (word === true || truthy.includes(word)) return { value: true };
    return word === false || falsy.includes(word) ? { value: false } : wrongType("boolean");
  },
  choice(entered, type): FieldCheck {
    const known = typeof entered === "string" && Object.hasOwn(type.choices, entered);
    return known
      ? { value: type.choices[entered]! }
      : refused({ problem: "not_a_choice", choices: Object.keys(type.choices) });
  },
  list(entered, type, checks): FieldCheck {
    if (!Array.isArray(entered)) return wrongType("list");
    const items: readonly JsonValue[] = entered;
    if (items.length > type.maximumItems) return refused({ problem: "too_long", maximum: type.maximumItems });
    const results = items.map((item) => checkType(item, type.of, checks));
    return (
      results.find((result) => "problem" in result) ?? { value: results.map((one) => Object(one).value as JsonValue) }
    );
  },
  object: plainChecks.object,
} satisfies FieldChecks);
