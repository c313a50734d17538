// One unit's place in the group commit: where it stands, and the promises that its owner waits on.
// Must not touch the database.
import { ForeignAwaitError, UnitEndedError } from "../../kernel/storage-error.ts";

/**
 * `queued` waits for its turn, `turn` is the only one that may run statements, `released` is complete and waits for the shared COMMIT.
 * The others are ends: nothing runs in the unit's name any more.
 */
export type UnitState = "queued" | "turn" | "released" | "committed" | "rolled back" | "strayed" | "failed";

/** A unit of work in the group commit. */
export class Unit {
  /** Since when it has waited for another process's lock, in milliseconds of a clock that is never set. */
  waitingSince: number | undefined;
  readonly #turn: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #durable: PromiseWithResolvers<void> = Promise.withResolvers();
  #state: UnitState = "queued";

  get state(): UnitState {
    return this.#state;
  }

  /** Resolves when the turn begins; rejects when it never will. */
  get turn(): Promise<void> {
    return this.#turn.promise;
  }

  /** Resolves when the unit is on disk; rejects when it is not. */
  get durable(): Promise<void> {
    return this.#durable.promise;
  }

  startTurn(): void {
    this.#state = "turn";
    this.#turn.resolve();
  }

  release(): void {
    this.#state = "released";
  }

  rollBack(how: "rolled back" | "strayed" | "failed"): void {
    this.#state = how;
  }

  commit(): void {
    this.#state = "committed";
    this.#durable.resolve();
  }

  /** Ends a queued or released unit with an error for whoever waits. */
  fail(error: unknown): void {
    const waiting = this.#state === "queued" ? this.#turn : this.#durable;
    this.#state = "failed";
    waiting.reject(error);
  }

  /** What to say to somebody who goes on using it. */
  get endedError(): Error {
    return this.#state === "strayed" ? new ForeignAwaitError() : new UnitEndedError(this.#state);
  }
}
