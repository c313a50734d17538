// What a realm allows, as data with the units in the names. Checked once, when the provider is created.
import type { IdentifierRule } from "./accounts/identifier-rules.ts";
import { defaultIdentifierRules } from "./accounts/identifier-rules.ts";
import type { PasswordRule } from "./passwords/password-rule.ts";
import { defaultPasswordRule } from "./passwords/password-rule.ts";
import type { ThrottlingDifferences, ThrottlingPolicy } from "./throttling/throttling-policy.ts";
import { completeThrottling, defaultThrottling } from "./throttling/throttling-policy.ts";

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
  /** Whether a log-out wants a refresh token that could still be exchanged, for clients of APIs that blacklist tokens one by one. Default false: any of the session's does, and repeats answer the same. */
  readonly logOutNeedsLiveToken: boolean;
  /** Whether sign-up issues tokens to an account that waits for approval. Default false. */
  readonly tokensForPending: boolean;
  /** Whether an account that waits for approval may refresh. Default false. */
  readonly refreshForPending: boolean;
  /** Tolerance for `iat` and `nbf` of the future; `exp` has none. Default 5. */
  readonly clockToleranceSeconds: number;
}

/** Everything that a realm decides. */
export interface RealmPolicy extends TokenPolicy {
  /** `open`: an account is active at once. `approval`: it is pending until an administrator decides; `confirmation`: until the code comes back that is mailed to it. `closed`: nobody signs up. Default `open`. */
  readonly signUp: "open" | "approval" | "confirmation" | "closed";
  /** Whether sign-up logs in, too, where nobody says otherwise. Default true. */
  readonly tokensAtSignUp: boolean;
  /** Whether a log-in says `account_unknown` instead of `credentials_invalid`, for clients of APIs that always did. Default false. */
  readonly revealsUnknownAccounts: boolean;
  /** Roles of a new account. Default `["USER"]`. */
  readonly rolesAtSignUp: readonly string[];
  /** Kinds of identifier and their rules. Default: `username` and `email`, case-folded, and `mobile`. */
  readonly identifiers: Readonly<Record<string, IdentifierRule>>;
  /** Kinds with which an account can log in. Default `["username"]`. */
  readonly logInWith: readonly string[];
  /** Kinds to which one-time codes are sent to log in with: of syntax `mobile` (by SMS) or `email`. Default none. */
  readonly logInWithCode: readonly string[];
  /** How long a one-time code is good for. Default 600. */
  readonly codeLifetimeSeconds: number;
  /** How often a one-time code may be tried. Default 5. */
  readonly codeAttempts: number;
  /** How long the link in the message that asks for a confirmation is good for. Default 86,400 (a day). */
  readonly confirmationLifetimeSeconds: number;
  /** Who hears of a changed password: `verified` accounts with an address that was proved by a code, `any` with an address, `none`. Default `verified`. */
  readonly passwordChangeNotice: "verified" | "any" | "none";
  readonly passwordRule: PasswordRule;
  /** Whether each refresh is an event of its own. Default false: the session's row tells the last one. */
  readonly recordRefreshes: boolean;
  /** For how many days events are kept. Default 400, so that a year can be compared with the one before. */
  readonly eventRetentionDays: number;
  /** How much may be tried. Default {@link defaultThrottling}. */
  readonly throttling: ThrottlingPolicy;
}

/** What differs from {@link defaultRealmPolicy}. */
export type RealmPolicyDifferences = Partial<Omit<RealmPolicy, "throttling">> & {
  readonly throttling?: ThrottlingDifferences;
};

/** The policy of the `latchkey` contract. */
export const defaultRealmPolicy: RealmPolicy = Object.freeze({
  accessLifetimeSeconds: 300,
  refreshIdleSeconds: 1_209_600,
  refreshAbsoluteSeconds: 7_776_000,
  leewaySeconds: 10,
  revokeFamilyOnReuse: true,
  maxFamiliesPerAccount: null,
  accessRevocation: "enforced",
  logoutEndsAccess: true,
  logOutNeedsLiveToken: false,
  tokensForPending: false,
  refreshForPending: false,
  clockToleranceSeconds: 5,
  signUp: "open",
  tokensAtSignUp: true,
  revealsUnknownAccounts: false,
  rolesAtSignUp: Object.freeze(["USER"]),
  identifiers: defaultIdentifierRules,
  logInWith: Object.freeze(["username"]),
  logInWithCode: Object.freeze([]),
  codeLifetimeSeconds: 600,
  codeAttempts: 5,
  confirmationLifetimeSeconds: 86_400,
  passwordChangeNotice: "verified",
  passwordRule: defaultPasswordRule,
  recordRefreshes: false,
  eventRetentionDays: 400,
  throttling: defaultThrottling,
} satisfies RealmPolicy);

/** Completes a policy with the defaults. @throws TypeError that names the option for values and combinations that make no sense */
export function completePolicy(differences: RealmPolicyDifferences): RealmPolicy {
  const throttling = completeThrottling(differences.throttling);
  const policy = Object.freeze({ ...defaultRealmPolicy, ...differences, throttling });
  const refuse = (option: keyof RealmPolicy, wanted: string): never => {
    throw new TypeError(`policy.${option} ${wanted}`);
  };
  for (const option of ["accessLifetimeSeconds", "refreshIdleSeconds", "refreshAbsoluteSeconds"] as const) {
    if (!Number.isSafeInteger(policy[option]) || policy[option] < 1)
      refuse(option, "must be a whole number of seconds, at least 1");
  }
  for (const option of ["leewaySeconds", "clockToleranceSeconds"] as const) {
    if (!Number.isSafeInteger(policy[option]) || policy[option] < 0)
      refuse(option, "must be a whole number of seconds, at least 0");
  }
  if (policy.refreshAbsoluteSeconds < policy.refreshIdleSeconds)
    refuse("refreshAbsoluteSeconds", "must not be less than refreshIdleSeconds");
  if (policy.leewaySeconds >= policy.refreshIdleSeconds)
    refuse("leewaySeconds", "must be less than refreshIdleSeconds");
  const { maxFamiliesPerAccount: most } = policy;
  if (most !== null && (!Number.isSafeInteger(most) || most < 1))
    refuse("maxFamiliesPerAccount", "must be null or at least 1");
  if (policy.accessRevocation === "strict" && !policy.logoutEndsAccess)
    refuse("logoutEndsAccess", "must be true where accessRevocation is strict");
  if (policy.refreshForPending && !policy.tokensForPending) refuse("refreshForPending", "needs tokensForPending");
  if (policy.logInWith.length === 0) refuse("logInWith", "must name at least one kind of identifier");
  const unknown = policy.logInWith.find((kind) => !Object.hasOwn(policy.identifiers, kind));
  if (unknown !== undefined) refuse("logInWith", `names "${unknown}", which policy.identifiers does not have`);
  checkCodes(policy, refuse);
  const { eventRetentionDays: days } = policy;
  if (!Number.isSafeInteger(days) || days < 1 || days > 36_500)
    refuse("eventRetentionDays", "must be a whole number of days from 1 to 36500");
  const { minimum, maximum } = policy.passwordRule;
  if (!(minimum >= 1 && maximum >= minimum && maximum >= 64 && maximum <= 1024))
    refuse("passwordRule", "needs 1 <= minimum <= maximum and 64 <= maximum <= 1024");
  return policy;
}

function checkCodes(policy: RealmPolicy, refuse: (option: keyof RealmPolicy, wanted: string) => never): void {
  const limits = { codeLifetimeSeconds: 3600, codeAttempts: 100 } as const;
  for (const option of ["codeLifetimeSeconds", "codeAttempts"] as const) {
    const value = policy[option];
    if (!Number.isSafeInteger(value) || value < 1 || value > limits[option])
      refuse(option, `must be a whole number from 1 to ${limits[option]}`);
  }
  const confirmation = policy.confirmationLifetimeSeconds;
  if (!Number.isSafeInteger(confirmation) || confirmation < 600 || confirmation > 2_592_000)
    refuse("confirmationLifetimeSeconds", "must be a whole number of seconds from 600 to 2592000");
  if (policy.signUp === "confirmation" && !Object.values(policy.identifiers).some(({ syntax }) => syntax === "email"))
    refuse("signUp", "needs an identifier of syntax email where it is confirmation");
  for (const kind of policy.logInWithCode) {
    const rule = Object.hasOwn(policy.identifiers, kind) ? policy.identifiers[kind] : undefined;
    if (rule?.syntax !== "mobile" && rule?.syntax !== "email")
      refuse("logInWithCode", `names "${kind}", which is no identifier of syntax mobile or email`);
  }
}
