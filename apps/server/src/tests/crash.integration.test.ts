// An answered request is on disk: kill -9 in the middle of the work takes nothing back. `pnpm soak` kills more often.
import { describe, expect, it } from "vitest";
import { runCrashes } from "./support/crash-run.ts";

const kills = Number(process.env["LATCHKEY_KILLS"] ?? 5);

const timeout = 30_000 + kills * 20_000;

describe("kill -9 (attack class 2)", () => {
  it(
    `× ${kills}: every answered sign-up, rotation and log-out survives, and a rotated token stays rotated`,
    { timeout },
    async () => {
      const report = await runCrashes({ kills, seed: 20_261_121 });
      expect(report.kills).toBe(kills);
      // There was something to lose.
      for (const count of [report.signUps, report.rotations, report.logOuts]) expect(count).toBeGreaterThan(kills);
    },
  );

  it(
    "OP-04: kill -9 of one of two processes under load: nothing acknowledged is lost, nothing issued twice",
    { timeout },
    async () => {
      const rounds = Math.ceil(kills / 2);
      expect((await runCrashes({ kills: rounds, seed: 20_261_122, witness: true })).kills).toBe(rounds);
    },
  );
});
