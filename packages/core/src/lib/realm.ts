// What the use cases of one realm share. Made by `identity-provider.ts`; no use case makes its own.
import type { Storage, Stores } from "../ports.ts";
import type { Account } from "./accounts/account.ts";
import type { CountedEvents } from "./events/counted-events.ts";
import type { TokenSigner } from "./issuance/sign-tokens.ts";
import type { Clock } from "./kernel/clock.ts";
import type { RandomBytes } from "./kernel/random.ts";
import type { KeyRing } from "./keys/key-ring.ts";
import type { MessageOutbox } from "./messages/message-outbox.ts";
import type { MessageTemplates } from "./messages/message-templates.ts";
import type { CodeDigest } from "./one-time-codes/code-secret.ts";
import type { WordList } from "./passwords/packed-words.ts";
import type { PasswordHasher } from "./passwords/password-hasher.ts";
import type { RealmPolicy } from "./realm-policy.ts";
import type { RevocationWatch } from "./revocation/revocation-watch.ts";
import type { Throttle } from "./throttling/throttle.ts";
import type { TokenReader } from "./verification/read-token.ts";

/** The parts of a running realm. */
export interface Realm {
  readonly realm: string;
  readonly storage: Storage;
  readonly policy: RealmPolicy;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly ring: KeyRing;
  /** The first encrypts, each opens; none where nothing is stored encrypted. */
  readonly masterKeys: readonly Uint8Array<ArrayBuffer>[];
  readonly hasher: PasswordHasher;
  readonly commonPasswords: () => Promise<WordList>;
  /** Names of the service: no password may be made of them. */
  readonly serviceWords: readonly string[];
  readonly watch: RevocationWatch;
  readonly sign: TokenSigner;
  readonly readAccessToken: TokenReader;
  readonly readRefreshToken: TokenReader;
  readonly digestCode: CodeDigest;
  readonly outbox: MessageOutbox;
  readonly counted: CountedEvents;
  readonly messageTemplates: MessageTemplates;
  readonly throttle: Throttle;
  /** The digest in which secrets of resource servers are compared: hexadecimal of SHA-256. */
  readonly digestSecret: (secret: string) => string;
  /** Digests of the secrets with which resource servers proved who they are, by address and id. */
  readonly provedClients: Map<string, string>;
  readonly resourceServers: readonly { readonly id: string; readonly secret: string }[];
  /** Where the message leads that asks for a confirmation, with `{number}` and `{code}`. */
  readonly confirmationLink: string;
  /** What people know the realm as: its issuer's host. */
  readonly service: string;
  readonly onWithdraw: (tx: Stores, account: Account) => Promise<void>;
}
