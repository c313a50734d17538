// What marshmallow 3 says of a field's problem. It has no translations: projects give texts of their own.
import type { FieldTexts } from "../../wire-field.ts";

const typeNames = Object.freeze({
  string: "string",
  integer: "integer",
  boolean: "boolean",
  list: "list",
  object: "mapping type",
});

/** The library's texts. */
export const marshmallowTexts: FieldTexts = Object.freeze({
  required: () => "Missing data for required field.",
  blank: () => "Shorter than minimum length 1.",
  null: () => "Field may not be null.",
  wrong_type: ({ expected }) => `Not a valid ${typeNames[expected]}.`,
  too_long: ({ maximum }) => `Longer than maximum length ${maximum}.`,
  too_short: ({ minimum }) => `Shorter than minimum length ${minimum}.`,
  invalid_format: () => "String does not match expected pattern.",
  invalid_characters: () => "Not a valid string.",
  not_a_choice: ({ choices }) => `Must be one of: ${choices.join(", ")}.`,
  unknown_field: () => "Unknown field.",
  incorrect: () => "Invalid value.",
  common: () => "Invalid value.",
  context_word: () => "Invalid value.",
} satisfies FieldTexts);
