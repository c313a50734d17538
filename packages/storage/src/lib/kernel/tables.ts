// The tables as Kysely sees them: one row type per table, column names as in the database.
// Decides names and types only; what a row means is its feature's affair, how a column is stored is the dialect's.
import type { Kysely } from "kysely";

/** One row per realm that ever had an account. */
export interface RealmTable {
  readonly realm: string;
  /** The newest account number given; 0 before the first. */
  readonly last_account_number: number;
}

/** One row per account; a withdrawn one stays as a tombstone with its id and number. Times are milliseconds since the epoch. */
export interface AccountTable {
  readonly realm: string;
  readonly id: string;
  readonly number: number;
  readonly status: string;
  /** JSON array of strings. */
  readonly roles: string;
  readonly security_version: number;
  /** JSON object: kind → value as entered. */
  readonly identifiers: string;
  /** JSON object. */
  readonly attributes: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly last_log_in_at: number | null;
  readonly withdrawn_at: number | null;
}

/** One row per identifier of an account that is not withdrawn. */
export interface AccountIdentifierTable {
  readonly realm: string;
  readonly kind: string;
  /** The normalised form; unique in (realm, kind), compared byte by byte. */
  readonly key: string;
  /** As entered; for the search. */
  readonly value: string;
  readonly account_id: string;
}

/** One row per credential; so far only passwords. */
export interface CredentialTable {
  readonly realm: string;
  readonly account_id: string;
  readonly kind: string;
  /** A password's hash; never a credential in clear. */
  readonly secret: string;
}

/** One row per log-in on one device. Times are milliseconds since the epoch. */
export interface TokenFamilyTable {
  readonly realm: string;
  /** 11 bytes: 48 bits of creation milliseconds, 40 random bits. */
  readonly id: Uint8Array;
  readonly account_id: string;
  readonly account_version: number;
  readonly generation: number;
  readonly created_at: number;
  readonly rotated_at: number;
  readonly idle_expires_at: number;
  readonly expires_at: number;
  readonly revoked_at: number | null;
  readonly revoked_reason: string | null;
  readonly client_id: string;
  readonly device: string | null;
  readonly address: string | null;
  /** Never later than `idle_expires_at`; indexed for the purge, and left alone by rotations so that they touch no index. */
  readonly purge_after: number;
}

/** The feed of revocations, numbered in commit order. */
export interface RevocationTable {
  readonly seq: number;
  readonly realm: string;
  /** Either a family with a generation, or `families_before`. */
  readonly family_id: Uint8Array | null;
  readonly through_generation: number | null;
  readonly families_before: number | null;
  readonly expires_at: number;
}

/** One row per feed: the newest number given. */
export interface FeedHeadTable {
  readonly name: string;
  readonly seq: number;
}

/** Audit records, numbered in commit order. */
export interface EventTable {
  readonly seq: number;
  readonly realm: string;
  readonly type: string;
  readonly at: number;
  readonly actor: string;
  readonly actor_account_id: string | null;
  readonly account_id: string | null;
  readonly family_id: string | null;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly request_id: string | null;
  /** JSON object. */
  readonly detail: string | null;
}

/** Keys; private parts are encrypted before they come here. */
export interface SigningKeyTable {
  readonly realm: string;
  readonly kid: string;
  readonly use: string;
  readonly ordinal: number;
  readonly algorithm: string;
  /** JSON object. */
  readonly public_jwk: string | null;
  readonly encrypted_private_jwk: string;
  readonly created_at: number;
  readonly activates_at: number;
  readonly retired_at: number | null;
}

/** One row per account and purpose: its newest one-time code. Times are milliseconds since the epoch. */
export interface OneTimeCodeTable {
  readonly realm: string;
  readonly account_id: string;
  readonly purpose: string;
  readonly id: string;
  readonly account_version: number;
  /** Keyed; never a code in clear. */
  readonly digest: string;
  readonly created_at: number;
  readonly expires_at: number;
  readonly attempts_left: number;
  readonly used_at: number | null;
  /** Of the release before throttles, which counts requests here. */
  readonly requested_since: number;
  readonly requests: number;
}

/** Messages that wait to be sent or were given up. Times are milliseconds since the epoch. */
export interface OutboxMessageTable {
  readonly realm: string;
  readonly id: string;
  readonly channel: string;
  readonly account_id: string | null;
  /** Encrypted; `null` once given up. */
  readonly sealed: string | null;
  readonly created_at: number;
  readonly give_up_at: number;
  readonly attempts: number;
  /** `null` once given up. */
  readonly next_attempt_at: number | null;
  readonly failed_at: number | null;
  readonly reason: string | null;
}

/** One row per key that was tried lately. Times are milliseconds since the epoch. */
export interface ThrottleTable {
  readonly realm: string;
  /** A digest; never a name or an address. */
  readonly key: string;
  readonly count: number;
  readonly ready_at: number;
  readonly expires_at: number;
}

/** What the migrator has done. */
export interface MigrationTable {
  readonly version: number;
  readonly name: string;
  /** The oldest schema version whose releases run on the schema after it. */
  readonly readable_from: number;
  /** Milliseconds since the epoch. */
  readonly applied_at: number;
}

/** Every table of Latchkey; an embedding application adds its own with Kysely's `$extendTables`. */
export interface LatchkeyTables {
  readonly realms: RealmTable;
  readonly accounts: AccountTable;
  readonly account_identifiers: AccountIdentifierTable;
  readonly credentials: CredentialTable;
  readonly token_families: TokenFamilyTable;
  readonly revocations: RevocationTable;
  readonly feed_heads: FeedHeadTable;
  readonly events: EventTable;
  readonly signing_keys: SigningKeyTable;
  readonly one_time_codes: OneTimeCodeTable;
  readonly outbox_messages: OutboxMessageTable;
  readonly throttles: ThrottleTable;
  readonly latchkey_migrations: MigrationTable;
}

/** A Kysely over Latchkey's tables; a transaction is one too. */
export type LatchkeyKysely = Kysely<LatchkeyTables>;
