// What every store promises of revocations: a gapless feed in commit order, heard in this process before `transact` resolves.
import { ensure, equal, equalSets } from "../conformance/assert.ts";
import { allPages, drain, during, range, type Cases, type Scene, type Suite } from "../conformance/kit.ts";
import { newRevocation, noon } from "../conformance/samples.ts";
import { allGenerations } from "../../ports.ts";
import type { NewRevocation, RevocationEntry, Storage } from "../../ports.ts";

/** The conformance suite of the revocations' part of the port. */
export const revocationSuite: Suite = {
  title: "revocations",
  groups: [entriesAndNumbers, oneFamily, listeners, hints, manyWriters, otherProcesses, purging],
};

function add(storage: Storage, ...entries: readonly NewRevocation[]): Promise<void> {
  return storage.transact((tx) => tx.revocations.add(entries));
}

/** Everything after `seq`, read in pages as a poller does. */
function pollAll(storage: Storage, seq: number, limit = 100): Promise<RevocationEntry[]> {
  return allPages<RevocationEntry>((last) => storage.read.revocations.since({ seq: last?.seq ?? seq, limit }));
}

function entriesAndNumbers({ check }: Cases): void {
  check(
    "entries read back with numbers that follow one another over units, realms and refusals",
    async ({ storage, realm }) => {
      const { revocations } = storage.read;
      const start = await revocations.head();
      const given = [
        newRevocation(realm),
        newRevocation(realm, { target: { familyId: "0".repeat(21) + "a", throughGeneration: 0 } }),
        newRevocation(`${realm}x`, { target: { familiesBefore: noon } }),
        newRevocation(realm, { expiresAt: Number.MAX_SAFE_INTEGER }),
      ];
      await add(storage, given[0]!, given[1]!);
      await storage.transact((tx) => tx.revocations.add([]));
      await storage.transact(async (tx) => tx.abort(await tx.revocations.add([newRevocation(realm)])));
      await storage.transact(async (tx) => {
        await tx.revocations.add([given[2]!]);
        await tx.revocations.add([given[3]!]);
      });
      const expected = given.map((entry, index) => ({ ...entry, seq: start + 1 + index }));
      equal(await revocations.since({ seq: start, limit: 100 }), expected, "the entries");
      equal(await revocations.since({ seq: start + 1, limit: 2 }), expected.slice(1, 3), "a page of them");
      equal(await revocations.since({ seq: start + 4, limit: 2 }), [], "what follows the newest");
      equal(await revocations.head(), start + 4, "the head");
    },
  );

  check("64-bit integers stay numbers, and allGenerations survives", async ({ storage, realm }) => {
    const start = await storage.read.revocations.head();
    equal(typeof start, "number", "the type of the head");
    await add(storage, newRevocation(realm), newRevocation(realm, { target: { familiesBefore: noon } }));
    const [family, cut] = await storage.read.revocations.since({ seq: start, limit: 9 });
    ensure(family !== undefined && "familyId" in family.target, "the family's entry is read back");
    equal(family.target.throughGeneration, allGenerations, "the last generation");
    equal(cut?.target, { familiesBefore: noon }, "the realm's cut");
    equal([typeof family.seq, typeof family.expiresAt], ["number", "number"], "the types of its figures");
  });
}

function oneFamily({ check }: Cases): void {
  check("the entries that concern a family are those that name it and the realm's cuts", async ({ storage, realm }) => {
    const start = await storage.read.revocations.head();
    const familyId = "0123456789abcdef012345";
    const of = (at: string, target: NewRevocation["target"]) => newRevocation(at, { target });
    await add(
      storage,
      of(realm, { familyId, throughGeneration: 1 }),
      of(realm, { familyId: "0123456789abcdef012346", throughGeneration: 2 }),
      of(`${realm}x`, { familyId, throughGeneration: 3 }),
      of(realm, { familiesBefore: noon }),
      of(`${realm}x`, { familiesBefore: noon }),
      of(realm, { familyId, throughGeneration: allGenerations }),
    );
    const found = await storage.read.revocations.concerning({ realm, familyId });
    const seqs = found.map(({ seq }) => seq - start);
    equalSets(seqs, [1, 4, 6], "the numbers of the entries");
    const entries = await storage.read.revocations.since({ seq: start, limit: 9 });
    equalSets(
      found,
      [1, 4, 6].map((number) => entries[number - 1]),
      "the entries",
    );
    const inside = await storage.transact((tx) => tx.revocations.concerning({ realm, familyId }));
    equalSets(inside, found, "the entries inside a unit");
    const none = await storage.read.revocations.concerning({ realm: `${realm}y`, familyId });
    equal(none, [], "the entries of another realm");
  });
}

function listeners({ check }: Cases): void {
  check(
    "a listener is called once with a unit's entries, after the commit and before transact resolves",
    async ({ storage, realm }) => {
      const start = await storage.read.revocations.head();
      const heard: RevocationEntry[][] = [];
      const seen: Promise<readonly RevocationEntry[]>[] = [];
      const stop = storage.feed.onCommitted((entries) => {
        heard.push([...entries]);
        const committed = storage.read.revocations.since({ seq: start, limit: 9 });
        // Looked at below; until then a failure of it is nobody's.
        committed.catch(() => undefined);
        seen.push(committed);
      });
      const given = [newRevocation(realm), newRevocation(realm)];
      let callsWithin = -1;
      await storage.transact(async (tx) => {
        await tx.revocations.add([given[0]!]);
        await tx.revocations.add([given[1]!]);
        callsWithin = heard.length;
      });
      const callsAtOnce = heard.length;
      stop();
      const expected = given.map((entry, index) => ({ ...entry, seq: start + 1 + index }));
      equal([callsWithin, callsAtOnce], [0, 1], "the calls inside the unit, and when transact has resolved");
      equal(heard, [expected], "what was heard");
      equal(await seen[0], expected, "what was committed when it was heard");
    },
  );

  check(
    "a listener hears nothing of a unit that is rolled back, and nothing after it has stopped",
    async ({ storage, realm }) => {
      let [first, second] = [0, 0];
      const stopFirst = storage.feed.onCommitted(() => first++);
      const stopSecond = storage.feed.onCommitted(() => second++);
      const failing = storage.transact(async (tx) => {
        await tx.revocations.add([newRevocation(realm)]);
        throw new Error("rolled back");
      });
      await failing.catch(() => undefined);
      await storage.transact(async (tx) => tx.abort(await tx.revocations.add([newRevocation(realm)])));
      await storage.transact(async (tx) => tx.revocations.head());
      equal([first, second], [0, 0], "calls without an entry committed");
      stopFirst();
      await add(storage, newRevocation(realm));
      stopSecond();
      await add(storage, newRevocation(realm));
      equal([first, second], [0, 1], "calls after stopping");
    },
  );
}

function hints({ check }: Cases): void {
  check("a listener for hints hears nothing after it has stopped", async ({ storage, other, realm }) => {
    let heard = 0;
    const stop = other.feed.onHint(() => heard++);
    await add(storage, newRevocation(realm));
    stop();
    const heardBefore = heard;
    await add(storage, newRevocation(realm));
    await add(other, newRevocation(realm));
    // Time for an answer of the store is time for a hint to arrive.
    for (const _ of range(5)) await other.read.revocations.head();
    equal(heard, heardBefore, "hints after stopping");
  });
}

function manyWriters({ check }: Cases): void {
  check(
    "with 12 parallel writers a poller misses no entry, and numbers are without a gap in commit order",
    async (scene) => {
      const start = await scene.storage.read.revocations.head();
      const polled: RevocationEntry[] = [];
      // Never goes back behind its cursor: an entry that commits with a smaller number is lost to it.
      const poll = async (): Promise<void> => {
        polled.push(...(await pollAll(scene.other, polled.at(-1)?.seq ?? start, 7)));
      };
      const families = await during(Promise.all(range(12).map((writer) => write(scene, writer))), poll);
      await poll();
      const written = families.flat().sort();
      const found = polled.map(({ target }) => ("familyId" in target ? target.familyId : "")).sort();
      equal(found, written, "the polled entries");
      equal(
        polled.map(({ seq }) => seq),
        range(written.length).map((index) => start + 1 + index),
        "the numbers in the order they were polled",
      );
    },
  );
}

async function write({ storage, other, realm }: Scene, writer: number): Promise<string[]> {
  const written: string[] = [];
  for (const turn of range(10)) {
    const entries = range(1 + (turn % 3)).map(() => newRevocation(realm));
    const process = writer % 2 === 0 ? storage : other;
    const kept = await process.transact(async (tx) => {
      await tx.revocations.add(entries);
      // Some units go on for a while after it, and some are given up: neither may show.
      for (let statement = 0; statement < writer % 4; statement++) await tx.accounts.byNumber({ realm, number: 1 });
      return turn % 5 === 4 ? tx.abort(false) : true;
    });
    for (const { target } of kept ? entries : []) if ("familyId" in target) written.push(target.familyId);
  }
  return written;
}

function otherProcesses({ check }: Cases): void {
  check(
    "another process reads an entry as soon as transact has resolved, and its change token tells, where it has one",
    async ({ storage, other, realm }) => {
      const start = await other.read.revocations.head();
      const before = other.feed.changeToken();
      await add(storage, newRevocation(realm));
      const after = other.feed.changeToken();
      equal(
        (await other.read.revocations.since({ seq: start, limit: 9 })).length,
        1,
        "the entries in the other process",
      );
      if (before !== undefined && other !== storage) ensure(before !== after, "the change token differs");
    },
  );
}

function purging({ check }: Cases): void {
  // Long before anything that other cases create, so that their entries are not counted.
  const dawn = 1_000_000;

  check(
    "a purge takes at most its limit of expired entries; numbers go on and never come back",
    async ({ storage, realm }) => {
      const purge = (limit: number) => storage.transact((tx) => tx.revocations.purge({ before: dawn, limit }));
      await drain(purge);
      const start = await storage.read.revocations.head();
      const kept = newRevocation(realm, { expiresAt: dawn });
      await add(storage, ...range(5).map(() => newRevocation(realm, { expiresAt: dawn - 1 })), kept);
      equal([await purge(2), await purge(2), await purge(2), await purge(2)], [2, 2, 1, 0], "what each purge took");
      equal(
        await storage.read.revocations.since({ seq: start, limit: 9 }),
        [{ ...kept, seq: start + 6 }],
        "what stays",
      );
      const all = { before: dawn + 1, limit: 9 };
      equal(await storage.transact((tx) => tx.revocations.purge(all)), 1, "the rest, a millisecond later");
      equal(await storage.read.revocations.head(), start + 6, "the head after purging the newest");
      const next = newRevocation(realm);
      await add(storage, next);
      equal(
        await storage.read.revocations.since({ seq: start, limit: 9 }),
        [{ ...next, seq: start + 7 }],
        "the next entry",
      );
    },
  );
}
