// What a black-box case is: requests with what is expected of their answers, and hooks for what no request can do. Data only.
import type { JsonObject, JsonValue } from "@latchkey/core";

/** What no request can do: mint a token, read a message, move the clock. */
export type WireCaseHook =
  | "advanceClock"
  | "confirmEmail"
  | "createAcceptedUser"
  | "mintToken"
  | "readSms"
  | "requireEmailConfirmation"
  | "seedReferenceData"
  | "setUserStatus"
  | "sleep";

/** A request with what is expected of its answer, or a hook. */
export interface WireCaseStep {
  readonly hook?: WireCaseHook;
  readonly args?: JsonObject;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: JsonValue;
  readonly rawBody?: string;
  readonly expectStatus?: number | readonly number[];
  /** Objects may have more members, lists not more items; `<int>`, `<jwt>` … match kinds. */
  readonly expectBody?: JsonValue;
  readonly expectBodyExact?: boolean;
  readonly bodyMayAlsoHave?: readonly string[];
  readonly expectKeyOrder?: readonly string[];
  readonly expectHeaders?: Readonly<Record<string, string>>;
  /** By the place of a token in the body: members of its header and claims, and its lifetime in seconds. */
  readonly expectClaims?: Readonly<
    Record<
      string,
      {
        readonly header?: JsonObject;
        readonly claims?: JsonObject;
        readonly exact?: boolean;
        readonly lifetime?: number;
      }
    >
  >;
  readonly expectRawContains?: string;
  readonly expectEmptyBody?: boolean;
  /** Bodies of which one must match. */
  readonly anyOf?: readonly JsonValue[];
  /** Variable → `$.a.b` of the body, or `jwt:$.access#sub` for a claim of a token in it. */
  readonly save?: Readonly<Record<string, string>>;
}

/** One case. */
export interface WireCase {
  /** `000` intern, `001` baro, `002` onboarding, `003` mobile, `004` rabbit. */
  readonly seed: string;
  readonly name: string;
  /** D document, S source, L library, R decision. */
  readonly provenance: string;
  readonly note?: string;
  readonly steps: readonly WireCaseStep[];
}

/** A request of a case. */
export interface WireCaseRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Its answer. */
export interface WireCaseAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Hooks by name; each returns variables for the steps after it. A case that needs one that is absent fails. */
export type WireCaseHooks = {
  readonly [Hook in WireCaseHook]?: (args: JsonObject) => Promise<Readonly<Record<string, string>>>;
};

/** Where cases are run. */
export interface WireCaseTarget {
  /** Sends a request and reads its answer to the end. */
  send(request: WireCaseRequest): Promise<WireCaseAnswer>;
  readonly hooks: WireCaseHooks;
}
