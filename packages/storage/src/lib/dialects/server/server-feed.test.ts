// The feed is gapless on every dialect: a poller that goes on from the newest number it has seen misses no entry of twelve writers.
// The same test finds an autoincrement column guilty where writers commit in another order than they insert.
import { setTimeout as sleep } from "node:timers/promises";
import type { Storage, Stores } from "@latchkey/core/ports";
import { describe, expect, onTestFinished, test } from "vitest";
import { kyselyOf } from "../../create-storage.ts";
import type { LatchkeyTables } from "../../kernel/tables.ts";
import { openStorage } from "../../open-storage.ts";
import type { OpenedStorage } from "../../opened-storage.ts";
import { createTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { mysqlServer, postgresServer } from "../../testing/test-servers.ts";

const directory = createTemporaryDirectory();
const writers = 12;
const entriesPerUnit = 8;
const entryCount = 10_000;
const everyMilliseconds = 20;

interface Feed {
  /** Writes `entriesPerUnit` entries in a unit. */
  write(tx: Stores): Promise<unknown>;
  /** The numbers after `seq`. */
  since(storage: OpenedStorage, seq: number): Promise<readonly number[]>;
}

const revocations: Feed = {
  write: (tx) =>
    tx.revocations.add(
      Array.from({ length: entriesPerUnit }, () => ({ realm: "main", target: { familiesBefore: 1 }, expiresAt: 1 })),
    ),
  since: async ({ storage }, seq) =>
    (await storage.read.revocations.since({ seq, limit: 5000 })).map((entry) => entry.seq),
};

type Naive = LatchkeyTables & { readonly naive_feed: { readonly seq: number; readonly realm: string } };

const naive: Feed = {
  write: (tx) =>
    kyselyOf<Naive>(tx)
      .insertInto("naive_feed")
      .values(Array.from({ length: entriesPerUnit }, () => ({ realm: "main" })) as never)
      .execute(),
  since: async ({ kysely }, seq) => {
    const own = kysely.$extendTables<Pick<Naive, "naive_feed">>();
    const rows = await own.selectFrom("naive_feed").select("seq").where("seq", ">", seq).orderBy("seq").execute();
    return rows.map((row) => row.seq);
  },
};

/** How many of the committed entries a poller never saw. */
async function missed(feed: Feed, stores: readonly [OpenedStorage, OpenedStorage]): Promise<number> {
  const seen = new Set<number>();
  let cursor = 0;
  let isWriting = true;
  const poll = async (): Promise<void> => {
    const isLast = !isWriting;
    for (const seq of await feed.since(stores[1], cursor)) {
      seen.add(seq);
      cursor = Math.max(cursor, seq);
    }
    if (isLast) return;
    await sleep(everyMilliseconds);
    await poll();
  };
  const units = Math.ceil(entryCount / entriesPerUnit / writers);
  const write = async (storage: Storage, writer: number): Promise<void> => {
    for (let unit = 0; unit < units; unit++) {
      await storage.transact(async (tx) => {
        await feed.write(tx);
        // Units go on for different times after it.
        for (let more = 0; more < (writer + unit) % 4; more++) await tx.accounts.byNumber({ realm: "main", number: 1 });
      });
    }
  };
  const writing = Promise.all(
    Array.from({ length: writers }, (_, writer) => write(stores[writer % 2]!.storage, writer)),
  );
  await Promise.all([writing.finally(() => (isWriting = false)), poll()]);
  const committed = units * writers * entriesPerUnit;
  expect(committed).toBeGreaterThanOrEqual(entryCount);
  return committed - seen.size;
}

async function openTwice(url: string): Promise<readonly [OpenedStorage, OpenedStorage]> {
  const stores = [await openStorage(url), await openStorage(url)] as const;
  onTestFinished(async () => void (await Promise.all(stores.map(({ storage }) => storage.close()))));
  await stores[0].migrate();
  return stores;
}

test("sqlite: nothing is missed", async () => {
  expect(await missed(revocations, await openTwice(`sqlite:${directory.path("feed.db")}`))).toBe(0);
}, 120_000);

describe.each([
  ["postgres", postgresServer, "create table naive_feed (seq bigserial primary key, realm text)"],
  ["mysql", mysqlServer, "create table naive_feed (seq bigint auto_increment primary key, realm text)"],
] as const)("%s", (_name, server, createNaive) => {
  test.skipIf(server.missing)(
    `nothing is missed ${server.missing ?? ""}`,
    async () => {
      expect(await missed(revocations, await openTwice((await server.create()).url))).toBe(0);
    },
    180_000,
  );

  test.skipIf(server.missing)(
    `an autoincrement column loses entries ${server.missing ?? ""}`,
    async () => {
      const database = await server.create();
      const stores = await openTwice(database.url);
      await database.run(createNaive);
      expect(await missed(naive, stores)).toBeGreaterThan(0);
    },
    180_000,
  );
});
