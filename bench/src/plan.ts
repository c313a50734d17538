// How long a run takes: full for figures that are kept, quick for a look.

/** Durations and repetitions of a run. */
export interface Plan {
  readonly name: "full" | "quick";
  /** Each pass starts every server anew and goes A B C … C B A. */
  readonly passes: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** How often a round is measured again at most when others disturbed it; every one is kept. */
  readonly repeats: number;
  /** How long each cost is measured in process, per round. */
  readonly costMilliseconds: number;
  readonly costRounds: number;
  /** Starts of the built server on an empty folder and again on what it left there. */
  readonly starts: number;
  readonly restMilliseconds: number;
  /** How long fetching the rivals may take; without them the run goes on. */
  readonly installSeconds: number;
  /** After so long, what is left of the servers' rounds is left out. */
  readonly limitSeconds: number;
}

/** Some fifteen minutes, up to forty on a machine that is not quiet. */
export const fullPlan: Plan = {
  name: "full",
  passes: 3,
  warmUpSeconds: 1.5,
  seconds: 4,
  repeats: 2,
  costMilliseconds: 800,
  costRounds: 3,
  starts: 5,
  restMilliseconds: 3000,
  installSeconds: 300,
  limitSeconds: 3600,
};

/** Less than two minutes, whatever happens; ratios within some 15 %. */
export const quickPlan: Plan = {
  name: "quick",
  passes: 1,
  warmUpSeconds: 0.3,
  seconds: 0.8,
  repeats: 0,
  costMilliseconds: 150,
  costRounds: 1,
  starts: 2,
  restMilliseconds: 1000,
  installSeconds: 40,
  limitSeconds: 70,
};
