// The group commit: units take turns on one connection, each behind a savepoint, and share one COMMIT, so that one fsync serves all who were waiting.
// Decides who runs and what became durable; must not know Kysely or any table.
import { clearImmediate, setImmediate, setTimeout } from "node:timers"; // not the globals: tests may fake those
import { CommitOutcomeUnknownError, StoreUnavailableError } from "@latchkey/core/errors";
import type { QueryResult } from "kysely";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { GroupRolledBackError, isBusy, isInputOutputFault } from "./sqlite-faults.ts";
import type { StatementCache } from "./statement-cache.ts";
import { busyRetryMilliseconds } from "./wait-while-busy.ts";
import { Unit } from "./unit.ts";

/** Limits of a {@link GroupCommit}. */
export interface GroupCommitLimits {
  /** How long a unit waits for another process's write lock before it is refused. */
  readonly busyLimitMilliseconds: number;
  /** How many units share a commit at most; the event loop gets its turn afterwards. */
  readonly maxUnitsPerCommit: number;
}

/**
 * Runs units strictly one after another. A batch begins in the event loop's check phase, so everybody who asked during the same poll shares it; it is committed as soon as nobody
 * is queued. A unit that fails is undone alone, by its savepoint. A unit still at its turn when the microtasks have run out awaits something foreign: it is undone as well.
 */
export class GroupCommit {
  readonly #database: SqliteDatabase;
  readonly #statements: StatementCache;
  readonly #limits: GroupCommitLimits;
  readonly #control: Readonly<Record<"begin" | "savepoint" | "release" | "undo" | "commit" | "rollback", () => void>>;
  readonly #queue: Unit[] = [];
  readonly #whenDrained: (() => void)[] = [];
  #phase: "idle" | "scheduled" | "batch" = "idle";
  #turn: Unit | undefined;
  #released: Unit[] = [];
  #members = 0;
  #watchdog: NodeJS.Immediate | undefined;
  #closing = false;
  #committed = 0;
  readonly #commits: number[] = [0, 0, 0, 0, 0, 0, 0, 0];

  constructor(database: SqliteDatabase, statements: StatementCache, limits: GroupCommitLimits) {
    this.#database = database;
    this.#statements = statements;
    this.#limits = limits;
    const control = (sql: string): (() => void) => {
      const statement = database.prepare(sql);
      return () => statement.run([]);
    };
    this.#control = {
      begin: control("begin immediate"),
      savepoint: control("savepoint latchkey_unit"),
      release: control("release latchkey_unit"),
      undo: control("rollback to latchkey_unit"),
      commit: control("commit"),
      rollback: control("rollback"),
    };
  }

  /**
   * Queues a unit and resolves when its turn has begun.
   * @throws StoreUnavailableError when another process keeps the write lock for too long, the database cannot be written, or it is being closed.
   */
  async begin(): Promise<Unit> {
    if (this.#closing) throw new StoreUnavailableError("The database is closed");
    const unit = new Unit();
    this.#queue.push(unit);
    this.#schedule();
    await unit.turn;
    return unit;
  }

  /** Runs a statement at the unit's turn. @throws UnitEndedError or ForeignAwaitError when the turn is over. */
  execute<Row>(unit: Unit, sql: string, parameters: readonly unknown[]): QueryResult<Row> {
    if (unit.state !== "turn") throw unit.endedError;
    try {
      return this.#statements.get(sql).execute(parameters);
    } catch (error) {
      // Some faults (a full disk, an I/O error) make SQLite roll back the whole transaction by itself, other units included.
      if (!this.#database.inTransaction) this.#abandonBatch(error);
      throw error;
    }
  }

  /**
   * Ends the unit's turn and resolves when it is on disk.
   * @throws StoreUnavailableError or CommitOutcomeUnknownError when the shared COMMIT failed.
   */
  async commit(unit: Unit): Promise<void> {
    if (unit.state !== "turn") throw unit.endedError;
    try {
      this.#control.release();
    } catch (error) {
      this.#abandonBatch(error);
      throw error;
    }
    unit.release();
    this.#released.push(unit);
    this.#turn = undefined;
    this.#startNextTurn();
    await unit.durable;
  }

  /** Undoes the unit and ends its turn; nothing where it has ended already. */
  rollBack(unit: Unit): void {
    if (unit.state === "turn") this.#undoTurn(unit, "rolled back");
  }

  /** Commits by the logarithm of their units to the base 2, rounded up; units in them; units that wait. */
  load(): { readonly commits: readonly number[]; readonly units: number; readonly waiting: number } {
    return { commits: [...this.#commits], units: this.#committed, waiting: this.#queue.length };
  }

  /** Refuses new units and resolves when the queued ones have ended. */
  async drain(): Promise<void> {
    this.#closing = true;
    if (this.#phase === "idle") return;
    const drained = Promise.withResolvers<void>();
    this.#whenDrained.push(drained.resolve);
    await drained.promise;
  }

  #schedule(): void {
    if (this.#phase !== "idle") return;
    this.#phase = "scheduled";
    setImmediate(() => this.#openBatch());
  }

  #openBatch(): void {
    try {
      this.#control.begin();
    } catch (error) {
      if (isBusy(error)) this.#waitForWriteLock(error);
      else this.#refuseQueued(error);
      return;
    }
    this.#phase = "batch";
    this.#members = 0;
    this.#watchdog = setImmediate(() => this.#undoStray());
    this.#startNextTurn();
  }

  #waitForWriteLock(error: unknown): void {
    const limit = this.#limits.busyLimitMilliseconds;
    const now = performance.now();
    while (this.#queue[0] !== undefined && now - this.#queue[0].queuedAt >= limit) {
      this.#queue
        .shift()!
        .fail(new StoreUnavailableError(`Another process has held the database's write lock for ${limit} ms`, error));
    }
    if (this.#queue.length === 0) this.#rest();
    else setTimeout(() => this.#openBatch(), busyRetryMilliseconds());
  }

  #refuseQueued(error: unknown): void {
    this.#rollBackTransaction();
    for (const unit of this.#queue.splice(0)) unit.fail(error);
    this.#rest();
  }

  #startNextTurn(): void {
    const unit = this.#members < this.#limits.maxUnitsPerCommit ? this.#queue.shift() : undefined;
    if (unit === undefined) {
      this.#commitBatch();
      return;
    }
    try {
      this.#control.savepoint();
    } catch (error) {
      unit.fail(error);
      this.#abandonBatch(error);
      return;
    }
    this.#members += 1;
    this.#turn = unit;
    unit.startTurn();
  }

  #undoTurn(unit: Unit, how: "rolled back" | "strayed"): void {
    unit.rollBack(how);
    this.#turn = undefined;
    try {
      this.#control.undo();
      this.#control.release();
    } catch (error) {
      this.#abandonBatch(error);
      return;
    }
    this.#startNextTurn();
  }

  // Runs only when the microtasks have run out with a turn still open: a finished batch has cleared it.
  #undoStray(): void {
    if (this.#turn === undefined) return;
    this.#watchdog = setImmediate(() => this.#undoStray());
    this.#undoTurn(this.#turn, "strayed");
  }

  #commitBatch(): void {
    let failure: Error | undefined;
    try {
      this.#control.commit();
    } catch (error) {
      failure = commitFailure(error);
      this.#rollBackTransaction();
    }
    const members = this.#released;
    if (failure === undefined && members.length > 0) {
      this.#committed += members.length;
      this.#commits[Math.min(7, 32 - Math.clz32(members.length - 1))]! += 1;
    }
    this.#endBatch();
    for (const unit of members) {
      if (failure === undefined) unit.commit();
      else unit.fail(failure);
    }
  }

  #abandonBatch(error: unknown): void {
    this.#rollBackTransaction();
    this.#turn?.rollBack("failed");
    const members = this.#released;
    this.#endBatch();
    for (const unit of members) unit.fail(new GroupRolledBackError(error));
  }

  #endBatch(): void {
    clearImmediate(this.#watchdog);
    this.#released = [];
    this.#turn = undefined;
    this.#rest();
    if (this.#queue.length > 0) this.#schedule();
  }

  #rest(): void {
    this.#phase = "idle";
    if (this.#queue.length > 0) return;
    for (const resolve of this.#whenDrained.splice(0)) resolve();
  }

  #rollBackTransaction(): void {
    if (!this.#database.inTransaction) return;
    try {
      this.#control.rollback();
    } catch {
      // The fault that led here is reported; the next BEGIN meets the same state and reports what is left of it.
    }
  }
}

function commitFailure(error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  // After a failed write or fsync a crash may still bring the frames back from the log, so nobody can promise that they are gone.
  if (isInputOutputFault(error))
    return new CommitOutcomeUnknownError(`SQLite could not tell whether COMMIT reached the disk: ${reason}`, error);
  return new StoreUnavailableError(`SQLite could not commit: ${reason}`, error);
}
