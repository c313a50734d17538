// The black-box cases of seed 004, messages included, against the board: in this process and over a socket.
import { readFileSync } from "node:fs";
import { runWireCase, type WireCase } from "@latchkey/contracts/wire-cases";
import { afterAll, beforeAll, describe, it } from "vitest";
import { openTestBoard, type TestBoard } from "./support.ts";

const file = new URL("../../../../packages/contracts/fixtures/wire-cases.json", import.meta.url);
const cases = (JSON.parse(readFileSync(file, "utf8")) as readonly WireCase[]).filter(({ seed }) => seed === "004");

describe.each(["in-process", "socket"] as const)("%s", (way) => {
  let board: TestBoard;
  beforeAll(async () => {
    board = await openTestBoard({}, way);
  });
  afterAll(() => board.close());

  it.each(cases.map((wireCase) => [wireCase.name, wireCase] as const))("%s", async (_name, wireCase) => {
    await runWireCase(wireCase, {
      send: ({ method, path, headers, body }) => board.send(method, path, { body, headers }),
      // Confirmation is off, and optional in every case that has this step.
      hooks: { confirmEmail: async () => ({}) },
    });
  });
});
