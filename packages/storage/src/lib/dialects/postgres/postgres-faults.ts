// What PostgreSQL's SQLSTATEs mean for a unit of work (appendix A of its manual), and which faults leave a connection that leads nowhere.
// Must not know queries or connections.
import type { FaultClass } from "../../kernel/dialect-profile.ts";

/** The SQLSTATE; `undefined` where the error is not the server's. */
export function sqlState(error: unknown): string | undefined {
  // Node's EPIPE looks like one, but has no severity.
  if (!(error instanceof Error) || !("code" in error) || !("severity" in error)) return undefined;
  return typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

// serialization_failure, deadlock_detected
const retryable = /^40(?:001|P01)$/;
// Connections, resources (a full disk, too many connections), operators (shutdown, timeouts), the system, corruption, a server that only reads, a lock that did not come free.
const unavailable = /^(?:08|53|57|58|XX|25006|25P0[34]|55P03|28|3D000)/;
// Of those, the ones after which the server has ended the connection or never made one.
const ended = /^(?:08|57P|25P0[34]|28|3D000|53300)/;

/** The class of a fault, as the profile promises. */
export function classifyPostgresFault(error: unknown): FaultClass {
  const state = sqlState(error);
  if (state === undefined) return undefined;
  if (state === "23505") return "unique";
  if (retryable.test(state)) return "retryable";
  return unavailable.test(state) ? "unavailable" : undefined;
}

/** Whether the fault is the connection's: the answer to what was sent last will never come. */
export function isConnectionLoss(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return ended.test(state);
  if (!(error instanceof Error)) return false;
  // pg reports a connection that ended, and an answer that did not come in time, as a plain Error; sockets name their call.
  return error.constructor === Error || "syscall" in error || error instanceof AggregateError;
}

/** What to do about a connection that could not be made, in one sentence; `where` names it without a password. */
export function explainConnectionFault(error: unknown, where: string): string {
  const state = sqlState(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = error instanceof Error && error.message !== "" ? error.message : String(error);
  if (code === "ECONNREFUSED")
    return `Nothing answers at ${where}: is PostgreSQL running, and are host and port right?`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `The host of ${where} cannot be found: is its name right?`;
  if (state === "3D000")
    return `PostgreSQL has no such database (${where}): create it first, for example with createdb`;
  if (state?.startsWith("28") === true) return `PostgreSQL refuses the user or password of ${where}: ${reason}`;
  if (state === "53300") return `PostgreSQL has no connection left for ${where}: ${reason}`;
  return `Cannot connect to PostgreSQL at ${where}: ${reason}`;
}
