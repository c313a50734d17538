// Runs units of work as Kysely transactions: refuses nesting, tries again what collided, names the machinery's faults.
// Must not know stores, nor how a dialect makes commits durable.
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { Transaction } from "kysely";
import type { Database } from "./dialect-profile.ts";
import { asStoreFault, createUnitSession, type Session, type SessionRunner } from "./session.ts";
import { NestedUnitError } from "./storage-error.ts";
import type { LatchkeyTables } from "./tables.ts";

/** How often a unit runs at most when it collides with others. */
const maxAttempts = 8;

/** Runs units of work on one database. */
export class UnitRunner {
  readonly #database: Database;
  readonly #runSession: SessionRunner;
  readonly #alone: Session;
  readonly #underWay = new AsyncLocalStorage<{ isOpen: boolean }>();
  #closed = false;

  /** @param ways Shorter ways than Kysely's into a transaction and to a single statement, where the dialect has them. */
  constructor(
    database: Database,
    { runSession, alone }: { readonly runSession?: SessionRunner; readonly alone?: Session } = {},
  ) {
    this.#database = database;
    this.#alone = alone ?? createUnitSession(database.kysely);
    this.#runSession =
      runSession ??
      ((work) => database.kysely.transaction().execute((transaction) => work(createUnitSession(transaction))));
  }

  /**
   * Runs `work` in a transaction and resolves when it is durable. `work` runs again after a collision, on a new transaction.
   * @throws NestedUnitError inside another unit. @throws StoreUnavailableError when nothing was committed. @throws CommitOutcomeUnknownError when nobody knows.
   */
  async run<T>(work: (transaction: Transaction<LatchkeyTables>) => Promise<T>): Promise<T> {
    const { kysely } = this.#database;
    return await this.#tryAgain(() => kysely.transaction().execute(work));
  }

  /** Like {@link run}, for work that needs no more than a session: Kysely's way into a transaction costs more than SQLite's rotation. */
  async runInSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return await this.#tryAgain(() => this.#runSession(work));
  }

  /**
   * Runs `work` without a transaction: each of its statements is a unit of its own, so at most one may write, and nothing of it follows a write that matters.
   * Runs again after a collision. @throws as {@link run}.
   */
  async runSingly<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return await this.#tryAgain(() => work(this.#alone));
  }

  async #tryAgain<T>(attemptUnit: () => Promise<T>): Promise<T> {
    const { profile } = this.#database;
    if (this.#underWay.getStore()?.isOpen === true) throw new NestedUnitError();
    for (let attempt = 1; ; attempt++) {
      this.assertOpen();
      const unit = { isOpen: true };
      try {
        return await this.#underWay.run(unit, attemptUnit);
      } catch (error) {
        if (profile.classify(error) !== "retryable" || attempt === maxAttempts) throw asStoreFault(profile, error);
      } finally {
        unit.isOpen = false;
      }
      const delay = profile.retryDelayMilliseconds(attempt);
      if (delay > 0) await sleep(delay);
    }
  }

  /** @throws StoreUnavailableError after {@link close}. */
  assertOpen(): void {
    if (this.#closed) throw new StoreUnavailableError("The storage is closed");
  }

  /** Refuses units from here on. */
  close(): void {
    this.#closed = true;
  }
}
