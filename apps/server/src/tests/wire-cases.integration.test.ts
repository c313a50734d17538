// The black-box cases of the documented systems, every one of them, against the server as its own configuration mounts it: in this process and over a socket.
import { runWireCase } from "@latchkey/contracts/wire-cases";
import type { WireCase } from "@latchkey/contracts/wire-cases";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contracts } from "../contracts.ts";
import { realmOfSeed, serveInProcess, serveOnSocket, wireCases } from "./support/wire-server.ts";
import type { WireServer } from "./support/wire-server.ts";

/** Cases that a paragraph of the specification overrides, with that paragraph: `seed name` → paragraph. */
const overridden: Readonly<Record<string, string>> = {};

/** Messages are no identity provider's: `apps/money-for-rabbit` embeds the same contract, and runs every case of seed 004. */
const isOfTheBoard = ({ seed, steps }: WireCase) =>
  seed === "004" && steps.some(({ path }) => path?.includes("/messages"));

/** Cases of contracts that this server has. */
const served = wireCases.filter(
  (wireCase) => Object.hasOwn(contracts, realmOfSeed[wireCase.seed]!) && !isOfTheBoard(wireCase),
);

const movesClock = ({ steps }: WireCase) => steps.some(({ hook }) => hook === "advanceClock");
const titleOf = ({ seed, name }: WireCase) => `${seed} ${name}`;

it("knows every overridden case by its name", () => {
  const titles = new Set(wireCases.map(titleOf));
  expect(Object.keys(overridden).filter((title) => !titles.has(title))).toEqual([]);
});

describe.each<readonly [string, () => Promise<WireServer>, boolean]>([
  ["in process", serveInProcess, true],
  ["over a socket", serveOnSocket, false],
])("%s", (_place, serve, canMoveClock) => {
  let server: WireServer;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server.close());

  for (const wireCase of served) {
    const title = titleOf(wireCase);
    const paragraph = overridden[title];
    const note = paragraph === undefined ? "" : ` (overridden by ${paragraph})`;
    it(`${title}${note}`, async (context) => {
      if (!canMoveClock && movesClock(wireCase)) return context.skip("the clock of a socket's server cannot be moved");
      const run = runWireCase(wireCase, server.target);
      return paragraph === undefined ? await run : await expect(run).rejects.toThrow("step");
    });
  }
});
