// The storage port: what core needs of a store, and the promises that an implementation gives. Proved by `@latchkey/core/conformance`.
import type { AccountReader, AccountStore } from "./lib/accounts/account-store.ts";
import type { EventReader, EventStore } from "./lib/events/event-store.ts";
import type { KeyReader, KeyStore } from "./lib/keys/key-store.ts";
import type { MessageReader, MessageStore } from "./lib/messages/message-store.ts";
import type { CodeReader, CodeStore } from "./lib/one-time-codes/code-store.ts";
import type { RevocationFeed, RevocationReader, RevocationStore } from "./lib/revocation/revocation-store.ts";
import type { ThrottleReader, ThrottleStore } from "./lib/throttling/throttle-store.ts";
import type { FamilyReader, FamilyRotation, FamilyStore } from "./lib/token-family/family-store.ts";

export type * from "./lib/accounts/account.ts";
export type * from "./lib/accounts/account-store.ts";
export { eventCatalogue } from "./lib/events/event-catalogue.ts";
export type * from "./lib/events/event-catalogue.ts";
export type * from "./lib/events/event-store.ts";
export type * from "./lib/kernel/json.ts";
export type * from "./lib/keys/key-store.ts";
export type * from "./lib/messages/message-store.ts";
export type * from "./lib/one-time-codes/code-store.ts";
export { allGenerations } from "./lib/revocation/revocation-store.ts";
export type * from "./lib/revocation/revocation-store.ts";
export type * from "./lib/throttling/throttle-store.ts";
export type * from "./lib/token-family/family-store.ts";
export type * from "./lib/token-family/token-family.ts";

/** Reads of committed state, without locks. */
export interface ReadStores {
  readonly accounts: AccountReader;
  readonly families: FamilyReader;
  readonly keys: KeyReader;
  readonly revocations: RevocationReader;
  readonly events: EventReader;
  readonly codes: CodeReader;
  readonly messages: MessageReader;
  readonly throttles: ThrottleReader;
}

/** The stores inside a unit of work. Lock order everywhere: account → family → the rest → feed heads. */
export interface Stores {
  readonly accounts: AccountStore;
  readonly families: FamilyStore;
  readonly keys: KeyStore;
  readonly revocations: RevocationStore;
  readonly events: EventStore;
  readonly codes: CodeStore;
  readonly messages: MessageStore;
  readonly throttles: ThrottleStore;
  /** Rolls the unit back and makes `transact` resolve with `outcome`, even where `work` swallows what this throws. */
  abort(outcome: unknown): never;
}

/** Where an identity provider keeps its state. */
export interface Storage {
  readonly read: ReadStores;
  readonly families: FamilyRotation;
  readonly feed: RevocationFeed;
  /**
   * Runs a unit of work. Resolves with what `work` returns after the commit is durable: returning commits, also for refusals; throwing rolls back and rejects with the same error.
   * `work` may run more than once (deadlocks, serialisation failures; bounded) and awaits nothing but its stores. Units do not nest, and stores refuse what is asked of them after their unit.
   * @throws StoreUnavailableError nothing was committed. @throws CommitOutcomeUnknownError the connection was lost at COMMIT.
   */
  transact<T>(work: (tx: Stores) => Promise<T>): Promise<T>;
  /** Answers when the store can be asked. @throws StoreUnavailableError when it cannot. */
  ping(): Promise<void>;
  /** Ends connections after the units under way. Repeatable; everything asked afterwards rejects with `StoreUnavailableError`. */
  close(): Promise<void>;
}
