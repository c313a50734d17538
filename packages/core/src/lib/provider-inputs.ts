// What use cases are given, and the pages of lists. Types only.
import type { Account, AccountStatus } from "./accounts/account.ts";
import type { IdentityError } from "./errors/identity-error.ts";
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

/** An account of another system. */
export interface ImportedAccountInput {
  /** At least one, as entered, by kind. */
  readonly identifiers: Readonly<Record<string, string>>;
  /** Its id there, where that is 22 characters of base57 (a shortuuid). Default: a new one. */
  readonly id?: string;
  /** Its number there, from 1 and below 2³¹. Default: the realm's next. */
  readonly number?: number;
  /** Its password's hash in any format that the hasher reads; absent or `null` for an account without a password. */
  readonly passwordHash?: string | null;
  /** Default `active`. */
  readonly status?: AccountStatus;
  /** Default: those of a sign-up. */
  readonly roles?: readonly string[];
  /** At most 16,384 characters of JSON. */
  readonly attributes?: Readonly<Record<string, JsonValue>>;
  /** Milliseconds since the epoch. Default: now. */
  readonly createdAt?: number;
}

/** How accounts are imported. */
export interface ImportOptions {
  /** Writes nothing, and says what would become of each. Default false. */
  readonly dryRun?: boolean;
}

/**
 * What became of an imported account. `present`: it was there already, under the same identifiers and, where given, number and id; nothing changed.
 * `refused`: `request_malformed` with `fields`, or `identifier_taken` with `kinds`, which may name `number` and `id` too.
 */
export type ImportOutcome =
  | { readonly outcome: "imported" | "present"; readonly account: Account }
  | { readonly outcome: "refused"; readonly error: IdentityError };

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

/** A page of a list and where the next one starts. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; `null` on the last page. */
  readonly nextCursor: string | null;
}

/** Paging: `limit` 1–100 (default 50); a cursor that is not ours is `request_malformed`. */
export interface PageRequest {
  readonly limit?: number;
  readonly cursor?: string;
}
