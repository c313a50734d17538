// `pnpm bench:micro`: what single steps cost in one process, ours beside the plain primitive, on the sources. Prints and keeps nothing: for whoever changes one of them.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Bench } from "tinybench";
import { addPasswordTasks, addProviderTasks, addSignatureTasks } from "./micro/tasks.ts";
import { figure, percent, table } from "./report/markdown.ts";
import { repositoryRoot } from "./subjects/built-output.ts";

// Beside the sources, not in /tmp: that may be memory, and commits are part of what is measured.
const cache = join(repositoryRoot, "node_modules/.cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "latchkey-micro-"));
const bench = new Bench({ name: "micro", time: 500, warmupTime: 100 });
try {
  await addSignatureTasks(bench);
  const close = await addProviderTasks(bench, join(folder, "micro.db"));
  addPasswordTasks(bench);
  await bench.run();
  console.log(tableOf(bench));
  await close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tableOf({ tasks }: Bench): string {
  const rows = tasks.map(({ name, result }) => {
    if (result.state === "errored") throw result.error;
    if (result.state !== "completed") return [name, "–", "–", "–", "–"];
    const { latency } = result;
    return [
      name,
      figure(latency.p50 * 1000, 2),
      figure(latency.p99 * 1000, 2),
      figure(1000 / latency.p50, 0),
      percent(latency.rme / 100),
    ];
  });
  return table(["step", "median µs", "p99 µs", "per second at the median", "±"], rows);
}
