// The comparison of databases as data and as a table: ours beside the bare driver, each ratio of two rounds that came one after the other.
import type { Machine } from "../machine.ts";
import { databaseWorks, type DatabaseFigures } from "../measure-databases.ts";
import type { Plan } from "../plan.ts";
import { median, spread } from "../statistics.ts";
import { figure, percent, table } from "./markdown.ts";

/** The part of a run that compares databases. */
export interface DatabaseReport {
  readonly at: string;
  readonly plan: Plan;
  readonly seconds: number;
  readonly machine: Machine;
  readonly databases: readonly DatabaseFigures[];
}

const workTitles: Readonly<Record<string, string>> = { refresh: "refresh", login: "log-in", signup: "sign-up" };
/** A refresh on PostgreSQL, prepared statements on both sides. Issue 3 asked for 0.6. */
const leastOnPostgres = 0.75;

/** The table of a run, what is expected of it, and which databases were not there. */
export function databaseTableOf({ databases }: DatabaseReport): string {
  const rows = databases.flatMap((one) =>
    "skipped" in one ? [] : databaseWorks.map((work) => [one.title, workTitles[work]!, ...cells(one.rounds, work)]),
  );
  const head = ["database", "work", "ours/s", "bare driver/s", "ours ÷ bare", "±", "by CPU", "our CPU µs", "bare µs"];
  const notes = databases.flatMap((one) => ("skipped" in one ? [one.skipped] : expectation(one)));
  return [table(head, rows, 2), ...notes].join("\n\n");
}

type Rounds = Extract<DatabaseFigures, { readonly rounds: unknown }>["rounds"];

function cells(rounds: Rounds, work: string): readonly string[] {
  const [ours, raw] = [rounds[`${work} ours`]!, rounds[`${work} raw`]!];
  const of = (side: typeof ours, name: keyof (typeof ours)[number]) => median(side.map((round) => round[name]));
  const ratios = ratiosOf(rounds, work);
  return [
    figure(of(ours, "perSecond"), 0),
    figure(of(raw, "perSecond"), 0),
    figure(median(ratios), 2),
    percent(spread(ratios) / 2),
    figure(of(raw, "cpuMicroseconds") / of(ours, "cpuMicroseconds"), 2),
    figure(of(ours, "cpuMicroseconds"), 0),
    figure(of(raw, "cpuMicroseconds"), 0),
  ];
}

function ratiosOf(rounds: Rounds, work: string): readonly number[] {
  const raw = rounds[`${work} raw`]!;
  return rounds[`${work} ours`]!.map(({ perSecond }, index) => perSecond / raw[index]!.perSecond);
}

function expectation(one: Extract<DatabaseFigures, { readonly rounds: unknown }>): readonly string[] {
  if (one.engine !== "postgres") return [];
  const found = median(ratiosOf(one.rounds, "refresh"));
  const holds = found >= leastOnPostgres ? "holds" : "**does not hold**";
  return [
    `Expected of a refresh on PostgreSQL: at least ${leastOnPostgres} of the bare driver. Found ${figure(found, 2)}: ${holds}.`,
  ];
}
