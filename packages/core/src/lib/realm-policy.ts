// What a realm allows, as data with the units in the names. Checked once, when the provider is created.
import type { IdentifierRule } from "./accounts/identifier-rules.ts";
import type { PasswordRule } from "./passwords/password-rule.ts";

/** Lifetimes and behaviour of tokens. */
export interface TokenPolicy {
  /** Default 300. */
  readonly accessLifetimeSeconds: number;
  /** How long a family may rest between two refreshes. Default 1,209,600 (14 days). */
  readonly refreshIdleSeconds: number;
  /** How long a family lives at most. Default 7,776,000 (90 days). */
  readonly refreshAbsoluteSeconds: number;
  /** For how long after the first use of a refresh token a retry gets the same successor again; 0 = single use. Default 10. */
  readonly leewaySeconds: number;
  /** Whether the use of a refresh token that has a successor (outside the leeway) revokes its family. Default true. */
  readonly revokeFamilyOnReuse: boolean;
  /** Families that an account may have at once; the newest win. `null` = any number. Default null. */
  readonly maxFamiliesPerAccount: number | null;
  /** `enforced`: revoked access tokens are refused from memory. `strict`: the store is asked each time. `none`: they live until they expire. Default `enforced`. */
  readonly accessRevocation: "enforced" | "strict" | "none";
  /** Whether a log-out kills the family's access tokens too. Default true. */
  readonly logoutEndsAccess: boolean;
  /** Whether sign-up issues tokens to an account that waits for approval. Default false. */
  readonly tokensForPending: boolean;
  /** Whether an account that waits for approval may refresh. Default false. */
  readonly refreshForPending: boolean;
  /** Tolerance for `iat` and `nbf` of the future; `exp` has none. Default 5. */
  readonly clockToleranceSeconds: number;
}

/** Everything that a realm decides. */
export interface RealmPolicy extends TokenPolicy {
  /** `open`: an account is active at once. `approval`: it is pending until an administrator decides. `closed`: nobody signs up. Default `open`. */
  readonly signUp: "open" | "approval" | "closed";
  /** Roles of a new account. Default `["USER"]`. */
  readonly rolesAtSignUp: readonly string[];
  /** Kinds of identifier and their rules. Default: `username`, `email` and `mobile`, case-folded. */
  readonly identifiers: Readonly<Record<string, IdentifierRule>>;
  /** Kinds with which an account can log in. Default `["username"]`. */
  readonly logInWith: readonly string[];
  readonly passwordRule: PasswordRule;
}
