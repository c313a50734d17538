// A store's faults in core's words: never the caller's mistake, always safe to retry.
import { IdentityError } from "./identity-error.ts";
import { CommitOutcomeUnknownError, StoreUnavailableError } from "./store-error.ts";

/** The error to throw instead: `store_unavailable` for a store that failed, everything else as it is. */
export function translateFault(error: unknown): unknown {
  if (error instanceof StoreUnavailableError || error instanceof CommitOutcomeUnknownError) {
    return new IdentityError("store_unavailable", { cause: error, retryAfterSeconds: 1 });
  }
  return error;
}

/** Translates what `work` throws or rejects with. What it answers at once is answered at once. */
export function translating<T>(work: () => T | Promise<T>): T | Promise<T> {
  try {
    const result = work();
    return result instanceof Promise ? translateFaults(result) : result;
  } catch (error) {
    throw translateFault(error);
  }
}

/** Translates the rejection of a promise. */
export async function translateFaults<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translateFault(error);
  }
}
