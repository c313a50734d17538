// Puts the stores together into the storage port: committed reads, units of work, rotation, the feed to this process's memory.
// The only place that knows all features.
import type { ReadStores, RevocationEntry, RevocationFeed, Storage, Stores } from "@latchkey/core/ports";
import type { Transaction } from "kysely";
import { AccountCache } from "./accounts/account-cache.ts";
import { createAccountReader, createAccountStatements, createAccountStore } from "./accounts/account-store.ts";
import { createEventQueries, createEventReader, createEventStore } from "./events/event-store.ts";
import type { Database } from "./kernel/dialect-profile.ts";
import { createReadSession, type CommittedReader, type Session, type UnitSession } from "./kernel/session.ts";
import type { LatchkeyTables } from "./kernel/tables.ts";
import { UnitRunner, type UnitWays } from "./kernel/unit-runner.ts";
import { createKeyQueries, createKeyReader, createKeyStore } from "./keys/key-store.ts";
import { createMessageQueries, createMessageReader, createMessageStore } from "./messages/message-store.ts";
import { createCodeQueries, createCodeReader, createCodeStore } from "./one-time-codes/code-store.ts";
import {
  createRevocationQueries,
  createRevocationReader,
  createRevocationStore,
} from "./revocation/revocation-store.ts";
import { createThrottleQueries, createThrottleReader, createThrottleStore } from "./throttling/throttle-store.ts";
import { createFamilyQueries } from "./token-family/family-queries.ts";
import { createFamilyReader, createFamilyStore } from "./token-family/family-store.ts";
import { createFamilyRotation } from "./token-family/rotate-family.ts";

/** What a dialect gives for a storage. */
export interface StorageParts extends Database, UnitWays {
  /** See `RevocationFeed.changeToken`. */
  readonly changeToken: () => number | undefined;
  /** See `RevocationFeed.onHint`; default: nothing hints. */
  readonly onHint?: (listener: () => void) => () => void;
  /** How committed state is read; default: by Kysely. */
  readonly read?: CommittedReader;
  /** Ends the connections after the units under way. */
  readonly close: () => Promise<void>;
}

interface Statements {
  readonly accounts: ReturnType<typeof createAccountStatements>;
  readonly families: ReturnType<typeof createFamilyQueries>;
  readonly keys: ReturnType<typeof createKeyQueries>;
  readonly revocations: ReturnType<typeof createRevocationQueries>;
  readonly events: ReturnType<typeof createEventQueries>;
  readonly codes: ReturnType<typeof createCodeQueries>;
  readonly messages: ReturnType<typeof createMessageQueries>;
  readonly throttles: ReturnType<typeof createThrottleQueries>;
}

interface UnitResult<T> {
  readonly value: T;
  readonly revocations: readonly RevocationEntry[];
}

/** Leaves the unit; the outcome is what `transact` resolves with. */
class UnitAborted extends Error {
  readonly outcome: unknown;

  constructor(outcome: unknown) {
    super("The unit of work was aborted by its own choice");
    this.name = "UnitAborted";
    this.outcome = outcome;
  }
}

const sessions = new WeakMap<Stores, UnitSession>();

/**
 * The Kysely transaction of a unit, for an embedding application's own tables: what it writes there is committed with the unit or not at all.
 * Name them with the type argument. It must be awaited inside the unit, and nothing else may be.
 * @throws TypeError where `tx` is not of a storage of this package.
 */
export function kyselyOf<Tables = LatchkeyTables>(tx: Stores): Transaction<Tables> {
  const session = sessions.get(tx);
  if (session === undefined) throw new TypeError("kyselyOf: these stores are not of a Kysely storage");
  return session.transaction as unknown as Transaction<Tables>;
}

/** Creates the storage port over an open database whose schema is up to date. */
export function createStorage(parts: StorageParts): Storage {
  const statements: Statements = {
    accounts: createAccountStatements(parts),
    families: createFamilyQueries(parts),
    keys: createKeyQueries(parts),
    revocations: createRevocationQueries(parts),
    events: createEventQueries(parts),
    codes: createCodeQueries(parts),
    messages: createMessageQueries(parts),
    throttles: createThrottleQueries(parts),
  };
  const units = new UnitRunner(parts, parts);
  const cache = new AccountCache(() => {
    units.assertOpen();
    return parts.changeToken();
  });
  const feed = createFeed(cache.changeToken);
  const stores = createReadStores(statements, guardClosed(createReadSession(parts, parts.read), units));
  const read = { ...stores, accounts: cache.before(stores.accounts) };
  return {
    read,
    families: createFamilyRotation(parts, units, statements.events),
    feed: {
      onCommitted: feed.onCommitted,
      changeToken: feed.changeToken,
      onHint: parts.onHint ?? (() => () => undefined),
    },
    async transact(work) {
      try {
        const { value, revocations } = await cache.during(() =>
          units.run((session) => runUnit(statements, session, work)),
        );
        if (revocations.length > 0) feed.publish(revocations);
        return value;
      } catch (error) {
        if (error instanceof UnitAborted) return error.outcome as Awaited<ReturnType<typeof work>>;
        throw error;
      }
    },
    async ping() {
      await read.revocations.head();
    },
    async close() {
      units.close();
      await parts.close();
    },
  };
}

function guardClosed(session: Session, units: UnitRunner): Session {
  return {
    async run(query) {
      units.assertOpen();
      return session.run(query);
    },
  };
}

function createReadStores(statements: Statements, session: Session): ReadStores {
  return {
    accounts: createAccountReader(statements.accounts, session),
    families: createFamilyReader(statements.families, session),
    keys: createKeyReader(statements.keys, session),
    revocations: createRevocationReader(statements.revocations, session),
    events: createEventReader(statements.events, session),
    codes: createCodeReader(statements.codes, session),
    messages: createMessageReader(statements.messages, session),
    throttles: createThrottleReader(statements.throttles, session),
  };
}

async function runUnit<T>(
  statements: Statements,
  session: UnitSession,
  work: (tx: Stores) => Promise<T>,
): Promise<UnitResult<T>> {
  const revocations = createRevocationStore(statements.revocations, session);
  const events = createEventStore(statements.events, session);
  let aborted: UnitAborted | undefined;
  const tx: Stores = {
    accounts: createAccountStore(statements.accounts, session),
    families: createFamilyStore(statements.families, session),
    keys: createKeyStore(statements.keys, session),
    revocations,
    events,
    codes: createCodeStore(statements.codes, session),
    messages: createMessageStore(statements.messages, session),
    throttles: createThrottleStore(statements.throttles, session),
    abort(outcome) {
      aborted = new UnitAborted(outcome);
      throw aborted;
    },
  };
  sessions.set(tx, session);
  try {
    const value = await work(tx);
    // Also where the work has caught what abort() threw.
    if (aborted !== undefined) throw aborted;
    await events.flush();
    return { value, revocations: await revocations.flush() };
  } finally {
    events.end();
    revocations.end();
  }
}

interface Feed extends Omit<RevocationFeed, "onHint"> {
  publish(entries: readonly RevocationEntry[]): void;
}

function createFeed(changeToken: () => number | undefined): Feed {
  const listeners = new Set<{ readonly call: (entries: readonly RevocationEntry[]) => void }>();
  return {
    changeToken,
    onCommitted(call) {
      const listener = { call };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    publish(entries) {
      for (const { call } of listeners) {
        try {
          call(entries);
        } catch (error) {
          // The unit is committed, so its caller must not be told otherwise; a process whose index missed a revocation must not go on unnoticed either.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
