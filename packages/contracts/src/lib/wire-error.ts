// How a refusal looks on the wire: status, body and headers as data and pure functions. Must not know why something was refused.
import type { IdentityErrorCode, JsonValue } from "@latchkey/core";
import type { Locale } from "./wire-field.ts";

/** What a refusal's body can be made of. */
export interface WireProblem {
  readonly locale: Locale;
  readonly requestId: string;
  /** Worded problems by the contract's field names, in the order of validation. */
  readonly fields: Readonly<Record<string, readonly string[]>> | undefined;
  /** The contract's names of the fields whose values another account has. */
  readonly taken: readonly string[];
  readonly method: string;
  /** The path that was asked for. */
  readonly path: string;
  /** The Content-Type that was sent, or "". */
  readonly mediaType: string;
  /** What a parser says of a malformed body: `Expecting value: line 1 column 13 (char 12)`; "" otherwise. */
  readonly detail: string;
}

/** One refusal. `Retry-After` is set by the interpreter on 429 and 503. */
export interface WireError {
  readonly status: number;
  /** Names the refusal in documents, for example its code. */
  readonly name: string;
  /** The body: a pure function of the problem. */
  readonly body: (problem: WireProblem) => JsonValue;
  /** Whether it is told by status and headers alone. Default false. */
  readonly bodyless?: boolean;
  /** Where its JSON is written in another style than the profile's. */
  readonly style?: "compact" | "spaced";
  /** Name of the body's schema in the document. Default: the contract's `errorSchema`. */
  readonly schema?: string;
  /** Headers of this refusal, for example WWW-Authenticate. Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Every error code with its refusal: total, so that a new code breaks the build of every contract until it is mapped. */
export type WireErrors = Readonly<Record<IdentityErrorCode, WireError>>;
