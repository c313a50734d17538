// What every store promises of tallies: one that is held is counted by nobody else, and none is lost before it has expired.
import { equal } from "../conformance/assert.ts";
import { drain, range, stagger, type Cases, type Suite } from "../conformance/kit.ts";
import { day, fresh, noon } from "../conformance/samples.ts";
import type { Storage, Tally, TallyPlace } from "../../ports.ts";

/** The conformance suite of the throttles' part of the port. */
export const throttlesSuite: Suite = { title: "throttles", groups: [keeping, counting, purging] };

const tallyOf = (realm: string, given: Partial<Tally> = {}): Tally => ({
  realm,
  key: fresh("key"),
  count: 3,
  readyAt: noon + 1,
  expiresAt: noon + day,
  ...given,
});

const put = (storage: Storage, tally: Tally): Promise<void> =>
  storage.transact(async (tx) => {
    await tx.throttles.hold(tally);
    await tx.throttles.put(tally);
  });

/** Counts one more; `undefined` where there were as many as are allowed. */
const count = (storage: Storage, place: TallyPlace, most: number): Promise<number | undefined> =>
  storage.transact(async (tx) => {
    const held = await tx.throttles.hold(place);
    if (held.count >= most) return undefined;
    await tx.throttles.put({ ...held, count: held.count + 1, expiresAt: noon + day });
    return held.count + 1;
  });

function keeping({ check }: Cases): void {
  check(
    "a tally reads back as it was put, in the unit, outside, and in another process",
    async ({ storage, other, realm }) => {
      const tally = tallyOf(realm, { key: "k".repeat(64) });
      equal(await storage.read.throttles.find(tally), undefined, "before");
      const within = await storage.transact(async (tx) => {
        const empty = await tx.throttles.hold(tally);
        await tx.throttles.put(tally);
        return [empty, await tx.throttles.find(tally), await tx.throttles.hold(tally)];
      });
      const { key } = tally;
      equal(within, [{ realm, key, count: 0, readyAt: 0, expiresAt: 0 }, tally, tally], "in the unit");
      for (const process of [storage, other]) equal(await process.read.throttles.find(tally), tally, "committed");
    },
  );

  check("tallies are kept apart by realm and, byte by byte, by key", async ({ storage, realm }) => {
    const tally = tallyOf(realm, { key: "aB" });
    await put(storage, tally);
    for (const stranger of [
      { realm: `${realm}x`, key: "aB" },
      { realm, key: "ab" },
    ])
      equal(await storage.read.throttles.find(stranger), undefined, `the tally of ${JSON.stringify(stranger)}`);
  });

  check("what is counted is undone with its unit", async ({ storage, realm }) => {
    const tally = tallyOf(realm);
    await put(storage, tally);
    await storage.transact(async (tx) => {
      await tx.throttles.put({ ...(await tx.throttles.hold(tally)), count: 99 });
      return tx.abort(undefined);
    });
    equal(await storage.read.throttles.find(tally), tally, "the tally");
  });
}

function counting({ race }: Cases): void {
  race("classes 1 and 9: of 200 parallel counts exactly the allowed number succeeds", async (scene) => {
    const { storage, other, realm, rounds } = scene;
    for (const round of range(Math.ceil(rounds / 50))) {
      const place = { realm, key: fresh("key") };
      const counts = range(200).map(async (index) => {
        await stagger((index * (round + 1)) % 7);
        return count(index % 2 === 0 ? storage : other, place, 5);
      });
      const allowed = (await Promise.all(counts)).filter((number) => number !== undefined);
      equal(
        [...allowed].sort((left, right) => left - right),
        [1, 2, 3, 4, 5],
        "the numbers that were given",
      );
      equal((await storage.read.throttles.find(place))?.count, 5, "the tally");
    }
  });

  race("two tallies that are held one after the other in one order block nobody", async (scene) => {
    const { storage, other, realm, rounds } = scene;
    const [first, second] = [fresh("a"), fresh("b")];
    const both = (process: Storage): Promise<void> =>
      process.transact(async (tx) => {
        for (const key of [first, second]) {
          const held = await tx.throttles.hold({ realm, key });
          await tx.throttles.put({ ...held, count: held.count + 1, expiresAt: noon + day });
        }
      });
    const times = Math.min(rounds, 200);
    await Promise.all(range(times).map((index) => both(index % 2 === 0 ? storage : other)));
    for (const key of [first, second])
      equal((await storage.read.throttles.find({ realm, key }))?.count, times, "a tally");
  });
}

function purging({ check }: Cases): void {
  check("a purge takes what expired before, in bounded batches", async ({ storage, realm }) => {
    const before = noon - 30 * day;
    await drain((limit) => storage.transact((tx) => tx.throttles.purge({ before, limit })));
    const old = range(3).map((index) => tallyOf(realm, { expiresAt: before - 1 - index }));
    const stays = tallyOf(realm, { expiresAt: before });
    for (const tally of [...old, stays]) await put(storage, tally);
    equal(await storage.transact((tx) => tx.throttles.purge({ before, limit: 2 })), 2, "the first batch");
    equal(await storage.transact((tx) => tx.throttles.purge({ before, limit: 2 })), 1, "the second batch");
    for (const tally of old) equal(await storage.read.throttles.find(tally), undefined, "an expired tally");
    equal(await storage.read.throttles.find(stays), stays, "a tally that expires then");
  });
}
