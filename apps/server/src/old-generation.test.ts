import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const module = new URL("./old-generation.ts", import.meta.url).href;

/** The most that a process of its own holds in its heap while 24 MB live in it and others come and go at their age, in bytes. */
async function mostBytes(bounded: boolean): Promise<number> {
  const script = `
    import { getHeapStatistics } from "node:v8";
    import { boundOldGeneration } from ${JSON.stringify(module)};
    if (${bounded}) boundOldGeneration();
    const make = (turn) => Array.from({ length: 1000 }, (_, index) => turn + index / 3);
    const living = Array.from({ length: 3000 }, (_, turn) => make(turn));
    let most = 0;
    for (let turn = 0; turn < 20_000; turn++) {
      living[turn % 3000] = make(turn);
      if (turn % 20 === 0) await new Promise(setImmediate);
      if (turn > 6000) most = Math.max(most, getHeapStatistics().used_heap_size);
    }
    console.log(most);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  return Number(stdout);
}

test("old objects that nobody needs are collected before there are many", async () => {
  // 96 and 167 MB, time after time.
  expect(await mostBytes(true)).toBeLessThan(0.8 * (await mostBytes(false)));
});
