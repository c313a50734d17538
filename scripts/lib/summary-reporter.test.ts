import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withRepository } from "./plant.ts";
import { repositoryRoot, run, tool } from "./repository.ts";

const config = `import { SummaryReporter } from ${JSON.stringify(join(repositoryRoot, "scripts/lib/summary-reporter.ts"))};
export default { test: { globals: true, reporters: [new SummaryReporter("figures")], include: ["*.test.js"] } };
`;

it("counts tests, files that cannot be run and errors outside tests, and gives the reason of each skip", () => {
  const files = {
    "vitest.config.mjs": config,
    "a.test.js": `
      it("passes", () => {});
      it("fails", () => { throw new Error("planted"); });
      it("needs a server", (context) => context.skip("no server"));
      it.skipIf(true)("is left out", () => {});
    `,
    "broken.test.js": 'throw new Error("planted");\n',
    "unhandled.test.js": 'it("passes", () => { void Promise.reject(new Error("planted")); });\n',
  };
  const figures = withRepository(files, (root) => {
    const { code } = run(tool("vitest"), ["run", "--root", root, "--config", join(root, "vitest.config.mjs")], root);
    expect(code).toBe(1);
    return readFileSync(join(root, "figures"), "utf8").trimEnd().split("\n");
  });
  expect(figures).toEqual([
    "2 3 2",
    "a.test.js > needs a server: no server",
    "a.test.js > is left out: no reason given; the title should tell",
  ]);
});
