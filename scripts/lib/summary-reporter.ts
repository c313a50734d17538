// Says at the end of a test run what was skipped and why, and leaves the figures in a file where .ci/run asks for one.
import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** The figures of a test run. */
export interface TestFigures {
  readonly passed: number;
  /** Failed tests, files that could not be run, and errors outside any test. */
  readonly failed: number;
  /** One line for each skipped test: where it is, and why. */
  readonly skipped: readonly string[];
  /** One line for each test: its state, its file and its full name. */
  readonly names: readonly string[];
}

/** Counts a finished run. A file that fails before its first test counts as one failure: its tests are unknown. */
export function figuresOf(modules: readonly TestModule[], errorsOutsideTests: number): TestFigures {
  const cases = modules.flatMap((module) => [...module.children.allTests()]);
  const states = cases.map((test) => test.result().state);
  const brokenModules = modules.filter((module) => module.state() === "failed" && !failsByItsTests(module));
  return {
    passed: states.filter((state) => state === "passed").length,
    failed: states.filter((state) => state === "failed").length + brokenModules.length + errorsOutsideTests,
    skipped: cases.filter((test) => test.result().state === "skipped").map(describeSkip),
    names: cases.map((test) => `${test.result().state} ${test.module.relativeModuleId} > ${oneLine(test.fullName)}`),
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

function failsByItsTests(module: TestModule): boolean {
  return [...module.children.allTests("failed")].length > 0;
}

function describeSkip(test: TestCase): string {
  const result = test.result();
  const reason = result.state === "skipped" ? result.note : undefined;
  return `${test.module.relativeModuleId} > ${test.fullName}: ${reason ?? "no reason given; the title should tell"}`;
}

/** The text of the figures' file: one line of numbers, then one line for each skipped test. */
export function formatFigures({ passed, failed, skipped }: Omit<TestFigures, "names">): string {
  return [`${passed} ${failed} ${skipped.length}`, ...skipped].map((line) => `${line}\n`).join("");
}

/** The reporter. */
export class SummaryReporter implements Reporter {
  readonly #file: string | undefined;

  /** `file` receives the figures, and `file.names` the name and state of each test; without one the figures are only printed. */
  constructor(file: string | undefined) {
    this.#file = file;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const figures = figuresOf(modules, errors.length);
    if (figures.skipped.length > 0)
      process.stdout.write(`\nSkipped:\n${figures.skipped.map((line) => `  ${line}\n`).join("")}`);
    if (this.#file === undefined) return;
    writeFileSync(this.#file, formatFigures(figures));
    writeFileSync(`${this.#file}.names`, figures.names.join("\n"));
  }
}
