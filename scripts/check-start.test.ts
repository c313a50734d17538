import { expect, it } from "vitest";
import { checkStart } from "./check-start.ts";
import { repositoryRoot } from "./lib/repository.ts";

const server = (handler: string, more = ""): readonly [string, ...string[]] => [
  process.execPath,
  "--input-type=module",
  "--eval",
  `import { createServer } from "node:http"; createServer((_, res) => { ${handler} }).listen(Number(process.env.PORT), process.env.HOST); ${more}`,
];

it("accepts a server that becomes ready and ends when told to", async () => {
  const { findings } = await checkStart(repositoryRoot, server("res.end()"));
  expect(findings).toEqual([]);
});

it("refuses a command that ends before it is ready, and shows what it said", async () => {
  const { findings } = await checkStart(repositoryRoot, [
    process.execPath,
    "--eval",
    "console.log('no such thing'); process.exit(1)",
  ]);
  expect(findings).toEqual([expect.objectContaining({ what: expect.stringContaining("no such thing") as string })]);
});
