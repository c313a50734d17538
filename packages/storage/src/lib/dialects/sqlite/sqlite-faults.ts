// What SQLite's result codes mean for a unit of work. The codes' names begin with the primary code, so extended ones need no list of their own.
// Must not know queries or connections.
import { CommitOutcomeUnknownError, StoreUnavailableError } from "@latchkey/core/errors";
import type { FaultClass } from "../../kernel/dialect-profile.ts";

/** Another unit of the same commit broke the transaction that they shared; nothing of this one was kept, and it may run again. */
export class GroupRolledBackError extends Error {
  constructor(cause: unknown) {
    super("The shared transaction was rolled back by a fault in another unit", { cause });
    this.name = "GroupRolledBackError";
  }
}

/** The name of SQLite's result code, `SQLITE_BUSY_SNAPSHOT` for example; `undefined` where the error is not SQLite's. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && error.code.startsWith("SQLITE_") ? error.code : undefined;
}

/** Whether another connection is in the way for the moment. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(?:BUSY|LOCKED|PROTOCOL)/.test(sqliteCode(error) ?? "");
}

/** What a failed COMMIT is to those who waited for it. */
export function commitFailure(error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  // After a failed write or fsync a crash may still bring the frames back from the log, so nobody can promise that they are gone.
  if (sqliteCode(error)?.startsWith("SQLITE_IOERR") === true)
    return new CommitOutcomeUnknownError(`SQLite could not tell whether COMMIT reached the disk: ${reason}`, error);
  return new StoreUnavailableError(`SQLite could not commit: ${reason}`, error);
}

const unique = /^SQLITE_CONSTRAINT_(?:UNIQUE|PRIMARYKEY|ROWID)$/;
// What is left is a defect of a statement (ERROR, MISUSE, RANGE, MISMATCH, TOOBIG) or the application's own constraint.
const unavailable = /^SQLITE_(?:IOERR|FULL|CANTOPEN|CORRUPT|NOTADB|READONLY|NOMEM|INTERRUPT|PERM|NOLFS|AUTH)/;

/** The class of a fault, as the profile promises. */
export function classifySqliteFault(error: unknown): FaultClass {
  if (error instanceof GroupRolledBackError || isBusy(error)) return "retryable";
  const code = sqliteCode(error);
  if (code === undefined) return undefined;
  if (unique.test(code)) return "unique";
  return unavailable.test(code) ? "unavailable" : undefined;
}
