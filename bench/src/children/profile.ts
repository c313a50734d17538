// `node bench/src/children/profile.ts me|refresh|login`: loads a server under V8's sampling profiler and prints where its time goes.
// Needs `pnpm build` first. The profile stays in the folder that it names, for a viewer.
import { globSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../child/child.ts";
import type { LoadResult } from "../load/job.ts";
import { stageBuiltOutput } from "../subjects/built-output.ts";
import { startLatchkey } from "../subjects/latchkey-server.ts";
import { latchkey } from "../subjects/latchkey.ts";

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
}

const linesShown = 45;
const [wanted = "me"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "latchkey-profile-"));
const main = stageBuiltOutput(join(folder, "built"));
const work = latchkey(main, true).works.find(({ id }) => id === wanted);
if (work === undefined) throw new TypeError(`no work is called ${wanted}`);

const server = await startLatchkey(main, folder, [
  "--cpu-prof",
  "--cpu-prof-dir",
  folder,
  "--cpu-prof-interval",
  "200",
]);
const load = await startChild("load", "load");
try {
  const connections = await work.prepare(server, work.connections);
  const { pid, port } = server;
  const { tokens, ...found } = await load.ask<LoadResult>({ pid, port, connections, warmUpSeconds: 1, seconds: 6 });
  console.log(tokens.length, found);
} finally {
  await load.end();
  await server.end();
}

const [file] = globSync("*.cpuprofile", { cwd: folder });
console.log(join(folder, file!));
const profile = JSON.parse(readFileSync(join(folder, file!), "utf8")) as Profile;
const names = new Map(
  profile.nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
    id,
    `${functionName || "(anonymous)"} ${url.split("/").slice(-3).join("/")}:${lineNumber + 1}`,
  ]),
);
const counts = new Map<string, number>();
let busy = 0;
for (const id of profile.samples) {
  const name = names.get(id)!;
  if (name.startsWith("(idle)")) continue;
  busy += 1;
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
const top = [...counts].toSorted(([, left], [, right]) => right - left).slice(0, linesShown);
for (const [name, count] of top) console.log(`${((100 * count) / busy).toFixed(1).padStart(5)} %  ${name}`);
