// A run as data: what was measured, on what, and the ratios that follow. It is what lands in `results/`.
import { isUndisturbed } from "../load/disturbance.ts";
import type { Machine } from "../machine.ts";
import type { Series, StartFigures } from "../measure.ts";
import type { Plan } from "../plan.ts";
import { median, spread } from "../statistics.ts";

/** Everything of one run. */
export interface RunReport {
  readonly at: string;
  readonly plan: Plan;
  readonly seconds: number;
  readonly machine: Machine;
  readonly series: readonly Series[];
  /** Operations per second in process, by cost. */
  readonly costs: Readonly<Record<string, readonly number[]>>;
  readonly starts: StartFigures;
}

/** The medians of a series. */
export interface SeriesMedians {
  /** How many rounds nobody disturbed. */
  readonly rounds: number;
  /** Whether those were enough; otherwise the medians are over all rounds. */
  readonly comparable: boolean;
  readonly requestsPerSecond: number;
  readonly spread: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuPerRequest: number;
  readonly serverBusy: number;
  readonly loadShare: number;
  readonly highestMegabytes: number;
}

/** A figure that is expected of a run. */
export interface Expectation {
  readonly what: string;
  readonly found: number;
  /** Of ratios between servers: the same by CPU time per request, which others at work on the machine disturb least. */
  readonly byCpu?: number;
  readonly expected: string;
  /** `undefined` where the rounds were too disturbed to say. */
  readonly holds: boolean | undefined;
  readonly digits: number;
}

const fewestUndisturbed = 2;

/** The medians over the undisturbed rounds of a series; over all where there are too few of them. */
export function mediansOf({ rounds, highestMegabytes }: Series): SeriesMedians {
  const undisturbed = rounds.filter(isUndisturbed);
  const used = undisturbed.length < fewestUndisturbed ? rounds : undisturbed;
  const of = (name: keyof (typeof rounds)[number]) => median(used.map((round) => round[name]));
  return {
    rounds: undisturbed.length,
    comparable: used === undisturbed,
    requestsPerSecond: of("requestsPerSecond"),
    spread: spread(used.map((round) => round.requestsPerSecond)),
    p50: of("p50"),
    p99: of("p99"),
    cpuPerRequest: of("cpuPerRequest"),
    serverBusy: of("serverBusy"),
    loadShare: of("loadShare"),
    highestMegabytes: median(highestMegabytes),
  };
}

/** What is expected (issue 2), and what came out. Nothing fails for a time: the reader judges. */
export function expectationsOf(report: RunReport): readonly Expectation[] {
  const of = (subject: string, work: string) => {
    const series = report.series.find((one) => one.subject === subject && one.work === work);
    return series === undefined ? undefined : mediansOf(series);
  };
  const ratio = (what: string, work: string, [floor, floorWork]: readonly [string, string], least: number) => {
    const [ours, theirs] = [of("latchkey", work), of(floor, floorWork)];
    const found = (ours?.requestsPerSecond ?? Number.NaN) / (theirs?.requestsPerSecond ?? Number.NaN);
    const byCpu = (theirs?.cpuPerRequest ?? Number.NaN) / (ours?.cpuPerRequest ?? Number.NaN);
    const comparable = ours?.comparable === true && theirs?.comparable === true;
    return { ...atLeast(what, found, least), byCpu, holds: comparable ? Math.min(found, byCpu) >= least : undefined };
  };
  const cost = (name: string) => median(report.costs[name] ?? []);
  const atLeast = (what: string, found: number, least: number, digits = 2): Expectation => ({
    what,
    found,
    expected: `≥ ${least.toLocaleString("en")}`,
    holds: found >= least,
    digits,
  });
  const atMost = (what: string, found: number, most: number): Expectation => ({
    what,
    found,
    expected: `≤ ${most}`,
    holds: found <= most,
    digits: 0,
  });
  return [
    atLeast("verification of a known token in process, per second on one core", cost("verify-known"), 300_000, 0),
    ratio("GET /v1/me ÷ bare Hono hello", "me", ["bare-hello", "hello"], 0.4),
    ratio("refresh on disk ÷ bare undurable refresh, jose EdDSA", "refresh", ["bare-eddsa", "refresh"], 0.7),
    ratio("refresh on disk ÷ bare undurable refresh, jose HS256", "refresh", ["bare-hs256", "refresh"], 0.7),
    atLeast(
      "log-in ÷ raw argon2id on the same core",
      (of("latchkey", "login")?.requestsPerSecond ?? Number.NaN) / cost("argon2id"),
      0.85,
    ),
    atMost("idle memory, MB", median(report.starts.idleMegabytes), 120),
    atMost("first answer on an empty folder, ms", median(report.starts.firstMilliseconds), 500),
    atMost("first answer on an existing database, ms", median(report.starts.againMilliseconds), 500),
  ];
}
