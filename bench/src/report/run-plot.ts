// The plot of a run: CPU time and rate of each work by each subject, on logarithmic axes, because they lie orders of magnitude apart.
import { mediansFor, type RunReport } from "./run-report.ts";

const works = ["me", "refresh", "login", "introspect"];
const titleLength = 34;

/** An option of ECharts for `drawPlot`. */
export function runPlot(report: RunReport): object {
  const subjects = [...new Map(report.series.map(({ subject, title }) => [subject, title]))].toReversed();
  const measured = subjects.filter(([subject]) =>
    works.some((work) => mediansFor(report, subject, work) !== undefined),
  );
  const panels = [
    { name: "requests/s, more is better", of: "requestsPerSecond" },
    { name: "CPU ms per request, less is better", of: "cpuPerRequest" },
  ] as const;
  return {
    title: { text: `Median of the rounds, ${report.at.slice(0, 10)}, ${report.machine.processor}`, left: "center" },
    legend: { data: works, top: 30 },
    grid: [
      { left: 250, width: 320, top: 70, bottom: 50 },
      { left: 600, width: 320, top: 70, bottom: 50 },
    ],
    xAxis: panels.map(({ name }, gridIndex) => ({ gridIndex, type: "log", name, nameLocation: "middle", nameGap: 28 })),
    yAxis: panels.map((_, gridIndex) => ({
      gridIndex,
      type: "category",
      data: measured.map(([, title]) => short(title)),
      axisLabel: { show: gridIndex === 0 },
    })),
    series: panels.flatMap(({ of }, index) =>
      works.map((work) => ({
        name: work,
        type: "scatter",
        symbolSize: 11,
        xAxisIndex: index,
        yAxisIndex: index,
        data: measured.flatMap(([subject], row) => {
          const found = mediansFor(report, subject, work)?.[of];
          return found !== undefined && Number.isFinite(found) && found > 0
            ? [[Number(found.toPrecision(4)), row]]
            : [];
        }),
      })),
    ),
  };
}

function short(title: string): string {
  return title.length <= titleLength
    ? title
    : `${title.slice(0, titleLength / 2)}…${title.slice(-titleLength / 2 + 1)}`;
}
