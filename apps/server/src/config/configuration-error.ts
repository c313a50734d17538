// What is wrong with the configuration, all of it at once. It decides how problems read; it does not know the settings.

/** One problem: where it is, and what is wrong together with the fix. */
export interface ConfigurationProblem {
  /** The path in the file (`realms.main.mount`) or the name of the environment variable. */
  readonly path: string;
  readonly message: string;
}

/** The configuration cannot be used. Its message lists every problem and never shows a secret. */
export class ConfigurationError extends Error {
  readonly problems: readonly ConfigurationProblem[];

  constructor(source: string, problems: readonly ConfigurationProblem[]) {
    super(describe(source, problems));
    this.name = "ConfigurationError";
    this.problems = problems;
  }
}

function describe(source: string, problems: readonly ConfigurationProblem[]): string {
  const width = Math.max(...problems.map((problem) => problem.path.length));
  const head =
    problems.length === 1 ? "The configuration has a problem" : `The configuration has ${problems.length} problems`;
  const lines = problems.map((problem) => `  ${problem.path.padEnd(width)}  ${problem.message}`);
  return [`${head} (${source}):`, ...lines].join("\n");
}
