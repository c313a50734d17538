// Words field problems in an answer's language, under the contract's own field names.
import type { AnyWireOperation, FieldTexts, Locale, WireProfile } from "@latchkey/contracts";
import type { FieldProblem, FieldProblems } from "@latchkey/core";
import { fieldsOf } from "./compile-fields.ts";

type WordedFields = Readonly<Record<string, readonly string[]>>;

/** Words problems by wire name, of fields refused here or by core. */
export interface ProblemWords {
  /** Problems under wire names. */
  word(problems: FieldProblems, locale: Locale): WordedFields;
  /** Core's name of a field → the contract's. */
  wireName(coreName: string): string;
}

/** Compiles the words of an operation's fields. */
export function compileProblemWords(operation: AnyWireOperation | undefined, profile: WireProfile): ProblemWords {
  const fields = new Map(operation === undefined ? [] : fieldsOf(operation));
  const wireNames = new Map<string, string>();
  for (const [name, { to }] of fields) if (to !== null) wireNames.set(coreName(to), name);
  return {
    wireName: (name) => wireNames.get(name) ?? name,
    word(problems, locale) {
      const texts = profile.texts[locale];
      if (texts === undefined) throw new TypeError(`profile ${profile.id} has no texts in ${locale}`);
      const worded: Record<string, readonly string[]> = {};
      for (const [name, found] of Object.entries(problems)) {
        const own = fields.get(name)?.texts?.[locale];
        worded[name] = found.flatMap((problem) => wordProblem(problem, own, texts));
      }
      return worded;
    },
  };
}

// `identifiers.email` is core's `email`, `currentPassword` its `current_password`.
function coreName(target: string): string {
  return target.slice(target.indexOf(".") + 1).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function wordProblem(
  problem: FieldProblem,
  own: Partial<FieldTexts> | undefined,
  texts: FieldTexts,
): string | readonly string[] {
  const word = (own?.[problem.problem] ?? texts[problem.problem]) as (
    problem: FieldProblem,
  ) => string | readonly string[];
  return word(problem);
}
