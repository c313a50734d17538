// What can be wrong with one field of an input. No text: a contract words it.

/** A problem of one field, as a code with its figures. */
export type FieldProblem =
  | { readonly problem: "required" }
  | { readonly problem: "blank" }
  | { readonly problem: "null" }
  | { readonly problem: "wrong_type"; readonly expected: "string" | "integer" | "boolean" | "list" | "object" }
  | { readonly problem: "too_long"; readonly maximum: number }
  | { readonly problem: "too_short"; readonly minimum: number }
  | { readonly problem: "invalid_format" }
  | { readonly problem: "invalid_characters" }
  | { readonly problem: "not_a_choice"; readonly choices: readonly string[]; readonly entered?: string }
  | { readonly problem: "unknown_field" }
  | { readonly problem: "incorrect" }
  | { readonly problem: "common" }
  | { readonly problem: "context_word" };

/** Problems by field name. */
export type FieldProblems = Readonly<Record<string, readonly FieldProblem[]>>;
