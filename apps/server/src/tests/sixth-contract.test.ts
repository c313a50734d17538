// docs/sixth-contract.md does what it says: a table of bounded modules that compiles, is refused where an answer is missing, and is walked.
import { expect, it } from "vitest";
import { compileProject, inProject, listings, readDocument, runModule } from "./support/listings.ts";

const files = Object.fromEntries(
  listings(readDocument("docs/sixth-contract.md"), "ts").map((listing) => [
    /^\/\/ (\S+\.ts)$/m.exec(listing)![1]!,
    listing,
  ]),
);
const { "errors.ts": errors = "", "contract.ts": contract = "" } = files;

it("a sixth contract is a table of at most 120 lines a module", () => {
  expect(Object.keys(files)).toEqual(["errors.ts", "contract.ts", "walk.ts"]);
  for (const table of [errors, contract]) expect(table.split("\n").length - 1).toBeLessThanOrEqual(120);
});

it("compiles, and is walked as its document says", { timeout: 120_000 }, async () => {
  await inProject(files, async (folder) => {
    expect(await compileProject(folder)).toBe("");
    const { stdout } = await runModule(folder, "walk.ts");
    const promised = [...files["walk.ts"]!.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text!);
    expect(promised).toHaveLength(2);
    expect(stdout.trim().split("\n")).toEqual(promised);
  });
});

it("an error code without an answer does not compile", { timeout: 120_000 }, async () => {
  const incomplete = errors.replace(/^ {2}refresh_token_reused: .*\n/m, "");
  expect(incomplete).not.toBe(errors);
  await inProject({ ...files, "errors.ts": incomplete }, async (folder) => {
    expect(await compileProject(folder)).toMatch(
      /errors\.ts\(\d+,\d+\): error TS2741: Property 'refresh_token_reused'/,
    );
  });
});
