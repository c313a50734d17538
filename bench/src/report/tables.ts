// The tables of a run, in Markdown: the same on the terminal and in the README.
import { median, spread } from "../statistics.ts";
import { expectationsOf } from "./expectations.ts";
import { figure, percent, table } from "./markdown.ts";
import { mediansFor, mediansOf, type RunReport } from "./run-report.ts";

const costTitles: Readonly<Record<string, string>> = {
  "verify-known": "`verifyAccessToken` of 64 known tokens",
  "verify-known-fresh": "the same, the token's text made anew each time",
  "resource-server-known": "`@latchkey/core/verify`: a known token",
  "resource-server-unknown": "`@latchkey/core/verify`: a token never seen",
  "jose-verify": "the same by jose's `jwtVerify` alone",
  "verify-eddsa": "one EdDSA signature verified (node:crypto)",
  "sign-eddsa": "one EdDSA signature made (node:crypto)",
  "mac-hs256": "one HMAC-SHA-256 (node:crypto)",
  "committed-row": "one row updated and committed (WAL, FULL)",
  argon2id: "one argon2id (m=19456 t=2 p=1, @node-rs/argon2)",
};

/** Names of the costs that are measured in process. */
export const costNames: readonly string[] = Object.keys(costTitles);

/** The tables of a run that come first: what is expected, how many times what each does Latchkey does. */
export function tablesOf(report: RunReport): string {
  return [expectationTable, ratioTable].map((make) => make(report)).join("\n\n");
}

/** What explains them: the servers, the costs in process, the starts, the conditions of each work. */
export function detailsOf(report: RunReport): string {
  return [serverTable, costTable, startTable, conditionsOf].map((make) => make(report)).join("\n\n");
}

function conditionsOf({ series }: RunReport): string {
  const titles = [...new Set(series.map(({ title }) => title))];
  const lines = titles.map((title) => {
    const works = series.filter((one) => one.title === title);
    return `- **${title}**: ${works.map((one) => `${one.work} (${one.connections} connections): ${one.conditions}`).join(" · ")}`;
  });
  return lines.join("\n");
}

function expectationTable(report: RunReport): string {
  const rows = expectationsOf(report).map(({ what, found, byCpu, expected, holds, digits }) => [
    what,
    figure(found, digits),
    byCpu === undefined ? "" : figure(byCpu, digits),
    expected,
    Number.isNaN(found) ? "–" : holds === undefined ? "disturbed" : holds ? "yes" : "**no**",
  ]);
  return table(["expected", "found", "by CPU time", "at least / at most", "holds"], rows);
}

function serverTable(report: RunReport): string {
  const head = [
    "work",
    "server",
    "requests/s",
    "±",
    "p50 ms",
    "p99 ms",
    "CPU ms/request",
    "server's core",
    "load's core",
    "rounds",
    "MB",
  ];
  const rows = report.series.map((series) => {
    const found = mediansOf(series);
    return [
      series.work,
      series.title,
      figure(found.requestsPerSecond, found.requestsPerSecond < 100 ? 1 : 0),
      percent(found.spread / 2),
      figure(found.p50, 2),
      figure(found.p99, 2),
      figure(found.cpuPerRequest, 3),
      percent(found.serverBusy),
      percent(found.loadShare),
      `${found.rounds} of ${series.rounds.length}`,
      figure(found.highestMegabytes, 0),
    ];
  });
  return table(head, rows);
}

/** Latchkey's rate by each other subject's, and in parentheses the same by CPU time. */
function ratioTable(report: RunReport): string {
  const works = ["me", "refresh", "refresh-64", "login", "introspect"];
  const others = [...new Map(report.series.map(({ subject, title }) => [subject, title]))]
    .filter(([subject]) => subject !== "latchkey" && !subject.endsWith("-postgres"))
    .map(([subject, title]) => [title, ...works.map((work) => timesOf(report, subject, work))])
    .filter(([, ...cells]) => cells.some((cell) => cell !== ""));
  return table(["Latchkey does so many times …", ...works], others);
}

function timesOf(report: RunReport, subject: string, work: string): string {
  const [ours, theirs] = [mediansFor(report, "latchkey", work), mediansFor(report, subject, work)];
  if (ours === undefined || theirs === undefined) return "";
  const byRate = ours.requestsPerSecond / theirs.requestsPerSecond;
  return `${figure(byRate, 1)} (${figure(theirs.cpuPerRequest / ours.cpuPerRequest, 1)})`;
}

function costTable({ costs }: RunReport): string {
  const rows = Object.entries(costs).map(([name, perSecond]) => [
    costTitles[name] ?? name,
    figure(median(perSecond), median(perSecond) < 1000 ? 1 : 0),
    figure(1e6 / median(perSecond), 2),
    percent(spread(perSecond) / 2),
  ]);
  return table(["in process, one core", "per second", "µs each", "±"], rows);
}

function startTable({ starts }: RunReport): string {
  const row = (title: string, figures: readonly number[]) => [
    title,
    figure(median(figures), 0),
    figure(Math.min(...figures), 0),
    figure(Math.max(...figures), 0),
  ];
  return table(
    ["start of the built output", "median", "least", "most"],
    [
      row("first answer on an empty folder, ms", starts.firstMilliseconds),
      row("first answer on an existing database, ms", starts.againMilliseconds),
      row("CPU time until then, existing database, ms", starts.againCpuMilliseconds),
      row("resident memory at rest, MB", starts.idleMegabytes),
    ],
  );
}
