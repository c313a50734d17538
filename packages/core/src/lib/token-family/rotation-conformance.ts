// What every store promises of rotation, in the words of RFC 9700 §4.14.2 and the RT list of the project's standards.
import { ensure, equal } from "../conformance/assert.ts";
import { range, type Cases, type Suite } from "../conformance/kit.ts";
import { accountNow, day, familyNow, givenAccount, givenFamily, noon } from "../conformance/samples.ts";
import type { RotateCommand, RotationOutcome, Storage, TokenFamily } from "../../ports.ts";
import { rotationConditionCases } from "./rotation-conditions-conformance.ts";

/** The conformance suite of rotation. */
export const rotationSuite: Suite = {
  title: "rotation",
  groups: [parallelUses, recordedUses, retries, replays, clockSteps, rotationConditionCases],
};

/** The command that presents a family's refresh token of a generation. */
export function present(
  family: Pick<TokenFamily, "realm" | "id">,
  generation: number,
  given: Partial<RotateCommand> = {},
): RotateCommand {
  const now = given.now ?? noon + 1000;
  return { realm: family.realm, familyId: family.id, generation, now, idleExpiresAt: now + 14 * day, ...given };
}

async function fiftyUses(family: TokenFamily, processes: readonly Storage[]): Promise<readonly RotationOutcome[]> {
  return Promise.all(
    range(50).map((index) =>
      processes[index % processes.length]!.families.rotate(present(family, 0, { now: noon + 1000 + index })),
    ),
  );
}

function oneSuccessor(outcomes: readonly RotationOutcome[], row: TokenFamily): void {
  equal(outcomes.filter(({ won }) => won).length, 1, "the number of winners");
  for (const { family, account } of outcomes) {
    equal(family, row, "the family that winner and losers are told");
    ensure(account !== undefined, "winner and losers are told the account");
  }
  equal(row.generation, 1, "the generation after 50 uses of one token");
}

function recordedUses({ check }: Cases): void {
  check(
    "an event that a rotation brings along is written once, with the account, by the one that wins",
    async ({ storage, other, realm }) => {
      const family = await givenFamily(storage, await givenAccount(storage, realm));
      const { id: familyId, accountId } = family;
      const uses = range(8).map((index) => {
        const now = noon + 1000 + index;
        const event = {
          realm,
          type: "family.refreshed",
          at: now,
          actor: "account",
          familyId,
          detail: { index },
        } as const;
        return [storage, other][index % 2]!.families.rotate(present(family, 0, { now, event }));
      });
      const won = (await Promise.all(uses)).findIndex((outcome) => outcome.won);
      const late = { realm, type: "family.refreshed", at: noon, actor: "account" } as const;
      await storage.families.rotate(present(family, 5, { event: late }));
      const events = await other.read.events.list({ realm, type: "family.refreshed", limit: 9 });
      equal(
        events.map((event) => ({ ...event, seq: undefined })),
        [
          {
            realm,
            type: "family.refreshed",
            at: noon + 1000 + won,
            actor: "account",
            familyId,
            accountId,
            detail: { index: won },
          },
        ],
        "the events",
      );
      equal((await familyNow(storage, family)).generation, 1, "the generation");
    },
  );
}

function parallelUses({ check }: Cases): void {
  check(
    "RT-01 50 parallel uses of one token: one successor exists, and every loser sees that one",
    async ({ storage, realm }) => {
      const family = await givenFamily(storage, await givenAccount(storage, realm));
      const outcomes = await fiftyUses(family, [storage]);
      oneSuccessor(outcomes, await familyNow(storage, family));
    },
  );

  check("RT-02 the same with two server processes on one database", async ({ storage, other, realm }) => {
    const family = await givenFamily(storage, await givenAccount(storage, realm));
    const outcomes = await fiftyUses(family, [storage, other]);
    oneSuccessor(outcomes, await familyNow(other, family));
  });

  check(
    "RT-03 leeway 0: exactly one wins, the rest are refused, and by policy the family is then revoked",
    async ({ storage, realm }) => {
      const family = await givenFamily(storage, await givenAccount(storage, realm));
      const uses = range(10).map(async () => {
        const { won } = await storage.families.rotate(present(family, 0));
        if (won) return "won";
        const at = { realm, id: family.id, at: noon + 1001, reason: "reuse" } as const;
        return (await storage.transact((tx) => tx.families.revoke(at))) === undefined ? "lost" : "revoked";
      });
      const results = await Promise.all(uses);
      equal(results.sort(), [...range(8).map(() => "lost"), "revoked", "won"], "what came of ten uses");
      equal((await storage.families.rotate(present(family, 1))).won, false, "a use of the successor");
    },
  );

  check("a chain of uses by four clients at once counts every success once", async ({ storage, other, realm }) => {
    const family = await givenFamily(storage, await givenAccount(storage, realm));
    const wins = await Promise.all(
      [storage, other, storage, other].map(async (process) => {
        let won = 0;
        for (let generation = 0; generation < 25; generation++) {
          const outcome = await process.families.rotate(present(family, generation));
          won += Number(outcome.won);
          ensure((outcome.family?.generation ?? 0) > generation, "a loser sees a newer generation than it presented");
        }
        return won;
      }),
    );
    const total = wins.reduce((sum, won) => sum + won, 0);
    equal([(await familyNow(storage, family)).generation, total], [25, 25], "the generation, and the successes");
  });
}

function retries({ check }: Cases): void {
  check(
    "RT-04 a retry within the leeway after a lost answer: the loser is told the successor's generation and times",
    async ({ storage, realm }) => {
      const account = await givenAccount(storage, realm, { roles: ["A", "B"] });
      const family = await givenFamily(storage, account);
      const first = await storage.families.rotate(present(family, 0, { now: noon + 5 }));
      const retry = await storage.families.rotate(present(family, 0, { now: noon + 9 }));
      equal([first.won, retry.won], [true, false], "who won");
      equal(retry.family, first.family, "the family");
      equal([first.account, retry.account], [account, account], "the account's claims data");
      equal(
        first.family,
        { ...family, generation: 1, rotatedAt: noon + 5, idleExpiresAt: noon + 5 + 14 * day },
        "the rotated family",
      );
    },
  );

  check("RT-07 leeway anchored at first use, never slides", async ({ storage, realm }) => {
    const family = await givenFamily(storage, await givenAccount(storage, realm));
    const { family: rotated } = await storage.families.rotate(present(family, 0, { now: noon + 5 }));
    for (const later of [1, 1000, day]) {
      const retry = await storage.families.rotate(present(family, 0, { now: noon + 5 + later }));
      equal(retry.family, rotated, "the family after a retry");
    }
    equal(await familyNow(storage, family), rotated, "the stored family");
  });

  check("RT-12 restart: a rotated token stays rotated", async ({ storage, other, realm }) => {
    const family = await givenFamily(storage, await givenAccount(storage, realm));
    await storage.families.rotate(present(family, 0));
    const again = await other.families.rotate(present(family, 0));
    equal([again.won, again.family?.generation], [false, 1], "the use in another process");
  });
}

function replays({ check }: Cases): void {
  check(
    "RT-05 replay after it: refused, and once the family is revoked every refresh token of it is dead",
    async ({ storage, other, realm }) => {
      const family = await givenFamily(storage, await givenAccount(storage, realm));
      for (const generation of range(3)) await storage.families.rotate(present(family, generation));
      const replay = await storage.families.rotate(present(family, 1));
      equal([replay.won, replay.family?.generation], [false, 3], "the replay");
      const at = { realm, id: family.id, at: noon + 2000, reason: "reuse" } as const;
      const revoked = await storage.transact((tx) => tx.families.revoke(at));
      equal(revoked, { id: family.id, generation: 3 }, "the revoked family");
      for (const generation of range(5)) {
        const outcome = await other.families.rotate(present(family, generation));
        equal([outcome.won, outcome.family?.revokedReason], [false, "reuse"], `a use of generation ${generation}`);
      }
    },
  );

  check(
    "RT-06 grandparent within the leeway is reuse: two generations behind is told apart from one",
    async ({ storage, realm }) => {
      const family = await givenFamily(storage, await givenAccount(storage, realm));
      await storage.families.rotate(present(family, 0));
      await storage.families.rotate(present(family, 1));
      const grandparent = await storage.families.rotate(present(family, 0));
      const parent = await storage.families.rotate(present(family, 1));
      equal([grandparent.won, grandparent.family?.generation], [false, 2], "the grandparent's use");
      equal([parent.won, parent.family?.generation], [false, 2], "the parent's use");
    },
  );

  check("RT-08 the parent is dead once the successor was used", async ({ storage, realm }) => {
    const family = await givenFamily(storage, await givenAccount(storage, realm));
    await storage.families.rotate(present(family, 0));
    equal((await storage.families.rotate(present(family, 1))).won, true, "the successor's use");
    equal((await storage.families.rotate(present(family, 0))).won, false, "the parent's use");
    equal((await familyNow(storage, family)).generation, 2, "the generation");
  });

  check("a generation that was never issued wins nothing", async ({ storage, realm }) => {
    const family = await givenFamily(storage, await givenAccount(storage, realm));
    for (const generation of [1, 2, 0xffff_fffe]) {
      equal((await storage.families.rotate(present(family, generation))).won, false, `generation ${generation}`);
    }
    equal(await familyNow(storage, family), family, "the family");
  });
}

function clockSteps({ check }: Cases): void {
  check(
    "RT-11 two rotations within one second, and clock steps of ±1 h: replay still detected",
    async ({ storage, realm }) => {
      const family = await givenFamily(storage, await givenAccount(storage, realm));
      const hour = 3_600_000;
      const times = [noon, noon, noon + 1, noon - hour, noon + hour, noon - hour];
      for (const [generation, now] of times.entries()) {
        const rotated = await storage.families.rotate(present(family, generation, { now }));
        equal([rotated.won, rotated.family?.rotatedAt], [true, now], `the rotation of generation ${generation}`);
        for (const at of [now, now - hour, now + hour]) {
          const replay = await storage.families.rotate(present(family, generation, { now: at }));
          equal([replay.won, replay.family?.generation], [false, generation + 1], `its replay at ${at - noon}`);
        }
      }
      const { accountId } = family;
      const { securityVersion } = await accountNow(storage, { realm, id: accountId });
      equal((await familyNow(storage, family)).accountVersion, securityVersion, "the account version");
    },
  );
}
