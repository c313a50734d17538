// Units of work over memory tables: strictly one after another, each on drafts of its own that become the tables' rows all at once or never.
// Knows no feature. Must not run anything of another unit between a unit's commit and its listeners.
import { StoreUnavailableError } from "../errors/store-error.ts";
import { Draft, type Table } from "./table.ts";

/** What {@link Unit.abort} throws to leave the work; the unit remembers the outcome itself. */
class UnitAborted extends Error {
  override readonly name = "UnitAborted";
}

/** One unit under way. */
export class Unit {
  readonly #drafts = new Map<unknown, { commit(): void }>();
  readonly #lastSteps: (() => void)[] = [];
  readonly #afterwards: (() => void)[] = [];
  #aborted: { readonly outcome: unknown } | undefined;
  #ended = false;

  /** The unit's own view of a table. */
  draft<Row>(table: Table<Row>): Draft<Row> {
    const known = this.#drafts.get(table) as Draft<Row> | undefined;
    if (known !== undefined) return known;
    const draft = new Draft(table);
    this.#drafts.set(table, draft);
    return draft;
  }

  /** Runs `step` as one of the last of the unit: numbers that must be in commit order are taken there. */
  last(step: () => void): void {
    this.#lastSteps.push(step);
  }

  /** Runs `step` after the commit and before anybody learns of it otherwise. */
  afterwards(step: () => void): void {
    this.#afterwards.push(step);
  }

  /** @throws TypeError where the unit has ended: a store was kept beyond it. */
  assertUnderWay(): void {
    if (this.#ended) throw new TypeError("A store was used after its unit of work had ended");
  }

  abort(outcome: unknown): never {
    this.#aborted = { outcome };
    throw new UnitAborted("The unit of work was aborted");
  }

  /** Runs `work` and commits, or leaves no trace. */
  async run<T>(work: (unit: Unit) => Promise<T>): Promise<T> {
    try {
      const value = await work(this);
      if (this.#aborted !== undefined) return this.#aborted.outcome as T;
      this.#commit();
      return value;
    } catch (error) {
      if (this.#aborted !== undefined) return this.#aborted.outcome as T;
      throw error;
    } finally {
      this.end();
    }
  }

  /** Refuses everything from here on. */
  end(): void {
    this.#ended = true;
  }

  #commit(): void {
    this.assertUnderWay();
    for (const step of this.#lastSteps) step();
    for (const draft of this.#drafts.values()) draft.commit();
    for (const step of this.#afterwards) step();
  }
}

/** Runs units one after another, in the order they were asked for. */
export class UnitQueue {
  #tail: Promise<unknown> = Promise.resolve();

  /**
   * Runs `work` in its turn.
   * @throws TypeError where `work` awaits something other than its stores, or nests units: it is undone, as on SQLite.
   */
  run<T>(work: (unit: Unit) => Promise<T>): Promise<T> {
    const turn = this.#tail.then(() => withoutForeignAwaits(work));
    this.#tail = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves after the units that were asked for until now. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}

// The stores answer in microtasks, so a unit that lives until a timer fires waits for something foreign; it would hold up every other unit for as long.
function withoutForeignAwaits<T>(work: (unit: Unit) => Promise<T>): Promise<T> {
  const unit = new Unit();
  return new Promise<T>((resolve, reject) => {
    const alarm = setTimeout(() => {
      unit.end();
      reject(new TypeError("A unit of work awaited something other than its stores and was undone"));
    }, 0);
    unit
      .run(work)
      .then(resolve, reject)
      .finally(() => clearTimeout(alarm));
  });
}

/** Wraps the methods of a store so that `check` runs before each; what it throws is the call's rejection. */
export function guarded<Store extends object>(store: Store, check: () => void): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        check();
        return Reflect.apply(member, target, args);
      };
    },
  });
}

/** Throws where a storage has been closed. */
export function refuseClosed(closed: boolean): void {
  if (closed) throw new StoreUnavailableError("The memory storage is closed");
}
