// Keeps a run: its data in `results/`, its tables in the README between two marks. Both are formatted as the repository's formatter has them.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../subjects/built-output.ts";
import { databaseTableOf, type DatabaseReport } from "./database-report.ts";
import type { RunReport } from "./run-report.ts";
import { tablesOf } from "./tables.ts";

/** Writes the results' file and the README's part; returns the file's path in the repository. @throws Error where the README has no marks */
export function saveReport(report: RunReport): string {
  const conditions = report.series.map(
    ({ title, work, connections, conditions: on }) => `- ${title}, ${work}: ${connections} connections; ${on}`,
  );
  return keep(report, { mark: "last run", suffix: "", content: [tablesOf(report), conditions.join("\n")] });
}

/** The same for the comparison of databases. */
export function saveDatabases(report: DatabaseReport): string {
  return keep(report, { mark: "databases", suffix: "-databases", content: [databaseTableOf(report)] });
}

function keep(
  report: RunReport | DatabaseReport,
  how: { readonly mark: string; readonly suffix: string; readonly content: readonly string[] },
): string {
  const [begin, end] = [`<!-- ${how.mark} -->`, `<!-- end of ${how.mark} -->`];
  const folder = join(repositoryRoot, "bench");
  const name = `results/${report.at.slice(0, 16).replaceAll(":", "")}Z${how.suffix}.json`;
  mkdirSync(join(folder, "results"), { recursive: true });
  writeFileSync(join(folder, name), JSON.stringify(report, null, 2));
  const readme = join(folder, "README.md");
  const text = readFileSync(readme, "utf8");
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${readme} has no place for the ${how.mark}`);
  const content = [`${heading(report)} Data: [${name}](${name}).`, ...how.content].join("\n\n");
  writeFileSync(readme, `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`);
  execFileSync(join(repositoryRoot, "node_modules/.bin/oxfmt"), [join(folder, name), readme]);
  return `bench/${name}`;
}

/** Where, when and with what, before the tables. */
export function heading({ at, machine, plan, seconds }: RunReport | DatabaseReport): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${at.slice(0, 16).replace("T", " ")} UTC, commit ${machine.commit}, ${plan.name} run of ${Math.round(seconds)} s.`,
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGigabytes} GB, ${machine.system}, ${machine.fileSystem};`,
    `Node ${machine.node}, ${versions.join(", ")}.`,
    `${machine.pinned ? "Server pinned to one core, load to another" : "Nothing pinned"}; load average before the run ${machine.loadBefore}.`,
  ].join("\n");
}
