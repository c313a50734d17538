// The storage port in memory: the reference of what every store must do, and a storage for tests. Nothing outlives the process.
import { createMemoryAccounts } from "./lib/accounts/memory-accounts.ts";
import { createMemoryEvents } from "./lib/events/memory-events.ts";
import { createMemoryKeys } from "./lib/keys/memory-keys.ts";
import { createMemoryMessages } from "./lib/messages/memory-messages.ts";
import { guarded, refuseClosed, UnitQueue, type Unit } from "./lib/memory/units.ts";
import { createMemoryCodes } from "./lib/one-time-codes/memory-codes.ts";
import { createMemoryRevocations } from "./lib/revocation/memory-revocations.ts";
import { createMemoryThrottles } from "./lib/throttling/memory-throttles.ts";
import { createMemoryFamilies } from "./lib/token-family/memory-families.ts";
import type { FamilyRotation, ReadStores, RevocationEntry, Storage, Stores } from "./ports.ts";

/** How a memory storage behaves. */
export interface MemoryStorageOptions {
  /** `immediate` (default): `changeToken` tells of other processes' commits, as on SQLite. `polled`: it is `undefined`, as on PostgreSQL and MySQL. */
  readonly feed?: "immediate" | "polled";
}

/** A storage in memory. */
export interface MemoryStorage extends Storage {
  /** The same data as another process sees it: with listeners of its own, and closed on its own. */
  attach(options?: MemoryStorageOptions): MemoryStorage;
}

/** Creates an empty storage in memory. Units run strictly one after another; readers see committed rows only. */
export function createMemoryStorage(options: MemoryStorageOptions = {}): MemoryStorage {
  return attachTo(
    {
      units: new UnitQueue(),
      accounts: createMemoryAccounts(),
      families: createMemoryFamilies(),
      keys: createMemoryKeys(),
      revocations: createMemoryRevocations(),
      events: createMemoryEvents(),
      codes: createMemoryCodes(),
      messages: createMemoryMessages(),
      throttles: createMemoryThrottles(),
    },
    options,
  );
}

interface Database {
  readonly units: UnitQueue;
  readonly accounts: ReturnType<typeof createMemoryAccounts>;
  readonly families: ReturnType<typeof createMemoryFamilies>;
  readonly keys: ReturnType<typeof createMemoryKeys>;
  readonly revocations: ReturnType<typeof createMemoryRevocations>;
  readonly events: ReturnType<typeof createMemoryEvents>;
  readonly codes: ReturnType<typeof createMemoryCodes>;
  readonly messages: ReturnType<typeof createMemoryMessages>;
  readonly throttles: ReturnType<typeof createMemoryThrottles>;
}

type Listener = (entries: readonly RevocationEntry[]) => void;

function attachTo(database: Database, { feed = "immediate" }: MemoryStorageOptions): MemoryStorage {
  const listeners = new Set<Listener>();
  let closed = false;
  const checkOpen = (): void => refuseClosed(closed);
  const publish: Listener = (entries) => {
    for (const listener of listeners) listener(entries);
  };
  const inUnit = async <T>(work: (unit: Unit) => Promise<T>): Promise<T> => {
    checkOpen();
    return database.units.run(work);
  };
  return {
    read: readStores(database, checkOpen),
    families: rotationInUnits(database, inUnit),
    feed: {
      onCommitted(listener) {
        const own: Listener = (entries) => listener(entries);
        listeners.add(own);
        return () => listeners.delete(own);
      },
      changeToken: () => (feed === "immediate" ? database.revocations.head() : undefined),
      onHint: () => () => undefined,
    },
    transact: (work) => inUnit((unit) => work(storesIn(database, unit, publish))),
    ping: async () => checkOpen(),
    close: async () => {
      closed = true;
      await database.units.idle();
    },
    attach: (options = {}) => attachTo(database, options),
  };
}

function readStores(database: Database, check: () => void): ReadStores {
  return {
    accounts: guarded(database.accounts.reader, check),
    families: guarded(database.families.reader, check),
    keys: guarded(database.keys.reader, check),
    revocations: guarded(database.revocations.reader, check),
    events: guarded(database.events.reader, check),
    codes: guarded(database.codes.reader, check),
    messages: guarded(database.messages.reader, check),
    throttles: guarded(database.throttles.reader, check),
  };
}

function storesIn(database: Database, unit: Unit, publish: Listener): Stores {
  const check = (): void => unit.assertUnderWay();
  return {
    accounts: guarded(database.accounts.within(unit), check),
    families: guarded(database.families.within(unit), check),
    keys: guarded(database.keys.within(unit), check),
    revocations: guarded(database.revocations.within(unit, publish), check),
    events: guarded(database.events.within(unit), check),
    codes: guarded(database.codes.within(unit), check),
    messages: guarded(database.messages.within(unit), check),
    throttles: guarded(database.throttles.within(unit), check),
    abort: (outcome) => unit.abort(outcome),
  };
}

function rotationInUnits(
  { accounts, families, events }: Database,
  inUnit: <T>(work: (unit: Unit) => Promise<T>) => Promise<T>,
): FamilyRotation {
  const rotation = (unit: Unit): FamilyRotation => families.rotation(unit, accounts.within(unit));
  return {
    rotate: (command) =>
      inUnit(async (unit) => {
        const outcome = await rotation(unit).rotate(command);
        const { event } = command;
        if (outcome.won && event !== undefined)
          await events.within(unit).append({ ...event, accountId: outcome.family!.accountId });
        return outcome;
      }),
    reanchor: (at) => inUnit((unit) => rotation(unit).reanchor(at)),
  };
}
