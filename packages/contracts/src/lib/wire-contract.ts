// A wire contract: the table that translates core's results and errors into one API. Seven axes and nothing else may vary:
// paths, request fields and replies (`operations`), `errors`, `claims`, `policy`, and `profile`. `document` words it for readers and changes no answer.
import type { ClaimsProfile, JsonObject, JsonValue, MessageTemplates, RealmPolicy } from "@latchkey/core";
import type { DomainOperations, OperationName } from "./domain-operations.ts";
import type { WireError, WireErrors } from "./wire-error.ts";
import type { Locale, WireField } from "./wire-field.ts";
import type { WireProfile } from "./wire-profile.ts";

/** A JSON Schema (2020-12), as OpenAPI 3.1 embeds it. */
export type JsonSchema = JsonObject;

/** What a reply can be made of beside the result. */
export interface ReplyContext {
  /** What the embedding application adds (`mountRealm(…, { present })`). */
  readonly added: JsonObject;
  /** Where clients reach the server, without a slash at the end; "" when unknown. */
  readonly publicUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A success: a pure function of a domain result. */
export interface WireReply<Result> {
  readonly status: number;
  /** `null`: no body. */
  readonly body: ((result: Result, context: ReplyContext) => JsonValue) | null;
  /** Headers that depend on the result; names in lower case. They win over the profile's. */
  readonly headers?: (result: Result) => Readonly<Record<string, string>>;
  /** Name of the body's schema in the document's `schemas`. */
  readonly schema?: string;
}

/** How an operation is described to readers. */
export interface OperationDocument {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag?: string;
  /** Name of the schema of its request body. Default: the operation id and `Request`. */
  readonly requestSchema?: string;
  /** Name of the example of its request. Default `example`. */
  readonly exampleName?: string;
  /** The body of its success as the replaced system's document shows it. Default: what the reply makes of an example result. */
  readonly success?: JsonValue;
}

/** A page of documentation at a path of the replaced system's: the document as YAML (JSON with `?format=json`) or JSON, or a reference for readers. */
export interface DocumentationPage {
  readonly path: `/${string}`;
  readonly shows: "yaml" | "json" | "reference";
}

/** One operation on the wire. */
export interface WireOperation<Name extends OperationName = OperationName> {
  /** The use case. */
  readonly does: Name;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the mount; the first is the documented one, others are aliases. `{name}` is the path field `name`. */
  readonly paths: readonly [string, ...string[]];
  /** `access_token`: a bearer's, judged before the body. `client`: a resource server's (Basic, RFC 6749 §2.3.1). `none`: open. Default `none`. */
  readonly authentication?: "none" | "access_token" | "client";
  /** A role that the bearer must have, else `forbidden`. */
  readonly role?: string;
  /** The path field that must be the number (or id) of the bearer's account, else `forbidden`, before anything else is looked at. */
  readonly owner?: string;
  readonly fields?: Readonly<Record<string, WireField<DomainOperations[Name]["target"]>>>;
  /** Whether the body may be left out although fields could stand in it. Default: only where no field stands in it. */
  readonly bodyOptional?: boolean;
  readonly reply: WireReply<DomainOperations[Name]["result"]>;
  /** Refusals that look different here. */
  readonly errors?: Partial<WireErrors>;
  /** By field: the answer where its type is right and the realm refuses its value. Default `request_malformed` or `password_unacceptable`. */
  readonly refusals?: Readonly<Record<string, WireError>>;
  /** Where the operation follows another standard than its contract. */
  readonly profile?: WireProfile;
  readonly document: OperationDocument;
}

/** An operation of any use case. */
export type AnyWireOperation = { readonly [Name in OperationName]: WireOperation<Name> }[OperationName];

/** What a contract's OpenAPI document says beside its operations. */
export interface ContractDocument {
  readonly description: string;
  readonly version: string;
  /** Schemas by name: the replies' and the errors'. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Name of the schema of error bodies. */
  readonly errorSchema: string;
  /** Name of its licence. */
  readonly license?: string;
  /** Name of the security scheme of access tokens. Default `accessToken`. */
  readonly bearerScheme?: string;
  /** Where else its documentation stands; relative to the server, not to the mount. */
  readonly pages?: readonly DocumentationPage[];
  /** Use cases that a page offers as forms at the contract's first path, where the replaced system had such a page and the realm owns the path. */
  readonly frontPage?: readonly OperationName[];
}

/** One API's format. */
export interface WireContract {
  /** Lower-case letters and digits. */
  readonly id: string;
  readonly title: string;
  /** Languages of its texts; the first unless Accept-Language prefers another. */
  readonly locales: readonly [Locale, ...Locale[]];
  readonly profile: WireProfile;
  /** The claims of its tokens, for `createIdentityProvider`. */
  readonly claims: ClaimsProfile;
  /** Differences from core's default policy, for `createIdentityProvider`. */
  readonly policy: Partial<RealmPolicy>;
  readonly operations: readonly AnyWireOperation[];
  readonly errors: WireErrors;
  /** What its messages to people say, where its document words them. Default: core's, in the contract's first language. */
  readonly messages?: Partial<MessageTemplates>;
  /** Exact origins of the pages that may call it, with credentials (CORS), where its document names some. Default none. */
  readonly origins?: readonly string[];
  /** The answer to anything that is not a refusal but a bug. */
  readonly internal: WireError;
  readonly document: ContractDocument;
}
