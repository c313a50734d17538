// What a key ring is made from, checked once: which uses have stored keys, which secrets are configured, and how long a superseded key verifies.
import type { Storage } from "../../ports.ts";
import { encodeBase64url } from "../kernel/base64url.ts";
import type { Clock } from "../kernel/clock.ts";
import type { RandomBytes } from "../kernel/random.ts";
import type { RealmSecret, SigningOptions } from "../provider-options.ts";
import type { TokenPolicy } from "../realm-policy.ts";
import type { JwsKey, JwsKeys } from "./jws.ts";
import type { KeyTails } from "./key-life.ts";
import type { KeyUse, SigningAlgorithm } from "./key-store.ts";
import { checkMasterKey } from "./master-key.ts";

/** Options of `createKeyRing`. */
export interface KeyRingOptions {
  readonly realm: string;
  readonly storage: Pick<Storage, "read" | "transact">;
  /** 32 bytes each: the first encrypts, and each opens what it encrypted. Needed where a use has stored keys. */
  readonly masterKeys: readonly Uint8Array[];
  readonly jws: JwsKeys;
  readonly signing: SigningOptions;
  /** Whether refresh tokens have a key of their own; it is an HS256 key of the key table. */
  readonly refreshKey: "own" | "shared";
  readonly policy: Pick<TokenPolicy, "accessLifetimeSeconds" | "refreshIdleSeconds" | "refreshAbsoluteSeconds">;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** How old the keys in memory may be before they are read again. Default 60,000. */
  readonly keyRefreshMilliseconds?: number;
  /** Receives faults of reads that nobody waits for. Default: they are dropped; the next read that somebody waits for meets them again. */
  readonly onBackgroundError?: (error: unknown) => void;
}

/** The options as the ring uses them. */
export interface KeyRingPlan {
  /** The algorithm of new stored keys, by use; a use that is absent has none. */
  readonly stored: ReadonlyMap<KeyUse, SigningAlgorithm>;
  readonly secrets: readonly RealmSecret[];
  readonly tails: KeyTails;
  readonly keyRefreshMilliseconds: number;
  /** Copies; none where no key is stored. */
  readonly masterKeys: readonly Uint8Array<ArrayBuffer>[];
}

/** The fewest bytes of a secret that signs (RFC 7518 §3.2). */
const minimumSecretBytes = 32;
/** How far clocks of two processes may lie apart. */
const clockSkewMilliseconds = 60_000;

/** @throws TypeError that names the option: a missing or unusable master key, no secret that signs, a short or empty one */
export function planKeyRing(options: KeyRingOptions): KeyRingPlan {
  const { signing, refreshKey, masterKeys, policy, keyRefreshMilliseconds = 60_000 } = options;
  const secrets = "secrets" in signing ? signing.secrets : undefined;
  if (secrets !== undefined) checkSecrets(secrets);
  const stored = new Map<KeyUse, SigningAlgorithm>();
  if (secrets === undefined) stored.set("access", signing.algorithm);
  if (refreshKey === "own") stored.set("refresh", "HS256");
  if (stored.size > 0) {
    if (masterKeys.length === 0) {
      throw new TypeError(
        `masterKey is needed: realm ${options.realm} keeps its ${[...stored.keys()].join(" and ")} keys in the storage, encrypted with it`,
      );
    }
    for (const masterKey of masterKeys) checkMasterKey(masterKey);
  }
  const refreshLife = Math.min(policy.refreshIdleSeconds, policy.refreshAbsoluteSeconds) * 1000;
  const accessLife = policy.accessLifetimeSeconds * 1000;
  const margin = 2 * keyRefreshMilliseconds + clockSkewMilliseconds;
  return {
    stored,
    secrets: secrets ?? [],
    tails: {
      access: (refreshKey === "shared" ? Math.max(accessLife, refreshLife) : accessLife) + margin,
      refresh: refreshLife + margin,
    },
    keyRefreshMilliseconds,
    masterKeys: stored.size > 0 ? masterKeys.map((masterKey) => new Uint8Array(masterKey)) : [],
  };
}

/** The configured secrets as keys, in order. */
export function importSecrets(jws: JwsKeys, secrets: readonly RealmSecret[]): Promise<readonly JwsKey[]> {
  return Promise.all(secrets.map(({ secret }) => jws.importJwk("HS256", { kty: "oct", k: encodeBase64url(secret) })));
}

function checkSecrets(secrets: readonly RealmSecret[]): void {
  for (const [index, { secret, verifyOnly = false, until }] of secrets.entries()) {
    if (until !== undefined && !verifyOnly)
      throw new TypeError(`signing.secrets[${index}].until is for a secret with verifyOnly`);
    if (secret.length === 0) throw new TypeError(`signing.secrets[${index}] is empty`);
    if (!verifyOnly && secret.length < minimumSecretBytes) {
      throw new TypeError(
        `signing.secrets[${index}] has ${secret.length} bytes: HS256 needs ${minimumSecretBytes} (RFC 7518 §3.2). Make one with \`openssl rand -base64 32\`, and keep this one with verifyOnly until its tokens have expired`,
      );
    }
  }
  if (!secrets.some(({ verifyOnly = false }) => !verifyOnly)) {
    throw new TypeError("signing.secrets holds no secret that signs: add one without verifyOnly");
  }
}
