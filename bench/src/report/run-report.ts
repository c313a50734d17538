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
  /** Rivals that could not be had or failed, and rounds for which there was no time, with the reasons. */
  readonly missing: readonly string[];
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
  readonly p95: number;
  readonly p99: number;
  readonly cpuPerRequest: number;
  readonly serverBusy: number;
  readonly loadShare: number;
  readonly highestMegabytes: number;
}

const fewestUndisturbed = 2;

/** The medians over the undisturbed rounds of a series; over all where there are too few of them. */
export function mediansOf({ rounds, sharesCores = false, highestMegabytes }: Series): SeriesMedians {
  const undisturbed = sharesCores ? rounds : rounds.filter(isUndisturbed);
  const used = undisturbed.length < fewestUndisturbed ? rounds : undisturbed;
  const of = (name: keyof (typeof rounds)[number]) => median(used.map((round) => round[name]));
  return {
    rounds: undisturbed.length,
    comparable: used === undisturbed,
    requestsPerSecond: of("requestsPerSecond"),
    spread: spread(used.map((round) => round.requestsPerSecond)),
    p50: of("p50"),
    p95: of("p95"),
    p99: of("p99"),
    cpuPerRequest: of("cpuPerRequest"),
    serverBusy: of("serverBusy"),
    loadShare: of("loadShare"),
    highestMegabytes: median(highestMegabytes),
  };
}

/** The medians of one subject's work; `undefined` where it was not measured. */
export function mediansFor(report: RunReport, subject: string, work: string): SeriesMedians | undefined {
  const series = report.series.find((one) => one.subject === subject && one.work === work);
  return series === undefined || series.rounds.length === 0 ? undefined : mediansOf(series);
}
