// `pnpm bench:profile me|refresh|login|introspect`: loads a server of the built output under V8's sampling profiler and prints where its time goes.
// The profile stays in the folder that it names, for a viewer.
import { globSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "./child/child.ts";
import type { LoadResult } from "./load/job.ts";
import { build } from "./build.ts";
import { summarise, type CpuProfile } from "./profile/summarise.ts";
import { figure, table } from "./report/markdown.ts";
import { stageBuiltOutput } from "./subjects/built-output.ts";
import { startLatchkey } from "./subjects/latchkey-server.ts";
import { latchkey } from "./subjects/latchkey.ts";

const linesShown = 30;
const [wanted = "me"] = process.argv.slice(2);
build();
const folder = mkdtempSync(join(tmpdir(), "latchkey-profile-"));
const main = stageBuiltOutput(join(folder, "built"));
const work = latchkey(main, true).works.find(({ id }) => id === wanted);
if (work === undefined) throw new TypeError(`no work is called ${wanted}`);

const server = await startLatchkey(main, folder, {
  nodeOptions: ["--cpu-prof", "--cpu-prof-dir", folder, "--cpu-prof-interval", "200"],
});
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
const { byPlace, byFunction } = summarise(JSON.parse(readFileSync(join(folder, file!), "utf8")) as CpuProfile);
for (const [title, shares, lines] of [
  ["place", byPlace, byPlace.length],
  ["function, its own time", byFunction, linesShown],
] as const) {
  const rows = shares
    .slice(0, lines)
    .map(([name, share]) => [name.replaceAll("|", "\\|"), `${figure(share * 100, 1)} %`]);
  console.log(`\n${table([title, `of the busy time of ${wanted}`], rows)}`);
}
