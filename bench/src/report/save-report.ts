// Keeps a run: its data in `results/`, its tables in the README between two marks. Both are formatted as the repository's formatter has them.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../subjects/built-output.ts";
import { databaseTableOf, type DatabaseReport } from "./database-report.ts";
import { drawPlot } from "./draw-plot.ts";
import { runPlot } from "./run-plot.ts";
import type { RunReport } from "./run-report.ts";
import { detailsOf, tablesOf } from "./tables.ts";

const folder = join(repositoryRoot, "bench");
const plotHeight = 480;

/** Writes the results' file, the plot, the details and the README's part; returns the file's path in the repository. @throws Error where the README has no marks */
export function saveReport(report: RunReport): string {
  const noPlot = drawPlot(runPlot(report), join(folder, "results/last-run.svg"), plotHeight);
  const plot = noPlot ?? "![requests per second and CPU time of each work](results/last-run.svg)";
  const details = join(folder, "results/last-run.md");
  writeFileSync(details, `# Details of the last run\n\n${heading(report)}\n\n${detailsOf(report)}\n`);
  format(details);
  const where = "Each server, conditions, costs in process and starts: [results/last-run.md](results/last-run.md).";
  return keep(report, { mark: "last run", suffix: "", content: [tablesOf(report), where, plot] });
}

/** The same for the comparison of databases. */
export function saveDatabases(report: DatabaseReport): string {
  return keep(report, { mark: "databases", suffix: "-databases", content: [databaseTableOf(report)] });
}

function keep(
  report: RunReport | DatabaseReport,
  how: { readonly mark: string; readonly suffix: string; readonly content: readonly string[] },
): string {
  const name = `results/${report.at.slice(0, 16).replaceAll(":", "")}Z${how.suffix}.json`;
  mkdirSync(join(folder, "results"), { recursive: true });
  writeFileSync(join(folder, name), JSON.stringify(report, null, 2));
  format(join(folder, name));
  const content = [`${heading(report)} Data: [${name}](${name}).`, ...how.content].join("\n\n");
  replacePart("README.md", how.mark, content);
  return `bench/${name}`;
}

/** Puts a text between the marks of a name in a document of `bench/`. @throws Error where it has no such marks */
export function replacePart(name: "README.md" | "growth.md", mark: string, content: string): void {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
  const document = join(folder, name);
  const text = readFileSync(document, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${document} has no place for the ${mark}`);
  writeFileSync(document, `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`);
  format(document);
}

/** Formats a file as the repository's formatter has it. */
export function format(file: string): void {
  execFileSync(join(repositoryRoot, "node_modules/.bin/oxfmt"), [file]);
}

/** Where, when and with what, before the tables. */
export function heading(report: RunReport | DatabaseReport): string {
  const { at, machine, plan, seconds } = report;
  const missing = "missing" in report ? report.missing : [];
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${at.slice(0, 16).replace("T", " ")} UTC, commit ${machine.commit}, ${plan.name} run of ${Math.round(seconds)} s.`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.system}, ${machine.fileSystem};`,
    `Node ${machine.node}, ${versions.join(", ")}.`,
    `${machine.pinned ? "Server pinned to one core, load to another" : "Nothing pinned"}; load average before the run ${machine.loadBefore}.`,
    ...(missing.length === 0 ? [] : [`Missing: ${missing.join("; ").replaceAll(/\s+/g, " ")}.`]),
  ].join("\n");
}
