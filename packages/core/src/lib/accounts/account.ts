// What an account is: the subject of tokens. Its credentials are kept apart.
import type { JsonValue } from "../kernel/json.ts";

/** `pending` waits for approval, `declined` was refused it, `disabled` was switched off; only `active` logs in. */
export type AccountStatus = "active" | "pending" | "declined" | "disabled";

/** Every status, for validation and documents. */
export const accountStatuses: readonly AccountStatus[] = Object.freeze(["active", "pending", "declined", "disabled"]);

/** An account of a realm. */
export interface Account {
  readonly realm: string;
  /** base57 of a UUIDv7: 22 characters. */
  readonly id: string;
  /** Counts up per realm from 1, below 2³¹, never given twice. */
  readonly number: number;
  readonly status: AccountStatus;
  readonly roles: readonly string[];
  /** Rises with every change of password, status, roles or identifiers. */
  readonly securityVersion: number;
  /** What names this account and no other in its realm, as entered: kind (`username`, `email`, `mobile` …) → value. */
  readonly identifiers: Readonly<Record<string, string>>;
  /** What else is known of it: name → JSON value. */
  readonly attributes: Readonly<Record<string, JsonValue>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  /** Milliseconds since the epoch; `null` before the first log-in. */
  readonly lastLogInAt: number | null;
}

/** An identifier as entered and in the normalised form that is unique in (realm, kind). */
export interface Identifier {
  readonly kind: string;
  readonly value: string;
  readonly key: string;
}
