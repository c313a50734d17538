// The ring's keys as they were last read: rows, their lives, and the imported keys. A read that began before a write of this process is thrown away.
import type { Clock } from "../kernel/clock.ts";
import type { JsonObject } from "../kernel/json.ts";
import { publicPartOf } from "./jwk.ts";
import type { JwsKey, JwsKeys } from "./jws.ts";
import { keyLives, type KeyLife, type KeyTails } from "./key-life.ts";
import type { KeyRecord, SigningAlgorithm } from "./key-store.ts";
import type { PreparedKey } from "./make-key.ts";
import { openPrivateKey } from "./master-key.ts";

/** A key of the ring; the same object for as long as the ring knows the key. */
export interface RingKey {
  /** `undefined` for a configured secret. */
  readonly kid: string | undefined;
  readonly key: JwsKey;
  readonly algorithm: SigningAlgorithm;
  /** Whether it belongs to a system that was replaced: this realm has signed nothing with it. */
  readonly verifyOnly?: boolean;
  /** When it ends, in milliseconds since the epoch. */
  readonly until?: number;
}

/** Stored keys in memory. */
export interface KeySet {
  /** Reads the rows and opens the keys that are new. Nothing changes where that fails. @throws MasterKeyMismatchError */
  read(list: () => Promise<readonly KeyRecord[]>): Promise<void>;
  /** Takes over rows that this process has committed; cannot fail. */
  put(changed: readonly KeyRecord[], prepared: PreparedKey | undefined): void;
  lives(): readonly KeyLife[];
  keyOf(kid: string): RingKey | undefined;
  /** The public JWK with `kid`, `alg` and `use`; `undefined` for a symmetric key. */
  publicJwkOf(kid: string): JsonObject | undefined;
  /** Counts the changes of the set of keys that are not retired. */
  epoch(): number;
  /** When that set last changed (monotonic). */
  changedAt(): number;
}

interface OpenedKey {
  readonly ringKey: RingKey;
  readonly publicJwk: JsonObject | undefined;
}

/** What a set of keys needs. */
export interface KeySetOptions {
  /** Each opens what it encrypted. */
  readonly masterKeys: readonly Uint8Array<ArrayBuffer>[];
  readonly jws: JwsKeys;
  readonly tails: KeyTails;
  readonly clock: Clock;
}

/** Creates an empty set. */
export function createKeySet(options: KeySetOptions): KeySet {
  const { masterKeys, jws, tails, clock } = options;
  let records: readonly KeyRecord[] = [];
  let lives: readonly KeyLife[] = [];
  let opened: ReadonlyMap<string, OpenedKey> = new Map();
  let writes = 0;
  let epoch = 0;
  let changedAt = Number.NEGATIVE_INFINITY;

  const install = (rows: readonly KeyRecord[], keys: ReadonlyMap<string, OpenedKey>): void => {
    const before = membership(records);
    records = rows;
    lives = keyLives(rows, tails);
    opened = keys;
    if (membership(rows) === before) return;
    epoch++;
    changedAt = clock.monotonic();
  };

  const openAll = async (rows: readonly KeyRecord[]): Promise<ReadonlyMap<string, OpenedKey>> => {
    const now = clock.now();
    const keys = new Map<string, OpenedKey>();
    for (const { record, endsAt } of keyLives(rows, tails)) {
      const known = opened.get(record.kid);
      if (known !== undefined) keys.set(record.kid, known);
      else if (endsAt > now) keys.set(record.kid, await openKey(masterKeys, jws, record));
    }
    return keys;
  };

  return {
    async read(list) {
      for (;;) {
        const writesBefore = writes;
        const rows = await list();
        const keys = await openAll(rows);
        if (writes === writesBefore) return install(rows, keys);
      }
    },
    put(changed, prepared) {
      writes++;
      const keys = new Map(opened);
      // News of the own change may have been read already.
      if (prepared !== undefined && !keys.has(prepared.row.kid)) {
        keys.set(prepared.row.kid, withPublicPart(prepared.key, prepared.row));
      }
      const kids = new Set(changed.map(({ kid }) => kid));
      install([...records.filter(({ kid }) => !kids.has(kid)), ...changed], keys);
    },
    lives: () => lives,
    keyOf: (kid) => opened.get(kid)?.ringKey,
    publicJwkOf: (kid) => opened.get(kid)?.publicJwk,
    epoch: () => epoch,
    changedAt: () => changedAt,
  };
}

async function openKey(masterKeys: KeySetOptions["masterKeys"], jws: JwsKeys, record: KeyRecord): Promise<OpenedKey> {
  const { algorithm } = record;
  const privateJwk = await openPrivateKey(masterKeys, record, record.encryptedPrivateJwk);
  const publicJwk = algorithm === "HS256" ? null : publicPartOf(algorithm, privateJwk);
  return withPublicPart(await jws.importJwk(algorithm, privateJwk), { ...record, publicJwk });
}

/** The public part follows from the private one: whoever can write to the key table cannot publish a key of theirs. */
function withPublicPart(key: JwsKey, row: Pick<KeyRecord, "kid" | "algorithm" | "publicJwk">): OpenedKey {
  const { kid, algorithm, publicJwk } = row;
  return {
    ringKey: Object.freeze({ kid, key, algorithm }),
    publicJwk: publicJwk === null ? undefined : Object.freeze({ ...publicJwk, kid, alg: algorithm, use: "sig" }),
  };
}

function membership(records: readonly KeyRecord[]): string {
  const living = records.filter(({ retiredAt }) => retiredAt === null).map(({ kid }) => kid);
  return living.sort().join(" ");
}
