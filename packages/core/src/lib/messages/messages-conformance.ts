// What every store promises of the outbox: recorded with its cause, taken by one process at a time, never lost, and erased when it is given up.
import { equal, equalSets } from "../conformance/assert.ts";
import { allPages, drain, range, type Cases, type Suite } from "../conformance/kit.ts";
import { day, fresh, noon } from "../conformance/samples.ts";
import type { NewMessage, Storage, WaitingMessage } from "../../ports.ts";

/** The conformance suite of the messages' part of the port. */
export const messagesSuite: Suite = { title: "messages", groups: [recording, taking, ending, purging] };

function newMessage(realm: string, given: Partial<NewMessage> = {}): NewMessage {
  return {
    realm,
    id: fresh("m").slice(0, 22),
    channel: "sms",
    accountId: null,
    sealed: `v1.${"s".repeat(2000)}`,
    createdAt: noon,
    giveUpAt: noon + 600_000,
    ...given,
  };
}

const waiting = (message: NewMessage, given: Partial<WaitingMessage> = {}): WaitingMessage => ({
  ...message,
  attempts: 0,
  nextAttemptAt: message.createdAt,
  ...given,
});

async function givenMessage(storage: Storage, message: NewMessage): Promise<NewMessage> {
  await storage.transact((tx) => tx.messages.add(message));
  return message;
}

const dueAt = (storage: Storage, realm: string, now: number, limit = 100): Promise<readonly WaitingMessage[]> =>
  storage.read.messages.due({ realm, now, limit });

function recording({ check }: Cases): void {
  check(
    "a message is due from its creation on, in its realm, and reads back as it was added",
    async ({ storage, other, realm }) => {
      const message = await givenMessage(storage, newMessage(realm, { accountId: "somebody", channel: "email" }));
      equal(await dueAt(storage, realm, noon - 1), [], "due before");
      for (const process of [storage, other])
        equal(await dueAt(process, realm, noon), [waiting(message)], "due at its creation");
      equal(await dueAt(storage, `${realm}x`, noon), [], "due in another realm");
      const within = await storage.transact((tx) => tx.messages.due({ realm, now: noon, limit: 5 }));
      equal(within, [waiting(message)], "due as a unit sees it");
    },
  );

  check("a message is recorded with its unit or not at all", async ({ storage, realm }) => {
    await storage.transact(async (tx) => {
      await tx.messages.add(newMessage(realm));
      return tx.abort(undefined);
    });
    equal(await dueAt(storage, realm, noon), [], "due after an abort");
  });

  check("what waits longest comes first, page by page", async ({ storage, realm }) => {
    const messages = range(7).map((index) => newMessage(realm, { createdAt: noon - index * 10 }));
    for (const message of messages) await givenMessage(storage, message);
    const due = await dueAt(storage, realm, noon);
    equal(
      due.map(({ id }) => id),
      messages.toReversed().map(({ id }) => id),
      "the order",
    );
    equal((await dueAt(storage, realm, noon, 3)).length, 3, "a bounded page");
    equal((await dueAt(storage, realm, noon - 30)).length, 4, "what is due earlier");
  });
}

function taking({ check, race }: Cases): void {
  check(
    "a claimed message waits until then, and is due again afterwards with the attempt counted",
    async ({ storage, realm }) => {
      const message = await givenMessage(storage, newMessage(realm));
      const { id } = message;
      const claimed = await storage.transact((tx) =>
        tx.messages.claim({ realm, id, attempts: 0, until: noon + 20_000 }),
      );
      equal(claimed, true, "the claim");
      equal(await dueAt(storage, realm, noon + 19_999), [], "due while it is being sent");
      const again = waiting(message, { attempts: 1, nextAttemptAt: noon + 20_000 });
      equal(await dueAt(storage, realm, noon + 20_000), [again], "due after the process that sent it was gone");
      const outcomes = await storage.transact(async (tx) => [
        await tx.messages.claim({ realm, id, attempts: 0, until: noon }),
        await tx.messages.claim({ realm: `${realm}x`, id, attempts: 1, until: noon }),
        await tx.messages.claim({ realm, id: "unknown", attempts: 1, until: noon }),
      ]);
      equal(outcomes, [false, false, false], "claims of others");
    },
  );

  check("a postponed message is due later; only whoever claimed it last postpones it", async ({ storage, realm }) => {
    const message = await givenMessage(storage, newMessage(realm));
    const { id } = message;
    await storage.transact(async (tx) => {
      await tx.messages.claim({ realm, id, attempts: 0, until: noon + 20_000 });
      await tx.messages.postpone({ realm, id, attempts: 1, nextAttemptAt: noon + 5000 });
      await tx.messages.postpone({ realm, id, attempts: 0, nextAttemptAt: noon });
    });
    equal(await dueAt(storage, realm, noon + 4999), [], "due before");
    equal(
      (await dueAt(storage, realm, noon + 5000)).map(({ attempts }) => attempts),
      [1],
      "due then",
    );
  });

  race(
    "class 1: of 20 parallel claims of one attempt exactly one succeeds",
    async ({ storage, other, realm, rounds }) => {
      for (let round = 0; round < Math.ceil(rounds / 10); round++) {
        const { id } = await givenMessage(storage, newMessage(realm));
        const claims = range(20).map((index) =>
          (index % 2 === 0 ? storage : other).transact((tx) =>
            tx.messages.claim({ realm, id, attempts: 0, until: noon + 20_000 }),
          ),
        );
        equal((await Promise.all(claims)).filter(Boolean).length, 1, "the number of winners");
      }
    },
  );
}

function ending({ check }: Cases): void {
  check("a message that was sent is gone", async ({ storage, realm }) => {
    const [sent, stays] = [
      await givenMessage(storage, newMessage(realm)),
      await givenMessage(storage, newMessage(realm)),
    ];
    await storage.transact(async (tx) => {
      await tx.messages.remove({ realm: `${realm}x`, id: stays.id });
      await tx.messages.remove({ realm, id: sent.id });
      await tx.messages.remove({ realm, id: sent.id });
    });
    equal(await dueAt(storage, realm, noon), [waiting(stays)], "what is left");
    equal(await storage.read.messages.undeliverable({ realm, limit: 5 }), [], "given up");
  });

  check("a message is given up once, waits no more, and is listed newest first", async ({ storage, other, realm }) => {
    const messages = range(3).map((index) => newMessage(realm, { accountId: `a${index}` }));
    for (const message of messages) await givenMessage(storage, message);
    const { id } = messages[0]!;
    await storage.transact((tx) => tx.messages.claim({ realm, id, attempts: 0, until: noon + 1 }));
    const giveUp = (of: NewMessage, at: number) =>
      storage.transact((tx) => tx.messages.giveUp({ realm, id: of.id, at, reason: `no such number ${at}` }));
    const outcomes = [];
    for (const [index, message] of messages.entries()) outcomes.push(await giveUp(message, noon + index));
    outcomes.push(await giveUp(messages[0]!, noon + 9));
    equal(outcomes, [true, true, true, false], "the outcomes");
    equal(await dueAt(storage, realm, Number.MAX_SAFE_INTEGER), [], "due");
    const expected = messages.map(({ channel, accountId, createdAt, ...message }, index) => {
      const failedAt = noon + index;
      const attempts = index === 0 ? 1 : 0;
      return {
        realm,
        id: message.id,
        channel,
        accountId,
        createdAt,
        attempts,
        failedAt,
        reason: `no such number ${failedAt}`,
      };
    });
    equal(
      await other.read.messages.undeliverable({ realm, limit: 2 }),
      expected.toReversed().slice(0, 2),
      "the newest two",
    );
    equalSets(await storage.read.messages.undeliverable({ realm, limit: 9 }), expected, "all");
    equal(await storage.read.messages.undeliverable({ realm: `${realm}x`, limit: 9 }), [], "another realm's");
    const claim = { realm, id: messages[1]!.id, attempts: 0, until: noon };
    equal(await storage.transact((tx) => tx.messages.claim(claim)), false, "a claim of one that was given up");
  });
}

function purging({ check }: Cases): void {
  check(
    "a purge takes what was given up before, in bounded batches, and nothing that waits",
    async ({ storage, realm }) => {
      const before = noon - 300 * day;
      await drain((limit) => storage.transact((tx) => tx.messages.purge({ before, limit })));
      for (const at of [before - 3, before - 2, before - 1, before]) {
        const { id } = await givenMessage(storage, newMessage(realm, { createdAt: at }));
        await storage.transact((tx) => tx.messages.giveUp({ realm, id, at, reason: "" }));
      }
      const waits = await givenMessage(storage, newMessage(realm, { createdAt: before - 5 }));
      const counts = await allPages(async (last: number | undefined) =>
        last === 0 ? [] : [await storage.transact((tx) => tx.messages.purge({ before, limit: 2 }))],
      );
      equal(counts, [2, 1, 0], "the batches");
      equal((await storage.read.messages.undeliverable({ realm, limit: 9 })).length, 1, "what was given up then");
      equal(await dueAt(storage, realm, noon), [waiting(waits)], "what waits");
    },
  );
}
