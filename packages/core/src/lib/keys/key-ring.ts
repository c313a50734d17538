// The keys of a realm in memory: which one signs, which verify, which are published. Activation and expiry follow from the time; only making and retiring keys writes.
// It knows no token and no claim. A key that was retired here must never come back with a read that began before.
import { IdentityError } from "../errors/identity-error.ts";
import type { JsonObject } from "../kernel/json.ts";
import { freshFlight, singleFlight } from "../kernel/single-flight.ts";
import type { Actor, SigningKeyInfo } from "../provider.ts";
import { createKeyChanges, type KeyChanges } from "./key-changes.ts";
import { signingAt, stateAt, verifyingAt } from "./key-life.ts";
import { importSecrets, planKeyRing, type KeyRingOptions, type KeyRingPlan } from "./key-ring-options.ts";
import { createKeySet, type KeySet, type RingKey } from "./key-set.ts";
import type { KeyUse } from "./key-store.ts";

export type { RingKey };

/** The keys of a realm. What reads or writes the storage throws its `StoreUnavailableError` and `MasterKeyMismatchError`. */
export interface KeyRing {
  /** Reads the keys and makes the first ones. Idempotent. Of processes that start at once, one makes them and the others take them. */
  load(): Promise<void>;
  /** Changes whenever the set of verifying keys does, but for keys whose last token has expired. */
  readonly epoch: number;
  /**
   * `undefined` where the keys in memory are young enough to be used. Otherwise (the process slept, or the storage is away for two refresh intervals) a read that whoever signs or verifies
   * waits for. Younger keys that are due are read again by themselves, and nobody waits.
   */
  ready(): Promise<void> | undefined;
  /** The key that signs what belongs to `at` (milliseconds since the epoch): now, or for a replay the row's `rotatedAt`. */
  signer(use: KeyUse, at: number): RingKey;
  /** The keys that may have signed a token: of that kid, or all where the token names none. Configured secrets have no kid. */
  verifiers(use: KeyUse, kid: string | undefined): readonly RingKey[];
  /**
   * For an unknown kid, or a signature that no key without kid made: reads the keys, at most once a second; who comes in that second shares its result, a failure too.
   * Says whether the set of keys changed within the last second, so that looking again makes sense.
   */
  reload(): Promise<boolean>;
  /** Reads the keys now, with whatever was committed before the call: for news of other processes. */
  refresh(): Promise<void>;
  /** Members of a JWK Set (RFC 7517 §5): public keys of access tokens with `kid`, `alg` and `use`. */
  publicJwks(): readonly JsonObject[];
  /** Stored keys, in the order in which they sign; empty before `load`. */
  list(): readonly SigningKeyInfo[];
  /** Makes a key that signs after two refresh intervals, when every process knows it; or at once. @throws IdentityError resource_unknown where the use has no stored keys */
  rotate(input: { readonly use?: KeyUse; readonly now?: boolean }, actor: Actor): Promise<SigningKeyInfo>;
  /** Ends a key for good; a current one is replaced in the same unit. Other processes are told through the revocation feed. Repeats change nothing. @throws IdentityError resource_unknown */
  retire(kid: string, actor: Actor): Promise<void>;
  /** Deletes rows of keys that ended long ago; returns how many. `now` in milliseconds since the epoch. */
  purge(now: number): Promise<number>;
}

const reloadEveryMilliseconds = 1000;

/** Prepares the ring; nothing is read before `load`. @throws TypeError that names the option */
export function createKeyRing(options: KeyRingOptions): KeyRing {
  const plan = planKeyRing(options);
  const set = createKeySet({ ...options, ...plan });
  return new StoredKeyRing(options, plan, set, createKeyChanges({ ...options, ...plan }));
}

class StoredKeyRing implements KeyRing {
  readonly load: () => Promise<void>;
  readonly refresh: () => Promise<void>;
  readonly #options: KeyRingOptions;
  readonly #plan: KeyRingPlan;
  readonly #set: KeySet;
  readonly #changes: KeyChanges;
  #secrets: readonly RingKey[] = [];
  #loaded = false;
  /** When the last good read began, and when a read was last tried (monotonic). */
  #readAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #lastTry: Promise<void> = Promise.resolve();

  constructor(options: KeyRingOptions, plan: KeyRingPlan, set: KeySet, changes: KeyChanges) {
    this.#options = options;
    this.#plan = plan;
    this.#set = set;
    this.#changes = changes;
    this.load = singleFlight(() => this.#load());
    this.refresh = freshFlight(() => this.#read());
  }

  async #load(): Promise<void> {
    if (this.#loaded) return;
    const keys = await importSecrets(this.#options.jws, this.#plan.secrets);
    this.#secrets = keys.map((key, index) => {
      const { verifyOnly = false, until = Number.POSITIVE_INFINITY } = this.#plan.secrets[index]!;
      return Object.freeze({ kid: undefined, key, algorithm: key.algorithm, verifyOnly, until });
    });
    await this.refresh();
    for (const [use, algorithm] of this.#plan.stored) {
      const made = await this.#changes.ensure(use, algorithm, this.#set.lives());
      if (made === "present") continue;
      if (made !== "taken") this.#set.put(made.changed, made.prepared);
      await this.refresh();
    }
    this.#loaded = true;
  }

  async #read(): Promise<void> {
    const { clock, storage, realm } = this.#options;
    const began = clock.monotonic();
    if (this.#plan.stored.size > 0) await this.#set.read(() => storage.read.keys.list({ realm }));
    this.#readAt = Math.max(this.#readAt, began);
  }

  get epoch(): number {
    this.#readWhenDue();
    // A secret that ends is a change of the set, too: what it vouched for is not to be believed from a cache.
    return this.#set.epoch() + this.#secrets.length - this.#livingSecrets().length;
  }

  #livingSecrets(): readonly RingKey[] {
    // Most realms have none, and each request asks.
    if (this.#secrets.length === 0) return this.#secrets;
    const now = this.#options.clock.now();
    return this.#secrets.filter(({ until = Number.POSITIVE_INFINITY }) => until > now);
  }

  ready(): Promise<void> | undefined {
    const age = this.#options.clock.monotonic() - this.#readAt;
    if (age < this.#plan.keyRefreshMilliseconds) return undefined;
    if (this.#loaded && age < 2 * this.#plan.keyRefreshMilliseconds) {
      this.#readWhenDue();
      return undefined;
    }
    return this.#loaded ? this.#readOncePerSecond() : this.load();
  }

  signer(use: KeyUse, at: number): RingKey {
    this.#readWhenDue();
    if (!this.#plan.stored.has(use)) return this.#signingSecret(use);
    const now = this.#options.clock.now();
    const life = signingAt(this.#set.lives(), use, at, now);
    const key = life && this.#set.keyOf(life.record.kid);
    if (key === undefined)
      throw new Error(`Realm ${this.#options.realm} has no ${use} key that signs: load the ring first`);
    return key;
  }

  #signingSecret(use: KeyUse): RingKey {
    const place = this.#plan.secrets.findIndex(({ verifyOnly = false }) => !verifyOnly);
    const key = use === "access" ? this.#secrets[place] : undefined;
    if (key === undefined)
      throw new Error(`Realm ${this.#options.realm} has no ${use} key that signs: load the ring first`);
    return key;
  }

  verifiers(use: KeyUse, kid: string | undefined): readonly RingKey[] {
    this.#readWhenDue();
    if (!this.#plan.stored.has(use)) return use === "access" && kid === undefined ? this.#livingSecrets() : [];
    const keys: RingKey[] = [];
    for (const { record } of verifyingAt(this.#set.lives(), use, this.#options.clock.now())) {
      const key = kid === undefined || kid === record.kid ? this.#set.keyOf(record.kid) : undefined;
      if (key !== undefined) keys.push(key);
    }
    return keys;
  }

  async reload(): Promise<boolean> {
    await this.#readOncePerSecond();
    return this.#options.clock.monotonic() - this.#set.changedAt() <= reloadEveryMilliseconds;
  }

  #readOncePerSecond(): Promise<void> {
    const now = this.#options.clock.monotonic();
    if (now - this.#triedAt < reloadEveryMilliseconds) return this.#lastTry;
    this.#triedAt = now;
    this.#lastTry = this.refresh();
    return this.#lastTry;
  }

  #readWhenDue(): void {
    const now = this.#options.clock.monotonic();
    if (!this.#loaded || now - this.#readAt < this.#plan.keyRefreshMilliseconds) return;
    if (now - this.#triedAt < reloadEveryMilliseconds) return;
    this.#readOncePerSecond().catch((error: unknown) => this.#options.onBackgroundError?.(error));
  }

  publicJwks(): readonly JsonObject[] {
    this.#readWhenDue();
    return verifyingAt(this.#set.lives(), "access", this.#options.clock.now()).flatMap(({ record }) => {
      const jwk = this.#set.publicJwkOf(record.kid);
      return jwk === undefined ? [] : [jwk];
    });
  }

  list(): readonly SigningKeyInfo[] {
    const now = this.#options.clock.now();
    const lives = this.#set.lives();
    return lives.map((life) => {
      const { kid, use, algorithm, createdAt, activatesAt, retiredAt } = life.record;
      const state = stateAt(lives, life, now);
      const endedAt = state === "retired" ? life.endsAt : null;
      return { kid, use, algorithm, state, createdAt, activatesAt, retiredAt: retiredAt ?? endedAt };
    });
  }

  async rotate(
    { use = "access", now = false }: { readonly use?: KeyUse; readonly now?: boolean },
    actor: Actor,
  ): Promise<SigningKeyInfo> {
    const algorithm = this.#plan.stored.get(use);
    if (algorithm === undefined) throw new IdentityError("resource_unknown");
    const { changed, prepared } = await this.#changes.add(use, algorithm, now, actor);
    this.#set.put(changed, prepared);
    return this.list().find(({ kid }) => kid === prepared.row.kid)!;
  }

  async retire(kid: string, actor: Actor): Promise<void> {
    const { changed, prepared } = await this.#changes.retire(kid, this.#plan.stored, actor);
    this.#set.put(changed, prepared);
  }

  async purge(now: number): Promise<number> {
    return this.#plan.stored.size > 0 ? this.#changes.purge(now) : 0;
  }
}
