// What a rule of `doctor` is. The names stand here, since isolated declarations cannot infer them; the table of rules is total, so each breaks the build without the other.

/** What a broken rule is: unsafe in production, or worth a look. */
export type BrokenSeverity = "unsafe" | "odd";

/** One rule. */
export interface DoctorRule {
  /** As a sentence that is true where the rule holds. */
  readonly rule: string;
  /** Where it comes from; absent where it is about working at all. */
  readonly standard?: string;
  /** The most that breaking it is; a check may find less. */
  readonly severity: BrokenSeverity;
  readonly wanted: string;
}

/** The name of a rule. */
export type RuleId =
  | "node-supported"
  | "clock-right"
  | "configuration-correct"
  | "public-url-encrypted"
  | "public-url-public"
  | "issuers-encrypted"
  | "proxies-few"
  | "origins-exact"
  | "metrics-private"
  | "root-page-private"
  | "swagger-private"
  | "log-level"
  | "realms-wanted"
  | "sms-carrier"
  | "mail-carrier"
  | "carriers-encrypted"
  | "resource-server-secrets"
  | "signing-secrets"
  | "old-secrets-strong"
  | "old-secrets-end"
  | "secrets-used"
  | "peppers-random"
  | "master-key-random"
  | "master-key-former"
  | "guesses-limited"
  | "addresses-limited"
  | "messages-limited"
  | "password-length"
  | "passwords-listed"
  | "reuse-detected"
  | "leeway-short"
  | "access-lifetime-short"
  | "access-revoked"
  | "accounts-hidden"
  | "events-kept"
  | "database-reachable"
  | "database-encrypted"
  | "database-password"
  | "database-disk-local"
  | "database-private"
  | "master-key-private"
  | "schema-current"
  | "master-key-opens"
  | "messages-go-out";
