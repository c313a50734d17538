// The tests' figures for every day, made big: a run of hours that finds what happens once in a hundred thousand times.
// Progress goes to standard error, the path of the result file to standard output. Example: pnpm soak --races 2000 --kills 20
import { isEntry } from "./lib/report.ts";
import { runPart } from "./lib/soak/run-part.ts";
import type { PartResult } from "./lib/soak/run-part.ts";
import { readFigures, soakParts } from "./lib/soak/soak-plan.ts";
import type { SoakFigures } from "./lib/soak/soak-plan.ts";
import { describePlace, reportOf, saveSoak } from "./lib/soak/soak-report.ts";

const beatSeconds = 60;

async function soak(figures: SoakFigures): Promise<void> {
  const at = new Date().toISOString();
  const begun = performance.now();
  const place = describePlace();
  const parts: PartResult[] = [];
  for (const part of soakParts) {
    const figure = figures[part.figure];
    if (figure === 0) continue;
    const partBegun = performance.now();
    const beat = setInterval(() => {
      process.stderr.write(`soak: ${part.title}, ${Math.round((performance.now() - partBegun) / 1000)} s\n`);
    }, beatSeconds * 1000);
    process.stderr.write(`\nsoak: ${part.title} × ${figure}\n`);
    const result = await runPart(part, figure).finally(() => clearInterval(beat));
    process.stderr.write(
      `soak: ${part.title}: ${result.passed} passed, ${result.failed} failed, ${result.seconds} s\n`,
    );
    parts.push(result);
  }
  const report = reportOf({ at, seconds: Math.round((performance.now() - begun) / 1000), ...place, figures, parts });
  process.stdout.write(`${saveSoak(report)}\n`);
  if (report.failed > 0) process.exitCode = 1;
}

if (isEntry(import.meta.url)) {
  try {
    await soak(readFigures(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(
      `${error.message}\nOptions: --races N --process-races N --kills N --requests N --models N --away-seconds N --purged N\n`,
    );
    process.exitCode = 2;
  }
}
