// What use cases share: who asks, who acts, pages, and what they result in. Types only.
import type { Account } from "./accounts/account.ts";
import type { EventActor, EventType } from "./events/event-catalogue.ts";
import type { IdentityEvent } from "./events/event-store.ts";
import type { IdentityErrorCode } from "./errors/identity-error.ts";
import type { JsonObject } from "./kernel/json.ts";
import type { KeyUse, SigningAlgorithm } from "./keys/key-store.ts";
import type { PageRequest } from "./provider-inputs.ts";
import type { ThrottleLimit } from "./throttling/throttle-state.ts";

/** Where a request came from; recorded in events and, at log-in, in the family. What is limited per address goes by `address`: it must be the client's own, not what anybody may write into a header; without one those limits do not apply. */
export interface RequestContext {
  readonly address?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
}

/** A pair of tokens (RFC 6749 §5.1). */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Seconds from now until the access token expires. */
  readonly accessExpiresInSeconds: number;
  readonly refreshToken: string;
  /** Seconds from now until the refresh token expires. */
  readonly refreshExpiresInSeconds: number;
  readonly familyId: string;
}

/** What a verified access token says of its bearer. */
export interface Principal {
  /** `id` or `number` of the account, as the realm's claims name it. */
  readonly subject: { readonly id: string } | { readonly number: number };
  /** The family, where the token is one of this realm's own; `undefined` for a token of an imported key's former owner. */
  readonly familyId: string | undefined;
  readonly generation: number | undefined;
  /** `undefined` where the claims carry none. */
  readonly roles: readonly string[] | undefined;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  readonly claims: JsonObject;
}

/** One log-in of an account, as its owner sees it. Times are milliseconds since the epoch. */
export interface Session {
  /** The family in base57: 16 characters. */
  readonly id: string;
  readonly device: string | null;
  readonly address: string | null;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  /** Whether the asking token belongs to it. */
  readonly current: boolean;
}

/** Which events to list; all of the realm's where nothing is said. */
export interface EventQuery extends PageRequest {
  /** One that the catalogue does not have is `request_malformed`. */
  readonly type?: EventType | (string & {});
  readonly accountId?: string;
  /** Only events at or after it, in milliseconds since the epoch. */
  readonly from?: number;
  /** Only events before it, in milliseconds since the epoch. */
  readonly until?: number;
}

/** Somebody who was refused something. */
export interface Refusal {
  readonly code: IdentityErrorCode;
  /** What was asked for; one of a bounded set of words. */
  readonly operation: string;
  /** The bearer, where the token was good. */
  readonly principal?: Principal | undefined;
  /** The id that a resource server named. */
  readonly clientId?: string | undefined;
}

/** An audit record as administrators see it. */
export interface AuditEvent extends IdentityEvent {
  /** The family as `Session.id` names it; absent where the event is of no session. */
  readonly sessionId?: string;
}

/** RFC 7662 §2.2: all that is said of an inactive token is that. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly kind: "access_token" | "refresh_token";
      readonly claims: JsonObject;
      readonly account: Account;
      readonly clientId: string;
    };

/** A signing key as operators see it. Times are milliseconds since the epoch. */
export interface SigningKeyInfo {
  readonly kid: string;
  readonly use: KeyUse;
  readonly algorithm: SigningAlgorithm;
  readonly state: "next" | "current" | "previous" | "retired";
  readonly createdAt: number;
  readonly activatesAt: number;
  readonly retiredAt: number | null;
}

/** Who acts in an administrative use case. */
export interface Actor {
  readonly kind: EventActor;
  readonly accountId?: string;
}

/** State of a provider, for health and status pages. */
export interface ProviderStatus {
  /** Whether keys and the revocation index are loaded and the feed is fresh. */
  readonly ready: boolean;
  readonly revocations: {
    readonly loaded: boolean;
    readonly entries: number;
    /** Milliseconds since the last good look at a feed that is polled; 0 where every look is current. */ readonly ageMilliseconds: number;
  };
  readonly keys: readonly SigningKeyInfo[];
  /** Passwords that are hashed and that wait, of all realms on the same platform. */
  readonly passwordQueue: { readonly running: number; readonly waiting: number };
  /** What this process refused as `rate_limited` since it started, by limit. */
  readonly throttled: Readonly<Record<ThrottleLimit, number>>;
}
