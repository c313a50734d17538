import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot } from "./lib/repository.ts";
import { countTests, runPart } from "./lib/soak/run-part.ts";
import { designFigures, readFigures, soakParts } from "./lib/soak/soak-plan.ts";
import { describePlace, reportOf } from "./lib/soak/soak-report.ts";

const file = (status: string, ...tests: string[]) => ({
  name: "a.test.ts",
  status,
  assertionResults: tests.map((each, index) => ({ fullName: `${each} ${index}`, status: each })),
});

describe("a soak", () => {
  it("has the design's figures, or those that are given", () => {
    expect(readFigures([])).toEqual(designFigures);
    expect(
      readFigures(["--races", "20", "--process-races=5", "--kills", "0", "--away-seconds", "9", "--purged", "7"]),
    ).toEqual({
      ...designFigures,
      races: 20,
      processRaces: 5,
      kills: 0,
      awaySeconds: 9,
      purged: 7,
    });
  });

  it.each([[["--races", "1e5"]], [["--kills", "-1"]], [["--rases", "5"]], [["5"]]])("refuses %j", (words) => {
    expect(() => readFigures(words)).toThrow(TypeError);
  });

  it.each(soakParts.map((part) => [part.title, part] as const))(
    "%s: its files exist and read its figure",
    (_, part) => {
      for (const path of part.files) {
        expect(readFileSync(join(repositoryRoot, path), "utf8"), path).toContain(`process.env["${part.variable}"]`);
      }
    },
  );

  it("counts tests, and files that could not be run", () => {
    const failures = [
      { title: "failed 1", message: "" },
      { title: "a.test.ts", message: "the file could not be run" },
    ];
    const report = { testResults: [file("failed", "passed", "failed", "skipped"), file("failed")] };
    expect(countTests(report, 1)).toEqual({ passed: 1, failed: 2, skipped: 1, failures });
  });

  it.each([
    ["no report", undefined, 1, "no test was run"],
    ["no test", { testResults: [] }, 0, "no test was run"],
    [
      "a runner that fails although no test does",
      { testResults: [file("passed", "passed")] },
      1,
      "ended with exit code 1",
    ],
    ["a runner that was killed", { testResults: [file("passed", "passed")] }, null, "ended with a signal"],
  ])("takes %s for a failure", (_case, report, code, message) => {
    expect(countTests(report, code)).toMatchObject({ failed: 1, failures: [{ message }] });
  });

  it("runs a part with its figure, and says how far it is from the design's", async () => {
    const [model] = soakParts;
    const part = await runPart(model!, 2);
    expect(part).toMatchObject({ figure: 2, passed: 1, failed: 0, failures: [] });
    const from = { at: "2026-11-21T10:00:00.000Z", seconds: 1, ...describePlace(), parts: [part] };
    const report = reportOf({ ...from, figures: { ...designFigures, models: 2 } });
    expect(report).toMatchObject({ full: false, failed: 0, figures: { models: { run: 2, design: 10_000 } } });
    expect(reportOf({ ...from, figures: designFigures }).full).toBe(true);
    const skipping = { ...part, skipped: 1 };
    expect(reportOf({ ...from, parts: [part, skipping], figures: designFigures }).full).toBe(false);
  });
});
