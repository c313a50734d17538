// The facade's types: one method per use case, in RFC words. Implemented by `identity-provider.ts`.
import type { Account, AccountStatus } from "./accounts/account.ts";
import type { DeliveryCounts, PurgeCounts } from "./background-counts.ts";
import type { FieldProblem } from "./errors/field-problem.ts";
import type { ClaimsProfile } from "./issuance/claims-profile.ts";
import type { MessageChannel, UndeliverableMessage } from "./messages/message-store.ts";
import type { JsonObject, JsonValue } from "./kernel/json.ts";
import type { KeyUse } from "./keys/key-store.ts";
import type { IdentifierCheck } from "./accounts/identifier-rules.ts";
import type {
  CodeRequest,
  CreateAccountInput,
  ImportOptions,
  ImportOutcome,
  ImportedAccountInput,
  Page,
  PageRequest,
  SignUpInput,
  UpdateAccountInput,
} from "./provider-inputs.ts";
import type { RealmPolicy } from "./realm-policy.ts";
import type { ThrottleState, ThrottleSubject } from "./throttling/throttle-state.ts";
import type {
  RequestContext,
  IssuedTokens,
  Principal,
  Session,
  EventQuery,
  Refusal,
  AuditEvent,
  Introspection,
  SigningKeyInfo,
  Actor,
  ProviderStatus,
} from "./provider-results.ts";

export type * from "./provider-inputs.ts";
export type * from "./provider-results.ts";

/** An identity provider of one realm. Every method throws `IdentityError`; anything else that it throws is a bug. Methods that take a `Principal` want one that `verifyAccessToken` made. */
export interface IdentityProvider {
  readonly realm: string;
  readonly issuer: string;
  readonly audience: string;
  readonly policy: RealmPolicy;
  readonly claims: ClaimsProfile;

  /** Loads keys (makes the first ones) and starts the revocation feed. Idempotent; every other method starts the provider when nobody did. */
  start(): Promise<void>;
  /** Stops timers. The storage is the caller's to close. */
  close(): Promise<void>;
  /** What a status page shows; never throws. */
  status(): ProviderStatus;

  /** Normalises and checks an identifier by the realm's rules, without asking the store. */
  checkIdentifier(kind: string, entered: string): IdentifierCheck;
  /** What is wrong with a new password. */
  checkPassword(password: string): readonly FieldProblem[];

  /** @throws request_malformed, password_unacceptable, identifier_taken, signup_closed, rate_limited, busy, store_unavailable */
  signUp(
    input: SignUpInput,
    context?: RequestContext,
  ): Promise<{ readonly account: Account; readonly tokens: IssuedTokens | null }>;
  /** @throws request_malformed, password_unacceptable, identifier_taken, busy, store_unavailable */
  createAccount(input: CreateAccountInput, actor: Actor, context?: RequestContext): Promise<Account>;
  /** Makes an account that waits for its confirmation active. @throws account_unknown, code_invalid, code_expired, code_used (it is confirmed already), store_unavailable */
  confirmAccount(input: { readonly number: number; readonly code: string }, context?: RequestContext): Promise<Account>;
  /** Wrong passwords are counted; beyond the limits nobody learns whether one is right. @throws credentials_invalid, account_unknown (where the policy reveals it), account_pending, account_declined, account_disabled, rate_limited, busy, store_unavailable */
  logIn(
    input: {
      readonly identifier: string;
      /** Default: the first of `logInWith`. */ readonly kind?: string;
      readonly password: string;
      readonly clientId?: string;
    },
    context?: RequestContext,
  ): Promise<{ readonly account: Account; readonly tokens: IssuedTokens }>;
  /** Says what `logIn` says of an unknown account, before there is a password. @throws account_unknown where the policy reveals it, store_unavailable */
  requireAccount(input: {
    readonly identifier: string;
    /** Default: the first of `logInWith`. */ readonly kind?: string;
  }): Promise<void>;
  /**
   * Sends a one-time code to log in with; an older one is dead. Resolves when the message is recorded, not when it arrives.
   * Says who is unknown: a contract that may not tell answers `account_unknown` as it answers success.
   * @throws account_unknown, account_pending, account_declined, account_disabled, rate_limited, message_undeliverable (nothing sends here), busy, store_unavailable
   */
  requestCode(
    input: CodeRequest,
    context?: RequestContext,
  ): Promise<{ readonly channel: MessageChannel; readonly expiresInSeconds: number }>;
  /** Log-in with a one-time code; absent, it is `code_missing`. An unknown identifier is `code_invalid`. @throws code_missing, code_invalid, code_expired, code_used, code_exhausted, account_pending, account_declined, account_disabled, rate_limited, store_unavailable */
  logInWithCode(
    input: CodeRequest & { readonly code: string | undefined; readonly clientId?: string },
    context?: RequestContext,
  ): Promise<{ readonly account: Account; readonly tokens: IssuedTokens }>;
  /** Rotation (RFC 9700 §4.14.2). @throws refresh_token_*, account_pending, account_declined, account_disabled, store_unavailable */
  refresh(
    refreshToken: string | undefined,
    context?: RequestContext,
  ): Promise<{ readonly account: Account; readonly tokens: IssuedTokens }>;
  /** Whether identifiers are free; sign-up decides for good. @throws identifier_taken, request_malformed, store_unavailable */
  checkAvailable(identifiers: Readonly<Record<string, string>>): Promise<void>;
  /** Switches the bearer's own account off: every token dead, everything else kept. @throws access_token_account_*, store_unavailable */
  deactivate(principal: Principal, context?: RequestContext): Promise<void>;
  /** Ends the family of any well-signed refresh token of it, whatever its generation or expiry. Repeats answer the same. Under `logOutNeedsLiveToken` the token must be one that `refresh` would take. @throws refresh_token_{missing,malformed,signature_invalid,wrong_kind}, with that policy refresh_token_*, store_unavailable */
  logOut(refreshToken: string | undefined, context?: RequestContext): Promise<void>;
  /** Ends the family of an unexpired access token, revoked or not. @throws access_token_*, store_unavailable */
  logOutByAccessToken(accessToken: string | undefined, context?: RequestContext): Promise<void>;
  /** Ends every family of the account. @throws store_unavailable */
  logOutEverywhere(principal: Principal, context?: RequestContext): Promise<void>;

  /** Checks an access token (RFC 9068 §4), its revocation included. @throws access_token_*, store_unavailable */
  verifyAccessToken(accessToken: string | undefined): Principal | Promise<Principal>;
  /** The bearer's account. @throws access_token_account_unknown, access_token_account_disabled, store_unavailable */
  readAccount(principal: Principal): Account | Promise<Account>;
  /** Whether the bearer has the role, by its token's claims or, where they carry none, its account. @throws as readAccount */
  hasRole(principal: Principal, role: string): Promise<boolean>;
  /** @throws request_malformed, identifier_taken, access_token_account_*, store_unavailable */
  updateAccount(principal: Principal, input: UpdateAccountInput, context?: RequestContext): Promise<Account>;
  /** Ends every other family. @throws request_malformed (`current_password` incorrect), password_unacceptable, access_token_account_*, rate_limited, busy, store_unavailable */
  changePassword(
    principal: Principal,
    input: { readonly currentPassword: string; readonly newPassword: string },
    context?: RequestContext,
  ): Promise<void>;
  /** Withdrawal: every token dead, the identifiers free again, the number never. @throws request_malformed (`password` or an attribute incorrect), access_token_account_*, rate_limited, busy, store_unavailable */
  withdraw(
    principal: Principal,
    input: {
      /** Checked where given. */ readonly password?: string;
      /** Must be the account's, as a confirmation. */ readonly attributes?: Readonly<Record<string, JsonValue>>;
    },
    context?: RequestContext,
  ): Promise<void>;
  /** @throws request_malformed, access_token_account_*, store_unavailable */
  listSessions(principal: Principal, page?: PageRequest): Promise<Page<Session>>;
  /** @throws session_unknown (another account's too), store_unavailable */
  endSession(principal: Principal, sessionId: string, context?: RequestContext): Promise<void>;

  /** Whether a resource server is who it says (RFC 7662 §2.1); `introspect` asks it too. @throws client_unauthenticated, rate_limited, store_unavailable */
  authenticateClient(
    client: { readonly id: string; readonly secret: string } | undefined,
    context?: RequestContext,
  ): Promise<void>;
  /** RFC 7662, asked by a resource server. @throws client_unauthenticated, rate_limited, store_unavailable */
  introspect(
    input: {
      readonly token: string;
      readonly client: { readonly id: string; readonly secret: string } | undefined;
    },
    context?: RequestContext,
  ): Promise<Introspection>;
  /** RFC 7009: an unknown token is no error. @throws store_unavailable */
  revokeToken(token: string, context?: RequestContext): Promise<void>;
  /** The public keys as a JWK Set (RFC 7517 §5), with `maxAgeSeconds` for caches. */
  jwks(): Promise<{ readonly keys: readonly JsonObject[]; readonly maxAgeSeconds: number }>;

  /** For administrators. @throws request_malformed, store_unavailable */
  listAccounts(
    query: PageRequest & { readonly status?: AccountStatus; readonly text?: string },
  ): Promise<Page<Account>>;
  /** By id, number, or any identifier. @throws account_unknown, store_unavailable */
  findAccount(reference: string): Promise<Account>;
  /** By id only. @throws account_unknown, store_unavailable */
  getAccount(id: string): Promise<Account>;
  /** By number only. @throws account_unknown, store_unavailable */
  getAccountByNumber(number: number): Promise<Account>;
  /** Status and roles, in one unit. A status other than active ends every family. @throws account_unknown, request_malformed, store_unavailable */
  administerAccount(
    id: string,
    change: { readonly status?: AccountStatus; readonly roles?: readonly string[] },
    actor: Actor,
    context?: RequestContext,
  ): Promise<Account>;
  /** Takes over accounts of another system with their password hashes, in units of 100 with room between them; outcomes in the order given. Repeatable. @throws store_unavailable: import them all again */
  importAccounts(
    accounts: readonly ImportedAccountInput[],
    actor: Actor,
    options?: ImportOptions,
    context?: RequestContext,
  ): Promise<readonly ImportOutcome[]>;
  /** Ends every family. @throws account_unknown, password_unacceptable, busy, store_unavailable */
  setPassword(id: string, password: string, actor: Actor, context?: RequestContext): Promise<void>;
  /** Ends every family of an account. @throws account_unknown, store_unavailable */
  revokeAccountTokens(id: string, actor: Actor, context?: RequestContext): Promise<void>;
  /** Ends one family of any account, by session id. @throws session_unknown, store_unavailable */
  revokeFamily(sessionId: string, actor: Actor, context?: RequestContext): Promise<void>;
  /** An account's sessions. @throws account_unknown, request_malformed, store_unavailable */
  listAccountSessions(id: string, page?: PageRequest): Promise<Page<Session>>;
  /** Ends every family of the realm that exists now. @throws store_unavailable */
  revokeRealmTokens(actor: Actor, context?: RequestContext): Promise<void>;
  /** The audit records, newest first. @throws request_malformed, store_unavailable */
  listEvents(query: EventQuery): Promise<Page<AuditEvent>>;

  /**
   * Records that somebody was refused (`authorization.refused`), where it was an attempt to get past an authorization. Resolves nothing and never throws: it is written in
   * the background, at most two events for each code, operation, caller and minute.
   */
  recordRefusal(refusal: Refusal, context?: RequestContext): void;
  /** Records the configuration with which a server starts (`realm.configured`) where it differs from the one recorded last, and says so. `setup` holds what is not the core's; never a secret. @throws store_unavailable */
  recordConfiguration(setup: JsonObject): Promise<boolean>;

  /** How far limits are used up. A recipient is `request_malformed` where no account could have it. @throws request_malformed, store_unavailable */
  readThrottle(subject: ThrottleSubject): Promise<readonly ThrottleState[]>;
  /** Begins limits anew: guesses, or what an address or a recipient has used. Other processes may refuse for a second more. @throws request_malformed, store_unavailable */
  resetThrottle(subject: ThrottleSubject, actor: Actor, context?: RequestContext): Promise<void>;
  /** @throws store_unavailable */
  listKeys(): Promise<readonly SigningKeyInfo[]>;
  /** Publishes a key that signs from `activatesAt` on. @throws resource_unknown where the realm's keys come from its configuration, store_unavailable */
  rotateKey(
    input: { readonly use?: KeyUse; /** At once, not after publication: for a stolen key. */ readonly now?: boolean },
    actor: Actor,
  ): Promise<SigningKeyInfo>;
  /** Ends a key at once; a current one is replaced in the same unit. @throws resource_unknown, store_unavailable */
  retireKey(kid: string, actor: Actor): Promise<void>;
  /** Encrypts under the master key what one of `formerMasterKeys` encrypted; returns how many keys there were. Nobody is logged out. One-time codes of before are not accepted any more. @throws store_unavailable */
  rewrapKeys(actor: Actor): Promise<number>;
  /** Sends the messages that are due now and resolves when the senders have answered. A running provider does so by itself. @throws store_unavailable */
  deliverMessages(): Promise<DeliveryCounts>;
  /** Messages that were given up, at most 100, the newest first. @throws store_unavailable */
  listUndeliverableMessages(): Promise<readonly UndeliverableMessage[]>;
  /** Deletes what has expired, in bounded batches that leave room for others. @throws store_unavailable */
  purge(options?: {
    /** Rows per batch; default 500. */ readonly batch?: number;
    readonly onBatch?: (counts: PurgeCounts) => void;
    /** Ends it after the batch under way; the counts so far are returned. */ readonly signal?: AbortSignal;
  }): Promise<PurgeCounts>;
}
