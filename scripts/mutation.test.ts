// What a mutation run is asked for, and what is kept of its report; the run itself is for the night.
import { globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mutationAreas, widerTests } from "./lib/mutation/mutation-areas.ts";
import { keep, summarise, tableOf, type ReportedMutant } from "./lib/mutation/mutation-summary.ts";
import { repositoryRoot } from "./lib/repository.ts";
import { readOrder } from "./mutation.ts";

const mutant = (status: string, line: number, [start, end]: readonly [number, number]): ReportedMutant => ({
  mutatorName: "EqualityOperator",
  replacement: "a >= b",
  status,
  location: { start: { line, column: start }, end: { line, column: end } },
});

describe("the summary", () => {
  const source = "const a = 1;\nif (a > b) return;\n";
  const condition = [5, 10] as const;
  const summary = summarise({
    files: {
      "src/lib/a.ts": {
        source,
        mutants: ["Killed", "Killed", "Timeout", "Survived", "NoCoverage"].map((status) =>
          mutant(status, 2, condition),
        ),
      },
      "src/lib/b.ts": { source, mutants: [mutant("Killed", 2, condition), mutant("RuntimeError", 2, condition)] },
      "src/lib/types.ts": { source, mutants: [] },
    },
  });

  it("counts timeouts as noticed, and what is not reached as not", () => {
    expect(summary.all).toEqual({
      mutants: 6,
      killed: 3,
      timeouts: 1,
      survived: 1,
      noCoverage: 1,
      faults: 1,
      score: 66.7,
    });
    expect(summary.files["src/lib/a.ts"]!.score).toBe(60);
    expect(tableOf(summary).split("\n").at(-1)).toBe("| all | 6 | 3 | 1 | 1 | 1 | 66.7 % |");
  });

  it("names what was not noticed, by its line and code", () => {
    expect(summary.unnoticed).toEqual([
      "src/lib/a.ts:2: a > b → a >= b",
      "src/lib/a.ts:2: a > b → a >= b (not reached)",
    ]);
  });

  it("of some files takes the place of what was known of them, and leaves the others", () => {
    const first = keep(undefined, summary, { at: "yesterday", commit: "a" });
    expect(first).toMatchObject(summary);
    const survivor = { source, mutants: [mutant("Survived", 1, condition), mutant("Killed", 2, condition)] };
    const second = keep(first, summarise({ files: { "src/lib/b.ts": survivor } }), { at: "today", commit: "b" });
    expect(second.files["src/lib/a.ts"]).toEqual(first.files["src/lib/a.ts"]);
    expect(second.files["src/lib/b.ts"]).toMatchObject({ mutants: 2, killed: 1, at: "today", commit: "b" });
    expect(second.all).toEqual({
      mutants: 7,
      killed: 3,
      timeouts: 1,
      survived: 2,
      noCoverage: 1,
      faults: 0,
      score: 57.1,
    });
    expect(second.unnoticed).toHaveLength(3);
    expect(keep(second, summary, { at: "later", commit: "c" })).toMatchObject(summary);
  });

  it("is refused of a run that made no mutant, or left one without a verdict", () => {
    expect(() => summarise({ files: { "a.ts": { source, mutants: [] } } })).toThrow("no mutant");
    const pending = [mutant("Killed", 2, condition), mutant("Pending", 2, condition)];
    expect(() => summarise({ files: { "a.ts": { source, mutants: pending } } })).toThrow("1 mutants have no verdict");
  });
});

describe("the command line", () => {
  it("takes every area, one, or files of one", () => {
    expect(readOrder([])).toEqual({ areas: mutationAreas, files: undefined, limitMinutes: 60, workers: 2 });
    const order = readOrder([
      "--area",
      "rotation",
      "--files",
      "src/{a,b}.ts",
      "--files",
      "src/c.ts",
      "--minutes",
      "5",
      "--workers",
      "1",
    ]);
    expect(order).toMatchObject({
      areas: [{ name: "rotation" }],
      files: ["src/{a,b}.ts", "src/c.ts"],
      limitMinutes: 5,
      workers: 1,
    });
  });

  it.each([
    ["--area", "keys"],
    ["--files", "src/a.ts"],
    ["--area", "rotation", "--minutes", "0"],
    ["--workers", "0"],
    ["--fast"],
  ])("refuses %s %s", (...words) => {
    expect(() => readOrder(words)).toThrow(TypeError);
  });
});

it.each([
  ...mutationAreas.flatMap(({ sources, tests, slowTests = [] }) => [...sources, ...tests, ...slowTests]),
  ...widerTests,
])("%s names files that exist", (pattern) => {
  expect(globSync(pattern.replace(/^!/, ""), { cwd: join(repositoryRoot, "packages/core") })).not.toEqual([]);
});
