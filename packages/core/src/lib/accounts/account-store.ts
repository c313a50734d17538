// The accounts' part of the storage port. Identifier keys compare byte by byte; outcomes say what is normal under concurrency.
import type { JsonValue } from "../kernel/json.ts";
import type { Account, AccountStatus, Identifier } from "./account.ts";

/** An account to create. */
export interface NewAccount {
  readonly realm: string;
  readonly id: string;
  /** A number that it had elsewhere, from 1 and below 2³¹. Default: the realm's next, which is above every number that it has given or kept. */
  readonly number?: number;
  readonly status: AccountStatus;
  readonly roles: readonly string[];
  readonly identifiers: readonly Identifier[];
  readonly attributes: Readonly<Record<string, JsonValue>>;
  /** PHC string or an imported format; `null` for an account without a password. */
  readonly passwordHash: string | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** `kinds` lists every kind of identifier that another account of the realm has. `account_taken`: the id or the number is or was another account's. */
export type CreateAccountOutcome =
  | { readonly outcome: "created"; readonly account: Account }
  | { readonly outcome: "identifier_taken"; readonly kinds: readonly string[] }
  | { readonly outcome: "account_taken" };

/** What to change; what is absent stays. */
export interface AccountChanges {
  readonly status?: AccountStatus;
  readonly roles?: readonly string[];
  /** Merged by name; `null` removes the attribute. */
  readonly attributes?: Readonly<Record<string, JsonValue>>;
  /** Set or replaced by kind. */
  readonly setIdentifiers?: readonly Identifier[];
  /** Kinds to remove. */
  readonly removeIdentifiers?: readonly string[];
  readonly passwordHash?: string;
  /** Whether `securityVersion` rises by one. */
  readonly raiseSecurityVersion: boolean;
}

/** Result of {@link AccountStore.change}; `unknown` also for a withdrawn account. */
export type ChangeAccountOutcome =
  | { readonly outcome: "changed"; readonly account: Account }
  | { readonly outcome: "identifier_taken"; readonly kinds: readonly string[] }
  | { readonly outcome: "unknown" };

/** An account together with its password's hash, for log-in. */
export interface AccountWithPassword {
  readonly account: Account;
  readonly passwordHash: string | null;
}

/** Filters and the place to go on from; ordered by (createdAt, id) ascending. */
export interface AccountQuery {
  readonly realm: string;
  readonly status?: AccountStatus;
  /** Found anywhere in an identifier's key or value, letter case aside for ASCII; `%` and `_` mean themselves. */
  readonly text?: string;
  readonly after?: { readonly createdAt: number; readonly id: string };
  readonly limit: number;
}

/** Reads of accounts; a withdrawn account is not found. */
export interface AccountReader {
  /** By its id. May answer at once what it knows to be the newest committed state; faults are rejections in any case. */
  byId(at: { readonly realm: string; readonly id: string }): Account | undefined | Promise<Account | undefined>;
  /** By its number. */
  byNumber(at: { readonly realm: string; readonly number: number }): Promise<Account | undefined>;
  /** By an identifier's normalised key, with the password's hash, for log-in. */
  byIdentifier(at: {
    readonly realm: string;
    readonly kind: string;
    readonly key: string;
  }): Promise<AccountWithPassword | undefined>;
  /** The account with its password's hash, for a change that asks for the current password. */
  withPassword(at: { readonly realm: string; readonly id: string }): Promise<AccountWithPassword | undefined>;
  /** At most `limit` accounts after the given place. */
  list(query: AccountQuery): Promise<readonly Account[]>;
}

/** Reads and writes of accounts inside a unit of work. */
export interface AccountStore extends AccountReader {
  /** Creates the account, takes its number and all its identifiers, or nothing of it. Exactly one of parallel creators of one key succeeds. */
  create(account: NewAccount): Promise<CreateAccountOutcome>;
  /** Locks the account's row until the unit ends and returns its newest state. */
  lock(at: { readonly realm: string; readonly id: string }): Promise<Account | undefined>;
  /** The log-in's lock: one conditional UPDATE of `lastLogInAt` where the security version is the one that was read before hashing and the status is among `statuses`. */
  admit(at: {
    readonly realm: string;
    readonly id: string;
    readonly securityVersion: number;
    readonly statuses: readonly AccountStatus[];
    /** Milliseconds since the epoch. */
    readonly at: number;
    /** A replacement of the password's hash, where its parameters are out of date. */
    readonly passwordHash?: string;
  }): Promise<boolean>;
  /** Changes the account. The caller has locked it. */
  change(at: {
    readonly realm: string;
    readonly id: string;
    readonly changes: AccountChanges;
    /** Milliseconds since the epoch. */
    readonly at: number;
  }): Promise<ChangeAccountOutcome>;
  /** Leaves a tombstone with id and number; removes identifiers, attributes and credentials. `false` where there is no such account. */
  withdraw(at: { readonly realm: string; readonly id: string; readonly at: number }): Promise<boolean>;
}
