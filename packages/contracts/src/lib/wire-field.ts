// What a request field is: where it stands, of which type, and which part of a use case's input it fills. Data only; a profile checks it.
import type { FieldProblem, JsonValue } from "@latchkey/core";

/** Languages in which a contract can speak. */
export type Locale = "en" | "ko";

/** One sentence in every language. */
export type Texts = Readonly<Record<Locale, string>>;

/** Where a field stands. `bearer`: the credentials of `Authorization: Bearer`, as they are. */
export type FieldSource = "body" | "query" | "path" | "header" | "bearer";

/** Types of fields. Each profile decides how strictly it reads them (a number given for a text, `"true"` for a boolean). */
export type FieldType =
  | {
      readonly type: "text";
      /** Code points. Default: no bound but the body's. */
      readonly maximum?: number;
      /** `name`: NFC, trimmed, printable characters only. Default `as_entered` (trimmed where the profile trims). */
      readonly form?: "as_entered" | "name";
      /** Must match; a mismatch is `invalid_characters` unless another problem is named. */
      readonly pattern?: { readonly expression: RegExp; readonly problem?: "invalid_characters" | "invalid_format" };
    }
  | { readonly type: "integer"; readonly minimum?: number; readonly maximum?: number }
  | { readonly type: "boolean" }
  /** Wire value → domain value. */
  | { readonly type: "choice"; readonly choices: Readonly<Record<string, JsonValue>> }
  | { readonly type: "list"; readonly of: FieldType; readonly maximumItems: number }
  /** An object of which these members are kept, all of them required; others are dropped. */
  | { readonly type: "object"; readonly members: Readonly<Record<string, FieldType>> };

/** Wording of every field problem, in one sentence or several: total, so that a new problem breaks the build until it has a text. */
export type FieldTexts = {
  readonly [Problem in FieldProblem["problem"]]: (
    problem: Extract<FieldProblem, { problem: Problem }>,
  ) => string | readonly string[];
};

/** One field of a request. Its name is the key under which it stands; the order of the keys is the order of validation. */
export interface WireField<Target extends string = string> {
  /** The part of the use case's input that it fills; `null`: checked and then dropped. */
  readonly to: Target | null;
  readonly type: FieldType;
  /** Default: `query` for GET, `body` otherwise. */
  readonly in?: FieldSource;
  /** Default false: its absence is `required`. */
  readonly optional?: boolean;
  /** What `null` means. Default `refused`. */
  readonly null?: "refused" | "absent" | "clears";
  /** Whether an empty text is accepted, or taken for an absent field. Default false. */
  readonly blank?: boolean | "absent";
  /** Texts that differ from the profile's. */
  readonly texts?: Readonly<Partial<Record<Locale, Partial<FieldTexts>>>>;
  /** A password or token: hidden in documents' forms. */
  readonly secret?: boolean;
  /** For the document. */
  readonly description?: string;
  /** For the document; a field with `null` here is left out of the example. */
  readonly example: JsonValue;
}
