// The use cases that a contract can offer: which inputs their fields can fill, what they result in, and which errors they can end with.
// Must not know: paths, statuses, texts.
import type {
  Account,
  AuditEvent,
  IdentityErrorCode,
  Introspection,
  IssuedTokens,
  JsonObject,
  MessageChannel,
  Page,
  Principal,
  Session,
  UploadForm,
} from "@latchkey/core";

/** A use case: the parts of its input and its result. */
export interface DomainOperation<Target extends string, Result> {
  readonly target: Target;
  readonly result: Result;
}

/** The use cases by name. A name is what an operation of a contract `does`. */
export interface DomainOperations {
  signUp: DomainOperation<
    `identifiers.${string}` | `attributes.${string}` | "password",
    { readonly account: Account; readonly tokens: IssuedTokens | null }
  >;
  logIn: DomainOperation<"identifier" | "password", { readonly account: Account; readonly tokens: IssuedTokens }>;
  /** Sends a one-time code; the result says nothing of it. */
  requestCode: DomainOperation<"identifier", { readonly channel: MessageChannel; readonly expiresInSeconds: number }>;
  /** Without an identifier the account is unknown. */
  logInWithCode: DomainOperation<"identifier" | "code", { readonly account: Account; readonly tokens: IssuedTokens }>;
  refresh: DomainOperation<"refreshToken", { readonly account: Account; readonly tokens: IssuedTokens }>;
  /** By refresh token, or else by access token. */
  logOut: DomainOperation<"refreshToken" | "accessToken", null>;
  logOutEverywhere: DomainOperation<never, null>;
  /** Whether an access token that was sent as a field is active. */
  verifyToken: DomainOperation<"accessToken", Principal>;
  readAccount: DomainOperation<never, Account>;
  /** Whether identifiers are free. */
  checkAvailable: DomainOperation<`identifiers.${string}`, null>;
  updateAccount: DomainOperation<`identifiers.${string}` | `attributes.${string}`, Account>;
  changePassword: DomainOperation<"currentPassword" | "newPassword", null>;
  /** An attribute must be the account's own, as a confirmation. */
  withdraw: DomainOperation<"password" | `attributes.${string}`, null>;
  /** Switches the bearer's account off. */
  deactivateAccount: DomainOperation<never, null>;
  /** Forms with which the bearer's client sends files to where they are kept. */
  signUploads: DomainOperation<"mediaType" | "prefix" | "count", readonly UploadForm[]>;
  /** Takes a file of the bearer's back. */
  removeUpload: DomainOperation<"key", null>;
  listSessions: DomainOperation<"limit" | "cursor", Page<Session>>;
  endSession: DomainOperation<"sessionId", null>;
  introspect: DomainOperation<"token", Introspection>;
  revokeToken: DomainOperation<"token", null>;
  jwks: DomainOperation<never, { readonly keys: readonly JsonObject[]; readonly maxAgeSeconds: number }>;
  listAccounts: DomainOperation<"status" | "text" | "limit" | "cursor", Page<Account>>;
  getAccount: DomainOperation<"id", Account>;
  /** What anybody may read of an account: the reply decides. */
  readAccountByNumber: DomainOperation<"number", Account>;
  /** Makes an account that waits for its confirmation active. */
  confirmAccount: DomainOperation<"number" | "code", Account>;
  administerAccount: DomainOperation<"id" | "status" | "roles", Account>;
  revokeAccountTokens: DomainOperation<"id", null>;
  /** `from` and `until` are instants of RFC 3339. */
  listEvents: DomainOperation<"type" | "accountId" | "from" | "until" | "limit" | "cursor", Page<AuditEvent>>;
}

/** Names of the use cases. */
export type OperationName = keyof DomainOperations;

/** What can go wrong with a bearer's access token. */
export const accessTokenErrors: readonly IdentityErrorCode[] = Object.freeze([
  "access_token_missing",
  "access_token_malformed",
  "access_token_signature_invalid",
  "access_token_wrong_kind",
  "access_token_not_yet_valid",
  "access_token_expired",
  "access_token_revoked",
  "access_token_account_unknown",
  "access_token_account_disabled",
  "store_unavailable",
]);

const refreshTokenErrors = [
  "refresh_token_missing",
  "refresh_token_malformed",
  "refresh_token_signature_invalid",
  "refresh_token_wrong_kind",
] as const;

const hashing = ["request_malformed", "password_unacceptable", "busy", "store_unavailable"] as const;
const refusedAccounts = ["account_pending", "account_declined", "account_disabled"] as const;

/** The errors with which each use case can end, beside those of its bearer's token. Documents list their statuses. */
export const operationErrors: Readonly<Record<OperationName, readonly IdentityErrorCode[]>> = Object.freeze({
  signUp: [...hashing, "signup_closed", "identifier_taken", "message_undeliverable", "rate_limited"],
  logIn: ["request_malformed", "credentials_invalid", ...refusedAccounts, "rate_limited", "busy", "store_unavailable"],
  requestCode: [
    "request_malformed",
    "account_unknown",
    ...refusedAccounts,
    "rate_limited",
    "message_undeliverable",
    "busy",
    "store_unavailable",
  ],
  logInWithCode: [
    "request_malformed",
    "account_unknown",
    "code_missing",
    "code_invalid",
    "code_expired",
    "code_used",
    "code_exhausted",
    ...refusedAccounts,
    "rate_limited",
    "store_unavailable",
  ],
  refresh: [
    "request_malformed",
    ...refreshTokenErrors,
    "refresh_token_unknown",
    "refresh_token_expired",
    "refresh_token_revoked",
    "refresh_token_reused",
    ...refusedAccounts,
    "store_unavailable",
  ],
  logOut: [
    "request_malformed",
    ...refreshTokenErrors,
    "refresh_token_unknown",
    "refresh_token_expired",
    "refresh_token_revoked",
    "refresh_token_reused",
    ...accessTokenErrors,
  ],
  logOutEverywhere: ["store_unavailable"],
  verifyToken: ["request_malformed", ...accessTokenErrors],
  readAccount: ["store_unavailable"],
  checkAvailable: ["request_malformed", "identifier_taken", "store_unavailable"],
  updateAccount: ["request_malformed", "identifier_taken", "store_unavailable"],
  changePassword: [...hashing, "rate_limited"],
  withdraw: ["request_malformed", "rate_limited", "busy", "store_unavailable"],
  deactivateAccount: ["store_unavailable"],
  signUploads: ["request_malformed", "resource_unknown", "store_unavailable"],
  removeUpload: ["request_malformed", "resource_unknown", "store_unavailable"],
  listSessions: ["request_malformed", "store_unavailable"],
  endSession: ["session_unknown", "store_unavailable"],
  introspect: ["request_malformed", "client_unauthenticated", "rate_limited", "store_unavailable"],
  revokeToken: ["request_malformed", "store_unavailable"],
  jwks: ["store_unavailable"],
  listAccounts: ["request_malformed", "store_unavailable"],
  getAccount: ["account_unknown", "store_unavailable"],
  readAccountByNumber: ["account_unknown", "store_unavailable"],
  confirmAccount: ["account_unknown", "code_invalid", "code_expired", "code_used", "store_unavailable"],
  administerAccount: ["request_malformed", "account_unknown", "store_unavailable"],
  revokeAccountTokens: ["account_unknown", "store_unavailable"],
  listEvents: ["request_malformed", "store_unavailable"],
});
