// The group commit: units take turns on one connection, each behind a savepoint where it could be undone alone, and share one COMMIT, so that one fsync serves all.
// Decides who runs and what became durable; must not know Kysely or any table.
import { clearImmediate, setImmediate, setTimeout } from "node:timers"; // not the globals: tests may fake those
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { QueryResult } from "kysely";
import type { DirectSession, DirectWrites } from "../../kernel/session.ts";
import { DirectUnit } from "./direct-unit.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { commitFailure, GroupRolledBackError, isBusy } from "./sqlite-faults.ts";
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
  readonly #queue: (Unit | DirectUnit)[] = [];
  readonly #whenDrained: (() => void)[] = [];
  #phase: "idle" | "scheduled" | "batch" = "idle";
  #turn: Unit | undefined;
  #released: (Unit | DirectUnit)[] = [];
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
    const unit = new Unit();
    this.#enqueue(unit);
    await unit.turn;
    return unit;
  }

  /**
   * Queues a unit whose work awaits nothing, and resolves with what it returned when that is on disk: no turn is waited for, and nothing can stray.
   * @throws as {@link begin}, {@link commit} and the work do; where the work threw, nothing of it is kept.
   */
  async runDirectly<T>(work: (session: DirectSession) => T, writes: DirectWrites): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      this.#enqueue(new DirectUnit(work, writes, resolve, reject) as DirectUnit);
    });
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

  #enqueue(unit: Unit | DirectUnit): void {
    if (this.#closing) throw new StoreUnavailableError("The database is closed");
    this.#queue.push(unit);
    this.#schedule();
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
    this.#startNextTurn();
  }

  #waitForWriteLock(error: unknown): void {
    const limit = this.#limits.busyLimitMilliseconds;
    const now = performance.now();
    for (const unit of this.#queue) unit.waitingSince ??= now;
    while (this.#queue[0] !== undefined && now - this.#queue[0].waitingSince! >= limit) {
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

  // Direct units on the way are done at once; the first of the others gets the turn, and its end comes back here.
  #startNextTurn(): void {
    while (this.#phase === "batch") {
      const unit = this.#members < this.#limits.maxUnitsPerCommit ? this.#queue.shift() : undefined;
      if (unit === undefined) return this.#commitBatch();
      this.#members += 1;
      if (!(unit instanceof DirectUnit)) return this.#startTurn(unit);
      this.#runDirectly(unit);
    }
  }

  #startTurn(unit: Unit): void {
    try {
      this.#control.savepoint();
    } catch (error) {
      unit.fail(error);
      this.#abandonBatch(error);
      return;
    }
    this.#watchdog ??= setImmediate(() => this.#undoStray());
    this.#turn = unit;
    unit.startTurn();
  }

  // A unit whose only write is its last act needs no savepoint: a statement that fails undoes itself.
  #runDirectly(unit: DirectUnit): void {
    const isSaved = unit.writes === "several";
    try {
      if (isSaved) this.#control.savepoint();
      unit.perform(this.#statements);
      if (isSaved) this.#control.release();
      this.#released.push(unit);
    } catch (error) {
      unit.fail(error);
      this.#undoDirectly(unit, error);
    }
  }

  #undoDirectly(unit: DirectUnit, error: unknown): void {
    const { inTransaction } = this.#database;
    if (!inTransaction || (unit.writes === "last" && unit.hasWritten)) return this.#abandonBatch(error);
    if (unit.writes === "last") return;
    try {
      this.#control.undo();
      this.#control.release();
    } catch (fault) {
      this.#abandonBatch(fault);
    }
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
    this.#watchdog = undefined;
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
    this.#watchdog = undefined;
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
