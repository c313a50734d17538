// A runner of its own for the kit: runs the cases one after another and says which failed.
import type { ConformanceRunner } from "./kit.ts";

/** What came of one case. */
export interface CaseResult {
  /** The titles of its groups and its own, joined by ` > `. */
  readonly title: string;
  /** What it failed with; `undefined` where it passed. */
  readonly error: unknown;
}

/** Registers cases with `register` and runs them one after another. */
export async function collectResults(register: (runner: ConformanceRunner) => void): Promise<readonly CaseResult[]> {
  const cases: { readonly title: string; readonly run: () => Promise<void>; readonly limit: number }[] = [];
  const titles: string[] = [];
  register({
    describe(title, inner) {
      titles.push(title);
      inner();
      titles.pop();
    },
    it: (title, run, limit) => cases.push({ title: [...titles, title].join(" > "), run, limit }),
  });
  const results: CaseResult[] = [];
  for (const { title, run, limit } of cases) results.push({ title, error: await failureOf(run, limit) });
  return results;
}

function failureOf(run: () => Promise<void>, limit: number): Promise<unknown> {
  return new Promise((resolve) => {
    const alarm = setTimeout(() => resolve(new Error(`The case took more than ${limit} ms`)), limit);
    run()
      .then(
        () => resolve(undefined),
        (error: unknown) => resolve(error ?? new Error("The case rejected with nothing")),
      )
      .finally(() => clearTimeout(alarm));
  });
}
