// A storage with some of its behaviour replaced: for faults that are injected on purpose, and for stores that are broken to see the kit catch them.
import type { FamilyRotation, ReadStores, RevocationFeed, Storage, Stores } from "../../ports.ts";

/** Replacements of some methods of some stores. */
export type PartOf<All> = { readonly [Name in keyof All]?: Partial<All[Name]> };

/** What is replaced; each function gets what it replaces. */
export interface Bends {
  /** Stores inside a unit. */
  readonly tx?: (tx: Stores) => PartOf<Omit<Stores, "abort">> & { abort?(outcome: unknown): never };
  /** Stores outside units. */
  readonly read?: (read: ReadStores) => PartOf<ReadStores>;
  readonly families?: (families: FamilyRotation) => Partial<FamilyRotation>;
  readonly feed?: (feed: RevocationFeed) => Partial<RevocationFeed>;
  /** The unit itself; `run` runs the work on the bent stores. */
  readonly transact?: <T>(run: Storage["transact"], work: (tx: Stores) => Promise<T>) => Promise<T>;
  /** Everything else. */
  readonly storage?: (storage: Storage) => Partial<Pick<Storage, "ping" | "close">>;
}

/** The storage with its behaviour replaced as told. */
export function bendStorage(storage: Storage, bends: Bends): Storage {
  const run = <T>(work: (tx: Stores) => Promise<T>): Promise<T> =>
    storage.transact((tx) => work(bends.tx === undefined ? tx : bentStores(tx, bends.tx(tx))));
  return {
    read: bentReads(storage.read, bends.read?.(storage.read) ?? {}),
    families: { ...storage.families, ...bends.families?.(storage.families) },
    feed: { ...storage.feed, ...bends.feed?.(storage.feed) },
    transact: (work) => (bends.transact === undefined ? run(work) : bends.transact(run, work)),
    ping: () => storage.ping(),
    close: () => storage.close(),
    ...bends.storage?.(storage),
  };
}

function bentReads(read: ReadStores, bent: PartOf<ReadStores>): ReadStores {
  return {
    accounts: bentStore(read.accounts, bent.accounts),
    families: bentStore(read.families, bent.families),
    keys: bentStore(read.keys, bent.keys),
    revocations: bentStore(read.revocations, bent.revocations),
    events: bentStore(read.events, bent.events),
    codes: bentStore(read.codes, bent.codes),
    messages: bentStore(read.messages, bent.messages),
    throttles: bentStore(read.throttles, bent.throttles),
  };
}

function bentStores(tx: Stores, bent: ReturnType<NonNullable<Bends["tx"]>>): Stores {
  return {
    accounts: bentStore(tx.accounts, bent.accounts),
    families: bentStore(tx.families, bent.families),
    keys: bentStore(tx.keys, bent.keys),
    revocations: bentStore(tx.revocations, bent.revocations),
    events: bentStore(tx.events, bent.events),
    codes: bentStore(tx.codes, bent.codes),
    messages: bentStore(tx.messages, bent.messages),
    throttles: bentStore(tx.throttles, bent.throttles),
    abort: (outcome) => (bent.abort ?? tx.abort)(outcome),
  };
}

// By a proxy, since the methods of a store may stand on its prototype.
function bentStore<Store extends object>(store: Store, bent: Partial<Store> | undefined): Store {
  if (bent === undefined) return store;
  return new Proxy(store, {
    get(target, name) {
      if (Object.hasOwn(bent, name)) return Reflect.get(bent, name);
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
