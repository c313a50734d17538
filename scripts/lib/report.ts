// How a repository check speaks: one line per finding, one line of result, an exit code. Knows no check.
import { pathToFileURL } from "node:url";

/** One thing that a check found wrong. */
export interface Finding {
  /** A path relative to the repository, with `:line` where it is known. */
  readonly where: string;
  /** What is wrong, and what would be right. */
  readonly what: string;
}

/** What a check found, and how much it looked at: a check that looked at nothing proves nothing. */
export interface CheckResult {
  readonly findings: readonly Finding[];
  /** What was looked at, in a few words with figures. */
  readonly summary: string;
  /** How many things were looked at. */
  readonly looked: number;
}

/** Prints a result and sets the exit code: 1 for findings, and for having looked at nothing. */
export function report(name: string, result: CheckResult): void {
  for (const { where, what } of result.findings) process.stdout.write(`${where}: ${what}\n`);
  const failed = result.findings.length > 0 || result.looked === 0;
  const verdict = result.looked === 0 ? "looked at nothing" : `${result.findings.length} findings`;
  process.stdout.write(`${name}: ${verdict} (${result.summary})\n`);
  if (failed) process.exitCode = 1;
}

/** Whether this module is the one that was started, and not imported (by a test, say). */
export function isEntry(metaUrl: string): boolean {
  const started = process.argv[1];
  return started !== undefined && metaUrl === pathToFileURL(started).href;
}
