// How far limits are used up, as operators see it. Types only.
import type { ThrottlingPolicy } from "./throttling-policy.ts";

/** A limit, by its name in the policy. */
export type ThrottleLimit = keyof ThrottlingPolicy;

/** What is guessed. */
export type Authenticator = "password" | "one_time_code";

/** Whose limits are meant: an account's, an address's (with all that count as it), or a recipient's of messages. */
export type ThrottleSubject =
  | { readonly accountId: string }
  | { readonly address: string }
  | { readonly recipient: { readonly kind: string; readonly identifier: string } };

/** How far one limit is used up. */
export interface ThrottleState {
  readonly limit: ThrottleLimit;
  /** For guesses: of what. */
  readonly authenticator?: Authenticator;
  /** For guesses: by addresses that the account logged in from, or by everybody. */
  readonly from?: "known_addresses" | "everybody";
  readonly count: number;
  readonly most: number;
  /** Milliseconds since the epoch; `null` where the next one is not refused. */
  readonly refusedUntil: number | null;
}
