import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const module = new URL("./young-generation.ts", import.meta.url).href;

/** What a process of its own has taken for young objects, in bytes, after it has made many and let them go again and again. */
async function youngBytesAfterLoad(bounded: boolean): Promise<number> {
  const script = `
    import { boundYoungGeneration, youngBytes } from ${JSON.stringify(module)};
    if (${bounded}) boundYoungGeneration();
    const kept = [];
    for (let turn = 0; turn < 600; turn++) {
      for (let index = 0; index < 4000; index++) kept[index % 20_000] = { turn, text: "x" + index };
      for (let index = 4000; index < 20_000; index += 7) kept[index] = { turn };
      await new Promise(setImmediate);
    }
    console.log(youngBytes());`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  return Number(stdout);
}

test("what V8 keeps for young objects is as large as its bound and no larger", async () => {
  const bounded = await youngBytesAfterLoad(true);
  expect(bounded).toBeGreaterThan(8_000_000);
  expect(bounded).toBeLessThan(9_000_000);
  expect(await youngBytesAfterLoad(false)).toBeGreaterThan(bounded);
});
