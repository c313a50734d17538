// What every store promises of events: written with the change they record, numbered without a gap, read newest first.
import { equal } from "../conformance/assert.ts";
import { allPages, range, type Cases, type Suite } from "../conformance/kit.ts";
import { day, newAccount, noon } from "../conformance/samples.ts";
import type { IdentityEvent, NewEvent, Storage } from "../../ports.ts";

/** The conformance suite of the events' part of the port. */
export const eventsSuite: Suite = { title: "events", groups: [writing, lists, times, numbers, purging] };

function event(realm: string, given: Partial<NewEvent> = {}): NewEvent {
  return { realm, type: "account.logged_in", at: noon, actor: "account", ...given };
}

async function append(storage: Storage, events: readonly NewEvent[]): Promise<void> {
  await storage.transact(async (tx) => {
    for (const each of events) await tx.events.append(each);
  });
}

// `undefined` and absent are the same to `equal`.
function withoutNumbers(events: readonly IdentityEvent[]): readonly object[] {
  return events.map((numbered) => ({ ...numbered, seq: undefined }));
}

function writing({ check }: Cases): void {
  check(
    "an event reads back as it was appended, newest first, and what is absent stays absent",
    async ({ storage, other, realm }) => {
      const full = event(realm, {
        type: "family.reuse_detected",
        actor: "administrator",
        actorAccountId: "actor",
        accountId: "account",
        familyId: "0f".repeat(11),
        address: "2001:db8::1",
        userAgent: "토끼 \u{1f407} '\"\\",
        requestId: "request",
        detail: { generation: 3, nested: [{ a: null }], text: "<b>\n" },
      });
      await append(storage, [event(realm), full]);
      const found = await other.read.events.list({ realm, limit: 9 });
      equal(withoutNumbers(found), [full, event(realm)], "the events");
      equal(typeof found[0]?.seq, "number", "the type of the number");
    },
  );

  check("an event is written with the change it records, or not at all", async ({ storage, realm }) => {
    const failing = storage.transact(async (tx) => {
      await tx.accounts.create(newAccount(realm));
      await tx.events.append(event(realm));
      throw new Error("rolled back");
    });
    await failing.catch(() => undefined);
    await storage.transact(async (tx) => tx.abort(await tx.events.append(event(realm))));
    equal(await storage.read.events.list({ realm, limit: 9 }), [], "the events");
  });
}

function lists({ check }: Cases): void {
  check(
    "events are filtered by realm, type and account, and a cursor meets each exactly once",
    async ({ storage, realm }) => {
      const types = ["account.logged_in", "account.updated"] as const;
      const events = range(12).map((index) =>
        event(realm, { type: types[index % 2]!, accountId: `account-${index % 3}`, detail: { index } }),
      );
      await append(storage, [...events, event(`${realm}x`)]);
      const newest = events.toReversed();
      const list = async (query: { type?: (typeof types)[number]; accountId?: string }) =>
        withoutNumbers(await storage.read.events.list({ realm, limit: 50, ...query }));
      equal(
        await list({ type: types[1] }),
        newest.filter(({ type }) => type === types[1]),
        "of one type",
      );
      const ofAccount = newest.filter(({ accountId }) => accountId === "account-2");
      equal(await list({ accountId: "account-2" }), ofAccount, "of one account");
      const both = ofAccount.filter(({ type }) => type === types[0]);
      equal(await list({ accountId: "account-2", type: types[0] }), both, "of both");
      const seen = await allPages<IdentityEvent>((last) =>
        storage.read.events.list({ realm, limit: 5, ...(last && { before: last.seq }) }),
      );
      equal(withoutNumbers(seen), newest, "page by page");
    },
  );
}

function times({ check }: Cases): void {
  // A time in which no other case plays.
  const spring = noon - 4000 * day;

  check(
    "events are filtered by time: from an instant on, until before one, in any order of writing",
    async ({ storage, realm }) => {
      const hours = [2, 0, 3, 1, 26].map((hour) => spring + hour * 3_600_000);
      const events = hours.map((at) => event(realm, { at }));
      await append(storage, events);
      await append(storage, [event(`${realm}x`, { at: hours[0]! })]);
      const list = async (query: { from?: number; until?: number }) =>
        (await storage.read.events.list({ realm, limit: 9, ...query })).map(({ at }) => (at - spring) / 3_600_000);
      equal(await list({ from: hours[0]! }), [26, 3, 2], "from an instant on");
      equal(await list({ until: hours[0]! }), [1, 0], "until before it");
      equal(await list({ from: hours[3]!, until: hours[2]! }), [1, 2], "between two");
      equal(await list({ from: hours[4]! + 1 }), [], "after the last");
      equal(await list({ until: hours[1]! }), [], "before the first");
    },
  );
}

function numbers({ check }: Cases): void {
  check("numbers are without a gap in commit order under parallel writers", async ({ storage, other, realm }) => {
    await Promise.all(
      range(12).map(async (writer) => {
        for (const turn of range(4)) {
          const process = writer % 2 === 0 ? storage : other;
          await process.transact(async (tx) => {
            await tx.events.append(event(realm, { detail: { writer, turn } }));
            if (turn === 2) return tx.abort("given up");
            return tx.events.append(event(realm, { detail: { writer, turn, again: true } }));
          });
        }
      }),
    );
    const seqs = (await storage.read.events.list({ realm, limit: 200 })).map(({ seq }) => seq);
    const newest = seqs[0] ?? 0;
    equal(
      seqs,
      range(12 * 3 * 2).map((index) => newest - index),
      "the numbers",
    );
  });
}

function purging({ check }: Cases): void {
  // Long before anything that other cases create, so that their events are not counted.
  const dawn = 1_000_000;

  check(
    "a purge takes at most its limit, and only its realm's events older than the instant",
    async ({ storage, realm }) => {
      const purge = (limit: number) => storage.transact((tx) => tx.events.purge({ realm, before: dawn, limit }));
      await append(storage, [event(`${realm}x`, { at: dawn - 1 })]);
      await append(storage, [...range(5).map(() => event(realm, { at: dawn - 1 })), event(realm, { at: dawn })]);
      equal([await purge(2), await purge(2), await purge(2), await purge(2)], [2, 2, 1, 0], "what each purge took");
      const stays = await storage.read.events.list({ realm, limit: 9 });
      equal(withoutNumbers(stays), [event(realm, { at: dawn })], "what stays");
      await storage.transact((tx) => tx.events.purge({ realm, before: dawn + 1, limit: 9 }));
      equal((await storage.read.events.list({ realm: `${realm}x`, limit: 9 })).length, 1, "events of another realm");
      await append(storage, [event(realm)]);
      const [next] = await storage.read.events.list({ realm, limit: 9 });
      equal(next?.seq, (stays[0]?.seq ?? 0) + 1, "the number after everything was purged");
    },
  );
}
