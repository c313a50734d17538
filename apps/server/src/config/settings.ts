// The settings as they are written in `latchkey.config.json`, and what holds where nothing is written. Types only; the schema checks them.
import type {
  CountLimit,
  GuessLimit,
  PasswordRule,
  RealmPolicy,
  SigningAlgorithm,
  ThrottlingPolicy,
} from "@latchkey/core";
import type { ContractName } from "../contracts.ts";

/** The policy settings that a realm may change. */
export type PolicySettings = {
  readonly [
    Name in
      | "accessLifetimeSeconds"
      | "refreshIdleSeconds"
      | "refreshAbsoluteSeconds"
      | "leewaySeconds"
      | "revokeFamilyOnReuse"
      | "maxFamiliesPerAccount"
      | "accessRevocation"
      | "logoutEndsAccess"
      | "tokensForPending"
      | "refreshForPending"
      | "clockToleranceSeconds"
      | "signUp"
      | "confirmationLifetimeSeconds"
      | "passwordChangeNotice"
      | "rolesAtSignUp"
      | "recordRefreshes"
      | "eventRetentionDays"
  ]?: RealmPolicy[Name] | undefined;
} & {
  readonly passwordRule?: PasswordRuleSettings | undefined;
  readonly throttling?: ThrottlingSettings | undefined;
};

/** How a realm's limits differ from the default; `null` switches one off. */
export type ThrottlingSettings = {
  readonly [Name in Exclude<keyof ThrottlingPolicy, "guessesPerAccount">]?: CountLimit | null | undefined;
} & {
  readonly guessesPerAccount?: { readonly [Name in keyof GuessLimit]?: number | undefined } | null | undefined;
};

/** How a realm's rule for new passwords differs from its contract's. */
export type PasswordRuleSettings = {
  readonly [Name in "minimum" | "maximum" | "refuseGuessable" | "contextWords"]?: PasswordRule[Name] | undefined;
};

/** Who may introspect a realm's tokens: with a secret, or the name of the environment variable that holds it. */
export interface ResourceServerSettings {
  readonly id: string;
  readonly secret?: string | undefined;
  readonly secretEnvironment?: string | undefined;
}

/** One realm. */
export interface RealmSettings {
  readonly contract: ContractName;
  readonly mount: string;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly signing?: SigningAlgorithm | undefined;
  readonly policy?: PolicySettings | undefined;
  readonly origins?: readonly string[] | undefined;
  readonly oldSecretUntil?: string | undefined;
  readonly referenceData?: string | undefined;
  readonly resourceServers?: readonly ResourceServerSettings[] | undefined;
}

/** The least level that is logged. */
export type LogThreshold = "debug" | "info" | "warn" | "error" | "silent";

/** `text` is for people; `auto` is text on a terminal and json elsewhere. */
export type LogFormat = "auto" | "json" | "text";

/** The connections to a database on a server. */
export interface DatabasePoolSettings {
  readonly maxConnections?: number | undefined;
  readonly idleMilliseconds?: number | undefined;
  readonly acquireMilliseconds?: number | undefined;
  readonly statementMilliseconds?: number | undefined;
}

/** When and how the server deletes what has expired. */
export interface PurgeSettings {
  readonly intervalSeconds?: number | null | undefined;
  readonly batch?: number | undefined;
}

/** What a request and its connection may take. */
export interface HttpLimits {
  /** A body, at most. */
  readonly bodyBytes: number;
  /** All headers of a request together, at most. */
  readonly headerBytes: number;
  /** How long headers may take to arrive. */
  readonly headersMilliseconds: number;
  /** How long a whole request may take to arrive. */
  readonly requestMilliseconds: number;
  /** How long a connection without a request stays open. */
  readonly keepAliveMilliseconds: number;
}

/** The file. */
export interface Settings {
  readonly $schema?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly publicUrl?: string | undefined;
  readonly databaseUrl?: string | undefined;
  readonly databasePool?: DatabasePoolSettings | undefined;
  readonly purge?: PurgeSettings | undefined;
  readonly metricsHost?: string | undefined;
  readonly metricsPort?: number | null | undefined;
  readonly http?: { readonly [Name in keyof HttpLimits]?: HttpLimits[Name] | undefined } | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
  readonly rootPage?: boolean | undefined;
  readonly swagger?: boolean | undefined;
  readonly log?: { readonly level?: LogThreshold | undefined; readonly format?: LogFormat | undefined } | undefined;
  readonly realms: Readonly<Record<string, RealmSettings>>;
}

/** What holds where neither file nor environment says otherwise. */
export const defaultSettings: {
  readonly [Name in Exclude<keyof Settings, "$schema" | "realms">]: Exclude<Settings[Name], undefined>;
} = {
  host: "0.0.0.0",
  port: 8000,
  publicUrl: "http://localhost:8000",
  databaseUrl: "sqlite:./data/latchkey.db",
  databasePool: {
    maxConnections: 10,
    idleMilliseconds: 30_000,
    acquireMilliseconds: 5_000,
    statementMilliseconds: 10_000,
  },
  purge: { intervalSeconds: 600, batch: 500 },
  metricsHost: "127.0.0.1",
  metricsPort: 9464,
  http: {
    bodyBytes: 65_536,
    headerBytes: 16_384,
    headersMilliseconds: 10_000,
    requestMilliseconds: 30_000,
    // Longer than the idle time of common load balancers (60 s), so that they end a connection, not we.
    keepAliveMilliseconds: 65_000,
  },
  trustedProxies: [],
  rootPage: true,
  swagger: true,
  log: { level: "info", format: "auto" },
};
