// What the error numbers of MySQL and MariaDB mean for a unit of work, and which faults leave a connection that leads nowhere.
// Must not know queries or connections.
import type { FaultClass } from "../../kernel/dialect-profile.ts";

/** The server's error number; `undefined` where the error is not the server's. */
export function errorNumber(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errno" in error) || !("sqlState" in error)) return undefined;
  return typeof error.errno === "number" ? error.errno : undefined;
}

/** The row that a statement would have written exists. */
export const duplicateEntry = 1062;

const retryable: ReadonlySet<number> = new Set([
  1020, // the record has changed since it was read
  1205, // waited too long for a lock
  1213, // deadlock
  1615, // a prepared statement is to be prepared again
]);

const unavailable: ReadonlySet<number> = new Set([
  1021, // disk full
  1030, // from the storage engine
  1037, // out of memory
  1040, // too many connections
  1041, // out of memory
  1044, // access denied to the database
  1045, // access denied
  1047, // a cluster's node is not ready
  1049, // unknown database
  1053, // shutdown
  1114, // table full
  1129, // host blocked
  1158, // 1158 to 1161: the network
  1159,
  1160,
  1161,
  1203, // too many connections of this user
  1226, // a limit of this user
  1290, // the server only reads
  1317, // interrupted by an operator
  1461, // too many prepared statements
  1792, // the transaction only reads
  1836, // the server only reads
  1927, // connection killed
  1969, // statement took too long (MariaDB)
  3024, // statement took too long (MySQL)
  4031, // ended after idling (MySQL)
]);

const ended: ReadonlySet<number> = new Set([
  1040, 1044, 1045, 1049, 1053, 1129, 1158, 1159, 1160, 1161, 1203, 1927, 4031,
]);

/** The class of a fault, as the profile promises. */
export function classifyMysqlFault(error: unknown): FaultClass {
  const number = errorNumber(error);
  if (number === undefined) return undefined;
  if (number === duplicateEntry) return "unique";
  if (retryable.has(number)) return "retryable";
  return unavailable.has(number) ? "unavailable" : undefined;
}

/** Whether the fault is the connection's: the answer to what was sent last will never come. */
export function isConnectionLoss(error: unknown): boolean {
  const number = errorNumber(error);
  if (number !== undefined) return ended.has(number);
  if (!(error instanceof Error)) return false;
  // mysql2 marks what ends a connection; sockets name their call.
  return ("fatal" in error && error.fatal === true) || "syscall" in error || codeOf(error).startsWith("PROTOCOL_");
}

/** What to do about a connection that could not be made, in one sentence; `where` names it without a password. */
export function explainConnectionFault(error: unknown, where: string): string {
  const number = errorNumber(error);
  const code = codeOf(error);
  const reason = error instanceof Error && error.message !== "" ? error.message : code;
  if (code === "ECONNREFUSED")
    return `Nothing answers at ${where}: is the server running, and are host and port right?`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `The host of ${where} cannot be found: is its name right?`;
  if (number === 1049) return `The server has no such database (${where}): create it first, with character set utf8mb4`;
  if (number === 1045 || number === 1044) return `The server refuses the user or password of ${where}: ${reason}`;
  if (number === 1040 || number === 1203) return `The server has no connection left for ${where}: ${reason}`;
  return `Cannot connect to MySQL or MariaDB at ${where}: ${reason}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
