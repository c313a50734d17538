// Plots, drawn by ECharts in a process of its own from `bench/plot`: nothing that serves or measures needs it installed.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderApart, installApart } from "../install-apart.ts";

const installSeconds = 300;
const drawSeconds = 60;

/** Writes a plot as SVG. `option` is one of ECharts. Returns why it could not be drawn. */
export function drawPlot(option: object, file: string, heightPixels: number): string | undefined {
  const fault = installApart("plot", installSeconds);
  if (fault !== undefined) return fault;
  const script = join(folderApart("plot"), "draw.mjs");
  const drawn = spawnSync(process.execPath, [script, String(heightPixels)], {
    input: JSON.stringify(option),
    encoding: "utf8",
    timeout: drawSeconds * 1000,
  });
  if (drawn.status !== 0) return `a plot was not drawn: ${drawn.error?.message ?? drawn.stderr.slice(0, 300)}`;
  writeFileSync(file, drawn.stdout);
  return undefined;
}
