// Makes, replaces, retires and removes stored keys, each in one unit with its event. Keys are prepared before the unit; the store's unique ordinal decides between processes.
import type { Storage, Stores } from "../../ports.ts";
import { IdentityError } from "../errors/identity-error.ts";
import { StoreUnavailableError } from "../errors/store-error.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Actor } from "../provider.ts";
import { keyLives, removableAt, signingAt, type KeyLife, type KeyTails } from "./key-life.ts";
import type { KeyRecord, KeyUse, SigningAlgorithm } from "./key-store.ts";
import { prepareKey, rowAfter, type KeyMaking, type PreparedKey } from "./make-key.ts";

/** Rows as they are after a unit, and the new key among them. */
export interface KeyChange {
  readonly changed: readonly KeyRecord[];
  readonly prepared: PreparedKey | undefined;
}

/** A change that made a key. */
export type KeyAddition = KeyChange & { readonly prepared: PreparedKey };

/** Writes of the key ring. */
export interface KeyChanges {
  /** Makes a use's first key, which signs at once, or one of the configured algorithm, which signs later. `taken`: another process did. */
  ensure(
    use: KeyUse,
    algorithm: SigningAlgorithm,
    lives: readonly KeyLife[],
  ): Promise<KeyAddition | "present" | "taken">;
  /** Makes a key that signs at once (`now`) or after two refresh intervals. */
  add(use: KeyUse, algorithm: SigningAlgorithm, now: boolean, actor: Actor): Promise<KeyAddition>;
  /** Retires a key, and replaces it where it is current. @throws IdentityError resource_unknown */
  retire(kid: string, stored: ReadonlyMap<KeyUse, SigningAlgorithm>, actor: Actor): Promise<KeyChange>;
  /** Deletes rows of keys that ended long ago. */
  purge(now: number): Promise<number>;
}

/** What writing keys needs. */
export interface KeyChangesOptions extends KeyMaking {
  readonly storage: Pick<Storage, "read" | "transact">;
  readonly tails: KeyTails;
  readonly keyRefreshMilliseconds: number;
  readonly clock: Clock;
}

const attempts = 5;
/** How long the news of a retired key stays in the revocation feed, in milliseconds. */
const newsLife = 3_600_000;

/** Prepares the writes of one realm's keys. */
export function createKeyChanges(options: KeyChangesOptions): KeyChanges {
  const { realm, storage, tails } = options;

  return {
    async ensure(use, algorithm, lives) {
      const need = (keys: readonly KeyRecord[]) => neededKey(keys, use, algorithm);
      if (need(lives.map(({ record }) => record)) === undefined) return "present";
      return tryToAdd(await prepareKey(options, use, algorithm), { kind: "system" }, need, options);
    },

    async add(use, algorithm, now, actor) {
      const prepared = await prepareKey(options, use, algorithm);
      for (let attempt = 0; attempt < attempts; attempt++) {
        const added = await tryToAdd(prepared, actor, () => (now ? "at_once" : "later"), options);
        if (added !== "taken") return added;
      }
      throw new StoreUnavailableError("Other processes took every key ordinal that was tried");
    },

    async retire(kid, stored, actor) {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const known = (await storage.read.keys.list({ realm })).find((key) => key.kid === kid);
        if (known === undefined) throw new IdentityError("resource_unknown");
        const algorithm = stored.get(known.use);
        const prepared = algorithm && (await prepareKey(options, known.use, algorithm));
        const changed = await storage.transact((tx) => retireInUnit(tx, kid, prepared, actor, options));
        if (changed !== "taken") return { changed, prepared: changed.length > 1 ? prepared : undefined };
      }
      throw new StoreUnavailableError("Other processes took every key ordinal that was tried");
    },

    async purge(now) {
      const lives = keyLives(await storage.read.keys.list({ realm }), tails);
      let removed = 0;
      for (const { kid } of removableAt(lives, tails, now)) {
        if (await storage.transact((tx) => tx.keys.remove({ realm, kid }))) removed++;
      }
      return removed;
    },
  };
}

/** Adds a prepared key where `when`, asked inside the unit, still wants it. `taken`: it does not, or another process took the ordinal. */
async function tryToAdd(
  prepared: PreparedKey,
  actor: Actor,
  when: (keys: readonly KeyRecord[]) => "at_once" | "later" | undefined,
  { realm, storage, tails, clock, keyRefreshMilliseconds }: KeyChangesOptions,
): Promise<KeyAddition | "taken"> {
  const now = clock.now();
  const row = await storage.transact(async (tx): Promise<KeyRecord | undefined> => {
    const keys = await tx.keys.list({ realm });
    const turn = when(keys);
    if (turn === undefined) return undefined;
    const atOnce = turn === "at_once";
    const activatesAt = atOnce ? earliestTurn(keys, prepared.row.use, tails, now) : now + 2 * keyRefreshMilliseconds;
    const added = rowAfter(keys, prepared, { createdAt: now, activatesAt });
    if (!(await tx.keys.add(added))) return tx.abort(undefined);
    await recordKey(tx, "key.created", added, actor, now);
    return added;
  });
  return row === undefined ? "taken" : { changed: [row], prepared };
}

async function retireInUnit(
  tx: Stores,
  kid: string,
  prepared: PreparedKey | undefined,
  actor: Actor,
  { realm, tails, clock }: KeyChangesOptions,
): Promise<readonly KeyRecord[] | "taken"> {
  const now = clock.now();
  const keys = await tx.keys.list({ realm });
  const key = keys.find((candidate) => candidate.kid === kid);
  if (key === undefined || key.retiredAt !== null) return key === undefined ? [] : [key];
  const changed: KeyRecord[] = [{ ...key, retiredAt: now }];
  if (prepared !== undefined && signingAt(keyLives(keys, tails), key.use, now, now)?.record.kid === kid) {
    const turn = earliestTurn(keys, key.use, tails, now);
    const replacement = rowAfter(keys, prepared, { createdAt: now, activatesAt: turn });
    if (!(await tx.keys.add(replacement))) return tx.abort("taken");
    await recordKey(tx, "key.created", replacement, actor, now);
    changed.push(replacement);
  }
  if (!(await tx.keys.retire({ realm, kid, at: now }))) return tx.abort("taken");
  await recordKey(tx, "key.retired", key, actor, now);
  // A cut that no family is older than: it takes nothing back, and tells every process that follows the feed to read the keys.
  await tx.revocations.add([{ realm, target: { familiesBefore: 0 }, expiresAt: now + newsLife }]);
  return changed;
}

/** Whether a use lacks a key: any at all, or one of the configured algorithm. */
function neededKey(
  keys: readonly KeyRecord[],
  use: KeyUse,
  algorithm: SigningAlgorithm,
): "at_once" | "later" | undefined {
  const living = keys.filter((key) => key.use === use && key.retiredAt === null);
  if (living.length === 0) return "at_once";
  const newest = living.reduce((left, right) => (left.ordinal > right.ordinal ? left : right));
  return newest.algorithm === algorithm ? undefined : "later";
}

/** Now, but not before the key that signs now: one that a process with a faster clock made would otherwise outrank its replacement. */
function earliestTurn(keys: readonly KeyRecord[], use: KeyUse, tails: KeyTails, now: number): number {
  return Math.max(now, signingAt(keyLives(keys, tails), use, now, now)?.record.activatesAt ?? 0);
}

function recordKey(
  tx: Stores,
  type: "key.created" | "key.retired",
  key: KeyRecord,
  actor: Actor,
  at: number,
): Promise<void> {
  const { realm, kid, use, algorithm, activatesAt } = key;
  const { kind, accountId } = actor;
  const detail = { kid, use, algorithm, ...(type === "key.created" && { activates_at: activatesAt }) };
  return tx.events.append({
    realm,
    type,
    at,
    actor: kind,
    ...(accountId !== undefined && { actorAccountId: accountId }),
    detail,
  });
}
