// Rules about the machine: the Node that runs this, and its clock.
import { judge } from "./finding.ts";
import type { Finding } from "./finding.ts";

// No release is older than this.
const earliest = Date.UTC(2026, 0, 1);
const toleranceMilliseconds = 60_000;

/** Checks Node. */
export function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return judge("node-supported", (major === 22 && minor >= 18) || major === 24 || major >= 26, process.version);
}

/** Checks the clock against the calendar and the newest record of the database: tokens of a clock that is wrong expire at once or never. */
export function checkClock(now: number, newestRecord: number | undefined): Finding {
  const future = newestRecord !== undefined && newestRecord > now + toleranceMilliseconds;
  const found = new Date(now).toISOString().slice(0, 19);
  return judge(
    "clock-right",
    now >= earliest && !future,
    future ? `${found}Z, but a record is of ${new Date(newestRecord).toISOString().slice(0, 19)}Z` : `${found}Z`,
  );
}
