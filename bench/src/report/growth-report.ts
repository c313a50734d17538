// A run of the growth benchmark as data, table and plot.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { growthWorks, type GrowthFigures, type GrowthPlan } from "../growth/measure-growth.ts";
import type { Machine } from "../machine.ts";
import { median } from "../statistics.ts";
import { repositoryRoot } from "../subjects/built-output.ts";
import { drawPlot } from "./draw-plot.ts";
import { figure, table } from "./markdown.ts";
import { format, replacePart } from "./save-report.ts";

/** Everything of one run. The first of the figures is the smallest, with which the others are compared. */
export interface GrowthReport {
  readonly at: string;
  readonly seconds: number;
  readonly machine: Machine;
  readonly plan: GrowthPlan;
  readonly figures: readonly GrowthFigures[];
}

const plotHeight = 380;

/** One row per size: p95 of each work and, in parentheses, its ratio to the smallest's. */
export function growthTable({ figures }: GrowthReport): string {
  const [least] = figures;
  const rows = figures.map((one) => [
    ...[one.size.accounts, one.size.families, one.size.revocations].map((count) => figure(count, 0)),
    ...growthWorks.map((work) => {
      const [mine, first] = [median(one.p95[work]), median(least!.p95[work])];
      return `${figure(mine, 2)} (${figure(mine / first, 2)})`;
    }),
    ...growthWorks.map((work) => figure(median(one.cpuPerRequest[work]) / median(least!.cpuPerRequest[work]), 2)),
    figure(one.firstAnswerMilliseconds, 0),
    figure(one.idleMegabytes, 0),
    bytesPerEntry(one, least!),
    figure(one.databaseMegabytes, 0),
  ]);
  const p95 = growthWorks.map((work) => `${work} p95 ms`);
  const cpu = growthWorks.map((work) => `${work} CPU ×`);
  const head = ["accounts", "families", "revoked", ...p95, ...cpu, "start ms", "idle MB", "bytes/entry", "disk MB"];
  return table(head, rows, 0);
}

// Resident memory beyond the smallest's: what reading left behind is in it, so the index itself takes less.
function bytesPerEntry({ size, idleMegabytes }: GrowthFigures, least: GrowthFigures): string {
  const more = size.revocations - least.size.revocations;
  return more === 0 ? "" : figure(((idleMegabytes - least.idleMegabytes) * 1e6) / more, 0);
}

/** Keeps a run as `saveReport` does. */
export function saveGrowth(report: GrowthReport): string {
  const bench = join(repositoryRoot, "bench");
  const name = `results/${report.at.slice(0, 16).replaceAll(":", "")}Z-growth.json`;
  mkdirSync(join(bench, "results"), { recursive: true });
  writeFileSync(join(bench, name), JSON.stringify(report, null, 2));
  format(join(bench, name));
  const noPlot = drawPlot(growthPlot(report), join(bench, "results/growth.svg"), plotHeight);
  const { machine, seconds, at } = report;
  const heading = `${at.slice(0, 16).replace("T", " ")} UTC, commit ${machine.commit}, ${seconds} s, load average before ${machine.loadBefore}. Data: [${name}](${name}).`;
  replacePart(
    "growth.md",
    "growth",
    [heading, growthTable(report), noPlot ?? "![p95 by size](results/growth.svg)"].join("\n\n"),
  );
  return `bench/${name}`;
}

function growthPlot({ figures }: GrowthReport): object {
  const short = (count: number) =>
    count >= 1e6 ? `${count / 1e6} M` : count >= 1000 ? `${count / 1000} k` : `${count}`;
  return {
    title: { text: "p95 by size (accounts / families / revoked)", left: "center" },
    legend: { data: [...growthWorks], top: 30 },
    grid: { left: 80, right: 40, top: 70, bottom: 50 },
    xAxis: {
      type: "category",
      data: figures.map(({ size }) => [size.accounts, size.families, size.revocations].map(short).join(" / ")),
    },
    yAxis: { type: "log", name: "ms" },
    series: growthWorks.map((work) => ({
      name: work,
      type: "bar",
      data: figures.map(({ p95 }) => Number(median(p95[work]).toPrecision(4))),
    })),
  };
}
