// Faults that are neither the caller's nor the machinery's passing weakness: defects of code around the storage, or of the data in it.
// None of them may be mistaken for a refusal; they end as internal errors.

/** A row that this version could not have written: another program changed it, or the file is damaged. Names the table and column, never the content. */
export class MalformedRowError extends Error {
  constructor(table: string, column: string, expected: string) {
    super(`The database holds a row that Latchkey cannot read: ${table}.${column} is not ${expected}`);
    this.name = "MalformedRowError";
  }
}

/** `transact`, `rotate` or `reanchor` was called inside a unit of work. Use the unit's own stores. */
export class NestedUnitError extends Error {
  constructor() {
    super("Units of work do not nest: use the stores of the unit that is under way");
    this.name = "NestedUnitError";
  }
}

/** A unit of work awaited something other than its stores: it was rolled back, so that others do not wait for it. */
export class ForeignAwaitError extends Error {
  constructor() {
    super(
      "The unit of work awaited something other than its stores and was rolled back: do timers, requests, hashing and other storage calls before it",
    );
    this.name = "ForeignAwaitError";
  }
}

/** A store or Kysely of a unit of work was used after the unit had ended. */
export class UnitEndedError extends Error {
  constructor(how: string) {
    super(`The unit of work is over (${how}): its stores can no longer be used`);
    this.name = "UnitEndedError";
  }
}

/** A value that the database would store as another one: an integer beyond ±(2⁵³ − 1), or text with an unpaired surrogate. */
export class UnstorableValueError extends RangeError {
  constructor(message: string) {
    super(message);
    this.name = "UnstorableValueError";
  }
}
