// Runs one part of a soak with the workspace's own test runner, in a process of its own, and counts what came of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { repositoryRoot, tool } from "../repository.ts";
import type { SoakPart } from "./soak-plan.ts";

/** What came of a part. */
export interface PartResult {
  readonly title: string;
  /** How often each thing was tried. */
  readonly figure: number;
  readonly files: readonly string[];
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
  /** What the tests print of a database, such as the p95 of a refresh. */
  readonly notes: readonly string[];
}

/** What vitest's JSON reporter writes, as far as it is read here. */
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

/** Runs a part; what the runner prints goes to standard error. Never throws for a test that fails. */
export async function runPart(part: SoakPart, figure: number): Promise<PartResult> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-soak-"));
  const output = join(folder, "report.json");
  const begun = performance.now();
  try {
    const words = ["run", "--config", "vitest.workspace.ts", "--project", part.project, ...part.files];
    const reporters = ["--reporter=verbose", "--reporter=json", `--outputFile.json=${output}`];
    const child = spawn(tool("vitest"), [...words, ...reporters], {
      cwd: repositoryRoot,
      env: { ...process.env, [part.variable]: String(figure) },
      stdio: ["ignore", "pipe", process.stderr],
    });
    const notes: string[] = [];
    const lines = createInterface({ input: child.stdout }).on("line", (line) => {
      process.stderr.write(`${line}\n`);
      const text = stripVTControlCharacters(line);
      if (/^(?:SQLite|PostgreSQL|MariaDB): /.test(text)) notes.push(text);
    });
    const [code] = (await once(child, "close")) as [number | null];
    lines.close();
    return {
      title: part.title,
      figure,
      files: part.files,
      seconds: Math.round((performance.now() - begun) / 1000),
      ...countTests(readReport(output), code),
      notes,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  } catch {
    return undefined;
  }
}

/** Counts a report. A run without tests, without a report, or that fails although no test does, is a failure: nothing was proved. */
export function countTests(
  report: VitestReport | undefined,
  code: number | null,
): Pick<PartResult, "passed" | "failed" | "skipped" | "failures"> {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const failures = tests
    .filter(({ status }) => status === "failed")
    .map(({ fullName, failureMessages }) => ({ title: fullName, message: failureMessages?.join("\n") ?? "" }));
  for (const file of files) {
    if (file.status === "failed" && file.assertionResults.every(({ status }) => status !== "failed"))
      failures.push({ title: file.name, message: file.message ?? "the file could not be run" });
  }
  const passed = tests.filter(({ status }) => status === "passed").length;
  if (passed === 0 && failures.length === 0) failures.push({ title: "the run", message: "no test was run" });
  if (code !== 0 && failures.length === 0)
    failures.push({ title: "the run", message: `ended with ${code === null ? "a signal" : `exit code ${code}`}` });
  return { passed, failed: failures.length, skipped: tests.length - passed - countFailed(tests), failures };
}

function countFailed(tests: readonly { readonly status: string }[]): number {
  return tests.filter(({ status }) => status === "failed").length;
}
