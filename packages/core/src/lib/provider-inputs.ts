// What use cases are given. Types only.
import type { AccountStatus } from "./accounts/account.ts";
import type { JsonValue } from "./kernel/json.ts";

/** Sign-up: identifiers by kind as entered. */
export interface SignUpInput {
  readonly identifiers: Readonly<Record<string, string>>;
  /** Absent for an account without a password. */
  readonly password?: string;
  readonly attributes?: Readonly<Record<string, JsonValue>>;
  readonly clientId?: string;
  /** Whether tokens are wanted; default true. */
  readonly issueTokens?: boolean;
}

/** Created by an operator: sign-up being closed does not matter, status and roles can be given. */
export interface CreateAccountInput extends Omit<SignUpInput, "issueTokens" | "clientId"> {
  readonly status?: AccountStatus;
  readonly roles?: readonly string[];
}

/** Changes by the account's owner; `null` clears, absent keeps. */
export interface UpdateAccountInput {
  readonly identifiers?: Readonly<Record<string, string | null>>;
  readonly attributes?: Readonly<Record<string, JsonValue>>;
}

/** Whom a one-time code goes to. */
export interface CodeRequest {
  readonly identifier: string;
  /** Default: the first of `logInWithCode`. */
  readonly kind?: string;
}
