// The options of a provider: what an embedding application or the server passes in.
import type { Storage, Stores } from "../ports.ts";
import type { Account } from "./accounts/account.ts";
import type { ClaimsProfile } from "./issuance/claims-profile.ts";
import type { Clock } from "./kernel/clock.ts";
import type { RandomBytes } from "./kernel/random.ts";
import type { SigningAlgorithm } from "./keys/key-store.ts";
import type { MessageSender } from "./messages/message-sender.ts";
import type { MessageTemplates } from "./messages/message-templates.ts";
import type { PasswordPepper } from "./passwords/argon2id-format.ts";
import type { Platform } from "./platform.ts";
import type { RealmPolicyDifferences } from "./realm-policy.ts";

/** A configured HS256 secret. */
export interface RealmSecret {
  /** At least 32 bytes, unless `verifyOnly`. */
  readonly secret: Uint8Array;
  /** Verifies access tokens of a system that was replaced, on the strict path, and never signs. Refresh tokens under it are refused. */
  readonly verifyOnly?: boolean;
  /** The end of a `verifyOnly` secret, in milliseconds since the epoch. Default: none. */
  readonly until?: number;
}

/** What signs access tokens: keys that Latchkey makes and keeps, or configured secrets of which the first signs. */
export type SigningOptions =
  | { readonly algorithm: SigningAlgorithm }
  | { readonly algorithm: "HS256"; readonly secrets: readonly RealmSecret[] };

/** Options of {@link createIdentityProvider}. */
export interface IdentityProviderOptions {
  /** The realm's name: lower-case letters, digits and hyphens, at most 32. Default `main`. */
  readonly realm?: string;
  /** The issuer identifier (RFC 9068 `iss`): an absolute URL without query or fragment. */
  readonly issuer: string;
  /** The audience of access tokens. Default: the issuer. */
  readonly audience?: string;
  readonly storage: Storage;
  /** 32 random bytes that protect what is stored: keys, one-time codes, messages. Needed wherever there are such. */
  readonly masterKey?: Uint8Array;
  /** Master keys of before, which still open what they encrypted; see `rewrapKeys`. Default none. */
  readonly formerMasterKeys?: readonly Uint8Array[];
  /** Default EdDSA. */
  readonly signing?: SigningOptions;
  /** Default {@link rfc9068Claims}. */
  readonly claims?: ClaimsProfile;
  /** Differences from {@link defaultRealmPolicy}. */
  readonly policy?: RealmPolicyDifferences;
  /** Secrets kept apart from the database that go into password hashes: the first into new ones, each into those that were made with it. Default none. */
  readonly passwordPeppers?: readonly PasswordPepper[];
  /** Sends messages that the realm's use cases record. `another_process`: they are recorded here and sent there. Without one, what needs a message is refused with `message_undeliverable`, and notices are left out. */
  readonly messageSender?: MessageSender | "another_process";
  /** What messages say. Default English. */
  readonly messageTemplates?: MessageTemplates;
  /** Who may introspect (RFC 7662 §2.1). Default nobody. */
  readonly resourceServers?: readonly { readonly id: string; readonly secret: string }[];
  /** Default `webPlatform()`; on Node pass `nodePlatform()` of `@latchkey/core/node`. */
  readonly platform?: Platform;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  /** Where the message leads that asks for a confirmation, needed where `policy.signUp` is `confirmation`: an absolute URL with `{number}` and `{code}` (64 hexadecimal digits), which `confirmAccount` wants. Never made of a request's Host. */
  readonly confirmationLink?: string;
  /** Runs inside the unit that withdraws an account; its failure undoes the withdrawal. */
  readonly onWithdraw?: (tx: Stores, account: Account) => Promise<void>;
  /** Receives faults of background work. Default: `console.error`. */
  readonly onBackgroundError?: (error: unknown) => void;
}
