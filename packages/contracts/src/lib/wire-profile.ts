// A profile: how the framework behaves that a contract's clients know — bodies, field types and their texts, protocol refusals, generic headers.
// Shared by contracts of one origin; must not know any contract's paths or fields.
import type { FieldProblem, JsonValue } from "@latchkey/core";
import type { WireError, WireErrors } from "./wire-error.ts";
import type { FieldTexts, FieldType, Locale, WireField } from "./wire-field.ts";

/** What can be wrong with a request before any field of it is looked at. */
export type ProtocolProblem =
  | "body_missing"
  | "body_malformed"
  | "body_not_object"
  | "body_too_large"
  | "media_type_unsupported"
  | "parameters_malformed"
  | "credentials_malformed"
  | "method_not_allowed"
  | "not_acceptable"
  | "path_unknown";

/** The value in the domain's form, or what is wrong. */
export type FieldCheck = { readonly value: JsonValue } | { readonly problem: FieldProblem };

/** How each type of field is read. Texts from query, path and form arrive as strings. */
export type FieldChecks = {
  readonly [Type in FieldType["type"]]: (
    entered: JsonValue,
    type: Extract<FieldType, { type: Type }>,
    checks: FieldChecks,
  ) => FieldCheck;
};

/** The framework behaviour of a contract. */
export interface WireProfile {
  /** `plain`, `oauth`, `drf`, `marshmallow`. */
  readonly id: string;
  /** Media types of bodies that are read; another one is `media_type_unsupported`. */
  readonly bodies: readonly ("json" | "form" | "multipart")[];
  /** What an empty body is: `body_missing`, or an object without fields. An operation can allow it for itself. */
  readonly emptyBody: "refused" | "empty_object";
  /** `refused_in_body`: the query may have others. */
  readonly unknownFields: "refused" | "refused_in_body" | "ignored";
  /** Whether texts are trimmed before they are checked, passwords included. */
  readonly trimTexts: boolean;
  /** Whether the realm's rules for identifiers and new passwords are judged together with the fields, or only when the fields are in order; `one_by_one`: in the fields' order, the first problem alone. */
  readonly domainChecks: "together" | "after_fields" | "one_by_one";
  readonly checks: FieldChecks;
  readonly texts: Readonly<Partial<Record<Locale, FieldTexts>>>;
  readonly problems: Readonly<Record<ProtocolProblem, WireError>>;
  /** `compact` `{"a":1}`, `spaced` `{"a": 1}`, each with or without a line feed at the end. */
  readonly json: { readonly style: "compact" | "spaced"; readonly finalNewline: boolean; readonly mediaType: string };
  /** Headers of every answer, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether every answer says Allow, not only 405 and OPTIONS. */
  readonly allowOnEveryAnswer: boolean;
  readonly bearer: {
    /** Whether `bearer` is another scheme than `Bearer`. */
    readonly caseSensitive: boolean;
    /** Whether a bad Bearer header is refused even where no authentication is asked. */
    readonly refusedWhereOpen: boolean;
    /** Refusals of such a header, where they differ from the contract's errors. */
    readonly errorsWhereOpen?: Partial<WireErrors>;
    /** `two_words`: anything else after the scheme than one word is `credentials_malformed`. Default `rest`: whatever follows is the token. */
    readonly credentials?: "rest" | "two_words";
    /** Schemes (as written) of which no credentials can be good here: `credentials_malformed` wherever they are sent. */
    readonly refusedSchemes?: readonly string[];
  };
  /** Whether an Accept header without JSON is `not_acceptable`. */
  readonly judgesAccept: boolean;
  /** `after_credentials`: a method that a path does not have is `method_not_allowed` only for who would be let in: Accept and credentials are judged before. Default `first`. */
  readonly methodJudged?: "first" | "after_credentials";
  /** Whether a path is also served with (or without) a slash at its end. */
  readonly trailingSlash: "exact" | "either";
  /** The answer to OPTIONS: 204 with Allow, or 200 with this body. */
  readonly optionsBody: ((resource: ResourceDescription) => JsonValue) | null;
}

/** What stands at a path, for the answer to OPTIONS. */
export interface ResourceDescription {
  /** The summary of its first operation. */
  readonly title: string;
  readonly description: string;
  /** The tag of its first operation, or "". */
  readonly tag: string;
  /** Fields of the body, by method that has some. */
  readonly bodies: Readonly<Record<string, Readonly<Record<string, WireField>>>>;
}
