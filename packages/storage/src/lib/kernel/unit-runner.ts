// Runs units of work as transactions: refuses nesting, tries again what collided, names the machinery's faults.
// Must not know stores, nor how a dialect makes commits durable.
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { Database, DialectProfile } from "./dialect-profile.ts";
import {
  asStoreFault,
  createSingleSession,
  kyselyRunner,
  type DirectRunner,
  type Session,
  type SessionRunner,
  type UnitSession,
} from "./session.ts";
import { NestedUnitError } from "./storage-error.ts";

/** Shorter ways than Kysely's that a dialect has into a transaction and to a single statement. */
export interface UnitWays {
  /** How a unit is run; default: by Kysely. */
  readonly runSession?: SessionRunner;
  /** How a unit whose work awaits nothing is run; default: there is no shorter way for such. */
  readonly runDirectly?: DirectRunner;
  /** How a statement of ours is run that is a unit of its own; default: by Kysely. */
  readonly alone?: Session;
}

/** How often a unit runs at most when it collides with others. */
const maxAttempts = 8;

/** Runs units of work on one database. */
export class UnitRunner {
  readonly #profile: DialectProfile;
  readonly #alone: Session;
  readonly #runSession: SessionRunner;
  readonly #underWay = new AsyncLocalStorage<{ isOpen: boolean }>();
  /** Like {@link run} for work that awaits nothing, and so cannot have another unit begin inside it; `undefined` where the dialect has no such way. */
  readonly runDirectly: DirectRunner | undefined;
  #closed = false;

  constructor({ kysely, profile }: Database, ways: UnitWays) {
    this.#profile = profile;
    this.#alone = ways.alone ?? createSingleSession(kysely);
    this.#runSession = ways.runSession ?? kyselyRunner(kysely);
    const { runDirectly } = ways;
    this.runDirectly = runDirectly && ((work, writes) => this.#tryAgain(() => runDirectly(work, writes)));
  }

  /**
   * Runs `work` in a transaction and resolves when it is durable. `work` runs again after a collision, on a new transaction.
   * @throws NestedUnitError inside another unit. @throws StoreUnavailableError when nothing was committed. @throws CommitOutcomeUnknownError when nobody knows.
   */
  async run<T>(work: (session: UnitSession) => Promise<T>): Promise<T> {
    return await this.#tryAgain(() => this.#enter(() => this.#runSession(work)));
  }

  /**
   * Runs `work` without a transaction: each of its statements is a unit of its own, so at most one may write, and nothing of it follows a write that matters.
   * Runs again after a collision. @throws as {@link run}.
   */
  async runSingly<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return await this.#tryAgain(() => this.#enter(() => work(this.#alone)));
  }

  // Where another unit is asked for from here on, it is inside this one.
  async #enter<T>(attemptUnit: () => Promise<T>): Promise<T> {
    const unit = { isOpen: true };
    try {
      return await this.#underWay.run(unit, attemptUnit);
    } finally {
      unit.isOpen = false;
    }
  }

  async #tryAgain<T>(attemptUnit: () => Promise<T>): Promise<T> {
    if (this.#underWay.getStore()?.isOpen === true) throw new NestedUnitError();
    for (let attempt = 1; ; attempt++) {
      this.assertOpen();
      try {
        return await attemptUnit();
      } catch (error) {
        if (this.#profile.classify(error) !== "retryable" || attempt === maxAttempts)
          throw asStoreFault(this.#profile, error);
      }
      const delay = this.#profile.retryDelayMilliseconds(attempt);
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
