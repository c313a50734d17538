// What a storage implementation throws when the machinery fails. Normal results under concurrency are outcomes, not errors.

/** The store cannot be asked or did not answer: nothing of the unit was committed. A retry is safe. */
export class StoreUnavailableError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreUnavailableError";
  }
}

/** The connection was lost between COMMIT and its answer: the unit may or may not be committed. */
export class CommitOutcomeUnknownError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "CommitOutcomeUnknownError";
  }
}
