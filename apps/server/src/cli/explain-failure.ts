// What a failure means for the person at the terminal: the sentence and the next step, never a stack for what a person can mend.
import { IdentityError } from "@latchkey/core";
import type { FieldProblem, FieldProblems, IdentityErrorCode } from "@latchkey/core";

// Errors of ours whose message is written for people, by name: their modules need not be loaded to know them.
const spoken: ReadonlySet<string> = new Set([
  "CommandError",
  "ConfigurationError",
  "DatabaseError",
  "ListenError",
  "MasterKeyError",
  "MasterKeyMismatchError",
  "MigrationFailedError",
  "SchemaNotMigratedError",
  "SchemaTooNewError",
  "StoreUnavailableError",
]);

const sentences: Readonly<Partial<Record<IdentityErrorCode, string>>> = {
  account_unknown: "There is no such account in this realm. See: pnpm latchkey accounts list",
  busy: "Too many passwords are being hashed right now. Try again in a moment.",
  identifier_taken: "Another account of this realm has",
  password_unacceptable: "The password is not accepted:",
  request_malformed: "Something given is not acceptable:",
  resource_unknown: "There is no such key. See: pnpm latchkey keys list",
  session_unknown: "There is no such session in this realm. See: pnpm latchkey families list ACCOUNT",
  store_unavailable: "The database did not answer. Nothing was changed; try again.",
};

/** The text for standard error. */
export async function explainFailure(error: unknown): Promise<string> {
  if (error instanceof IdentityError) return explainIdentityError(error);
  if (error instanceof Error && spoken.has(error.name)) return error.message;
  const { inspect } = await import("node:util");
  return `This should not have happened; please report it.\n${inspect(error)}`;
}

function explainIdentityError(error: IdentityError): string {
  const sentence = sentences[error.code] ?? `Refused: ${error.code}`;
  if (error.code === "identifier_taken") return `${sentence} this ${error.kinds.join(" and ")}.`;
  if (error.fields !== undefined) return [sentence, ...fieldLines(error.fields)].join("\n");
  const cause = error.code === "store_unavailable" && error.cause instanceof Error ? `\n(${error.cause.message})` : "";
  return sentence + cause;
}

function fieldLines(fields: FieldProblems): readonly string[] {
  return Object.entries(fields).flatMap(([name, problems]) =>
    problems.map((problem) => `  ${name} ${fieldSentence(problem)}`),
  );
}

/** What is wrong with a field, as the end of a sentence. */
export function fieldSentence(problem: FieldProblem): string {
  switch (problem.problem) {
    case "required":
    case "blank":
    case "null":
      return "is missing";
    case "wrong_type":
      return `must be a ${problem.expected}`;
    case "too_long":
      return `must have at most ${problem.maximum} characters`;
    case "too_short":
      return `must have at least ${problem.minimum} characters`;
    case "invalid_format":
      return "has the wrong form";
    case "invalid_characters":
      return "contains characters that are not allowed";
    case "not_a_choice":
      return `must be one of ${problem.choices.join(", ")}`;
    case "unknown_field":
      return "is not known here";
    case "incorrect":
      return "is wrong";
    case "common":
      return "is among the most common passwords";
    case "context_word":
      return "is made of the user name, address or number, or of the service's name";
  }
}
