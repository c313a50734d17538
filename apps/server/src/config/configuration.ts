// The configuration as the server uses it: complete, checked, and without a trace of where each value came from.
import type { PasswordPepper, SigningAlgorithm } from "@latchkey/core";
import type { ContractName } from "../contracts.ts";
import type { DatabaseLocation } from "../database/database-url.ts";
import type { MessagingConfiguration } from "./messaging.ts";
import type { OldSecret } from "./old-secret.ts";
import type { UploadsConfiguration } from "./uploads.ts";
import type { HttpLimits, LogFormat, LogThreshold, PolicySettings } from "./settings.ts";

/** A realm to mount. */
export interface RealmConfiguration {
  readonly name: string;
  readonly contract: ContractName;
  /** `/` or a path without a slash at its end. */
  readonly mount: string;
  readonly issuer: string;
  /** Default: the issuer. */
  readonly audience?: string;
  readonly signing: SigningAlgorithm;
  /** HS256 secrets of the environment, of which the first signs; empty where there are none. */
  readonly secrets: readonly Uint8Array[];
  /** Of the system that the realm replaces. */
  readonly oldSecret?: OldSecret;
  readonly policy: PolicySettings;
  /** Pages that may call it; default: those that the contract names. */
  readonly origins?: readonly string[];
  /** The absolute path of a file with what members choose from; default: the contract's own entries. */
  readonly referenceData?: string;
  readonly resourceServers: readonly { readonly id: string; readonly secret: string }[];
}

/** Everything that the server and the command line need to know. */
export interface Configuration {
  /** The absolute path of the file that was read. */
  readonly file: string;
  readonly host: string;
  readonly port: number;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly database: DatabaseLocation;
  /** When what has expired is deleted; `null`: never by itself. */
  readonly purge: { readonly intervalSeconds: number | null; readonly batch: number };
  /** Where metrics are served; `null`: nowhere. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  readonly http: HttpLimits;
  readonly trustedProxies: readonly string[];
  readonly rootPage: boolean;
  readonly swagger: boolean;
  readonly log: { readonly level: LogThreshold; readonly format: LogFormat };
  readonly realms: readonly RealmConfiguration[];
  /** How messages go out. */
  readonly messaging: MessagingConfiguration;
  /** Where clients' files are kept. */
  readonly uploads: UploadsConfiguration;
  /** Whether its one realm was picked out of several (`--only`). */
  readonly only: boolean;
  /** `LATCHKEY_MASTER_KEY` as it was given. */
  readonly masterKey: string | undefined;
  /** Secrets that go into password hashes; the first into new ones. */
  readonly passwordPeppers: readonly PasswordPepper[];
  /** What is odd but no reason to refuse. */
  readonly warnings: readonly string[];
}
