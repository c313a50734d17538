// Strict field types: nothing is converted but texts of queries and paths into integers. Texts are well-formed Unicode without NUL.
import type { FieldProblem, JsonObject, JsonValue } from "@latchkey/core";
import type { FieldCheck, FieldChecks } from "../../wire-profile.ts";

// Controls, invisible formats but the joiners that scripts and emoji need, surrogates, private use, unassigned; line and paragraph separators.
const unprintable = /(?![\u200C\u200D])[\p{C}\p{Zl}\p{Zp}]/u;

const refused = (problem: FieldProblem): FieldCheck => ({ problem });
const wrongType = (expected: "string" | "integer" | "boolean" | "list" | "object"): FieldCheck =>
  refused({ problem: "wrong_type", expected });

const longestRepeated = 64;
const notAChoice = (entered: string, choices: Readonly<Record<string, JsonValue>>): FieldProblem => ({
  problem: "not_a_choice",
  choices: Object.keys(choices),
  ...(entered.isWellFormed() && entered.length <= longestRepeated && { entered }),
});

/** Checks of the `plain` profile. */
export const plainChecks: FieldChecks = Object.freeze({
  text(entered, type): FieldCheck {
    if (typeof entered !== "string") return wrongType("string");
    if (!entered.isWellFormed() || entered.includes("\u0000")) return refused({ problem: "invalid_characters" });
    const value = type.form === "name" ? entered.normalize("NFC").trim() : entered;
    if (type.form === "name" && value === "" && entered !== "") return refused({ problem: "blank" });
    if (type.form === "name" && unprintable.test(value)) return refused({ problem: "invalid_characters" });
    if (type.maximum !== undefined && value.length > type.maximum && [...value].length > type.maximum) {
      return refused({ problem: "too_long", maximum: type.maximum });
    }
    if (type.pattern !== undefined && !type.pattern.expression.test(value)) {
      return refused({ problem: type.pattern.problem ?? "invalid_characters" });
    }
    return { value };
  },
  integer(entered, type): FieldCheck {
    const value = typeof entered === "string" && /^-?(0|[1-9]\d{0,14})$/.test(entered) ? Number(entered) : entered;
    if (typeof value !== "number" || !Number.isSafeInteger(value)) return wrongType("integer");
    const fits = value >= (type.minimum ?? value) && value <= (type.maximum ?? value);
    return fits ? { value } : refused({ problem: "invalid_format" });
  },
  boolean(entered): FieldCheck {
    return typeof entered === "boolean" ? { value: entered } : wrongType("boolean");
  },
  choice(entered, type): FieldCheck {
    if (typeof entered !== "string") return wrongType("string");
    const value = Object.hasOwn(type.choices, entered) ? type.choices[entered] : undefined;
    return value === undefined ? refused(notAChoice(entered, type.choices)) : { value };
  },
  list(entered, type, checks): FieldCheck {
    if (!Array.isArray(entered)) return wrongType("list");
    const items: readonly JsonValue[] = entered;
    if (items.length > type.maximumItems) return refused({ problem: "too_long", maximum: type.maximumItems });
    const values: JsonValue[] = [];
    for (const item of items) {
      const check = checkType(item, type.of, checks);
      if ("problem" in check) return check;
      values.push(check.value);
    }
    return { value: values };
  },
  object(entered, type, checks): FieldCheck {
    if (typeof entered !== "object" || entered === null || Array.isArray(entered)) return wrongType("object");
    const members = entered as JsonObject;
    const values: Record<string, JsonValue> = {};
    for (const [name, of] of Object.entries(type.members)) {
      const member = Object.hasOwn(members, name) ? members[name] : undefined;
      if (member === undefined) return refused({ problem: "required" });
      const check = checkType(member, of, checks);
      if ("problem" in check) return check;
      values[name] = check.value;
    }
    return { value: values };
  },
} satisfies FieldChecks);

/** Applies the check of a type. */
export function checkType<Type extends keyof FieldChecks>(
  entered: JsonValue,
  type: Parameters<FieldChecks[Type]>[1] & { readonly type: Type },
  checks: FieldChecks,
): FieldCheck {
  return checks[type.type](entered, type as never, checks);
}
