// What the conformance kit cannot see from outside: faults at each statement, the application's own tables, damaged rows, the feed's order.
import { StoreUnavailableError } from "@latchkey/core/errors";
import type { RevocationEntry } from "@latchkey/core/ports";
import { expect, onTestFinished, test } from "vitest";
import { kyselyOf } from "./create-storage.ts";
import { MalformedRowError, UnstorableValueError } from "./kernel/storage-error.ts";
import type { LatchkeyTables } from "./kernel/tables.ts";
import { sqliteError } from "./testing/faulty-database.ts";
import { openFaultyStorage, type FaultyStorage } from "./testing/open-faulty-storage.ts";
import { openMigratedStorage } from "./testing/open-migrated-storage.ts";
import { familyId, givenAnn, newAccount, newFamily, noon } from "./testing/samples.ts";
import { createTemporaryDirectory } from "./testing/temporary-directory.ts";

const directory = createTemporaryDirectory();
const ann = { realm: "main", id: "ann" };
const rotation = { realm: "main", familyId: familyId(1), generation: 0, now: noon + 9, idleExpiresAt: noon + 99_999 };
const control = /^(?:begin|savepoint|release|rollback|commit)/;

async function opened(): Promise<FaultyStorage> {
  const faulty = await openFaultyStorage();
  onTestFinished(() => faulty.storage.close());
  return faulty;
}

test("a fault at any statement of a unit undoes all of it", async () => {
  const { storage, writer, setFault } = await opened();
  const work = (): Promise<unknown> =>
    storage.transact(async (tx) => {
      await tx.accounts.create(newAccount("ann"));
      await tx.families.create(newFamily(1, "ann"));
      await tx.families.revoke({ realm: "main", id: familyId(1), at: noon, reason: "logged_out" });
      await tx.events.append({ realm: "main", type: "account.signed_up", at: noon, actor: "account" });
      await tx.revocations.add([{ realm: "main", target: { familiesBefore: noon }, expiresAt: noon }]);
    });
  for (let at = 1, failed = true; failed; at++) {
    let count = 0;
    setFault((sql) => (!control.test(sql) && ++count === at ? sqliteError("SQLITE_IOERR_READ") : undefined));
    failed = await work().then(
      () => false,
      (error: unknown) => error instanceof StoreUnavailableError,
    );
    if (failed) {
      expect(await storage.read.accounts.byId(ann)).toBeUndefined();
      expect(await storage.read.families.byId({ realm: "main", id: familyId(1) })).toBeUndefined();
      expect([
        await storage.read.revocations.head(),
        await storage.read.revocations.since({ seq: 0, limit: 9 }),
      ]).toEqual([0, []]);
      expect(await storage.read.events.list({ realm: "main", limit: 9 })).toEqual([]);
    } else {
      expect(at).toBeGreaterThan(10);
    }
  }
  setFault(() => undefined);
  expect(await storage.read.accounts.byId(ann)).toMatchObject({ number: 1 });
  expect(writer.inTransaction).toBe(false);
});

test("RT-10: a rotation that fails consumes nothing, whatever statement failed", async () => {
  const { storage, setFault } = await opened();
  await givenAnn(storage);
  for (const broken of [/^update "token_families"/, /^select/, /^commit/, /^begin/]) {
    setFault((sql) => (broken.test(sql) ? sqliteError("SQLITE_FULL") : undefined));
    await expect(storage.families.rotate(rotation)).rejects.toBeInstanceOf(StoreUnavailableError);
    setFault(() => undefined);
    const family = await storage.read.families.byId({ realm: "main", id: familyId(1) });
    expect(family).toMatchObject({ generation: 0, rotatedAt: noon + 1 });
  }
  expect(await storage.families.rotate(rotation)).toMatchObject({ won: true, family: { generation: 1 } });
});

test("an embedding application writes its own tables in the unit", async () => {
  const { storage, kysely } = await opened();
  type Own = LatchkeyTables & { readonly notes: { readonly text: string } };
  await kysely.schema.createTable("notes").addColumn("text", "text").execute();
  const write = (text: string): Promise<unknown> =>
    storage.transact(async (tx) => {
      await tx.accounts.create(newAccount("ann"));
      await kyselyOf<Own>(tx).insertInto("notes").values({ text }).execute();
      if (text === "undone") return tx.abort("aborted");
      return "kept";
    });
  expect(await write("undone")).toBe("aborted");
  expect(await write("kept")).toBe("kept");
  const notes = await kysely.$extendTables<Pick<Own, "notes">>().selectFrom("notes").selectAll().execute();
  expect(notes).toEqual([{ text: "kept" }]);
  expect(() => kyselyOf({} as never)).toThrow(TypeError);
});

test.each([
  ["roles", "no JSON"],
  ["roles", '{"ADMIN":true}'],
  ["roles", "[1]"],
  ["identifiers", "[]"],
  ["identifiers", '{"username":7}'],
  ["attributes", "null"],
  ["status", "superuser"],
] as const)("a damaged accounts.%s (%s) is an error that names it and shows nothing of it", async (column, content) => {
  const { storage, kysely } = await opened();
  await givenAnn(storage);
  await kysely
    .updateTable("accounts")
    .set({ [column]: content })
    .where("id", "=", "ann")
    .execute();
  await expect(storage.read.accounts.byId(ann)).rejects.toBeInstanceOf(MalformedRowError);
  await expect(storage.families.rotate(rotation)).rejects.toThrow(new RegExp(`accounts\\.${column}`));
  expect(await storage.read.families.byId({ realm: "main", id: familyId(1) })).toMatchObject({ generation: 0 });
});

test("an unsafe integer in the database is an error and not another number", async () => {
  const { storage, kysely } = await opened();
  await givenAnn(storage);
  const { sql } = await import("kysely");
  await sql`update accounts set created_at = 9007199254740993`.execute(kysely);
  await expect(storage.read.accounts.byId(ann)).rejects.toBeInstanceOf(UnstorableValueError);
});

test("after an idle lifetime that became shorter, the purge still finds the family", async () => {
  const { storage } = await opened();
  await givenAnn(storage);
  await storage.families.rotate({ ...rotation, idleExpiresAt: noon + 50 });
  const purge = (before: number): Promise<number> => storage.transact((tx) => tx.families.purge({ before, limit: 9 }));
  expect(await purge(noon + 50)).toBe(0);
  expect(await purge(noon + 51)).toBe(1);
});

test("the purge files rotated families anew and goes on to the dead ones", async () => {
  const { storage } = await opened();
  await givenAnn(storage);
  await storage.transact((tx) => tx.families.create(newFamily(2, "ann", { idleExpiresAt: noon + 1_000_001 })));
  await storage.families.rotate({ ...rotation, idleExpiresAt: noon + 1_900_000 });
  const purge = (limit: number): Promise<number> =>
    storage.transact((tx) => tx.families.purge({ before: noon + 1_500_000, limit }));
  expect(await purge(1)).toBe(1);
  expect(await purge(1)).toBe(0);
  expect(await storage.read.families.byId({ realm: "main", id: familyId(1) })).toMatchObject({ generation: 1 });
});

test("the feed is gapless and in commit order for two connections and their readers", async () => {
  const file = directory.path("feed.db");
  const stores = [await openMigratedStorage(file), await openMigratedStorage(file)].map(({ storage }) => storage);
  const heard: RevocationEntry[] = [];
  stores[0]!.feed.onCommitted((entries) => heard.push(...entries));
  const polled: number[] = [];
  const target = { familiesBefore: noon };
  let isWriting = true;
  const poll = async (): Promise<void> => {
    const seq = polled.at(-1) ?? 0;
    const last = !isWriting;
    polled.push(...(await stores[1]!.read.revocations.since({ seq, limit: 50 })).map((entry) => entry.seq));
    await new Promise((resolve) => setImmediate(resolve));
    if (!last || polled.length < (await stores[1]!.read.revocations.head())) await poll();
  };
  const write = async (index: number): Promise<void> => {
    for (let round = 0; round < 25; round++) {
      await stores[index % 2]!.transact((tx) => tx.revocations.add([{ realm: "main", target, expiresAt: index }]));
    }
  };
  const writers = Promise.all(Array.from({ length: 12 }, (_, index) => write(index))).then(() => (isWriting = false));
  await Promise.all([writers, poll()]);
  expect(polled).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  expect(heard.map(({ seq }) => seq)).toEqual(heard.map(({ seq }) => seq).toSorted((a, b) => a - b));
  expect(heard).toHaveLength(150);
  await Promise.all(stores.map((storage) => storage.close()));
});

test("keys compare byte by byte and hold every character; a search has no wildcards", async () => {
  const { storage } = await opened();
  const keys = ["ann", "Ann", "ann ", "a_n", "a%n", "a\\n", "\u{1f511}", "\u{1f510}", "é", "e\u0301", "a\0b"];
  for (const [index, key] of keys.entries()) {
    const identifiers = [{ kind: "username", value: key, key }];
    const outcome = await storage.transact((tx) => tx.accounts.create(newAccount(`id${index}`, { identifiers })));
    expect(outcome).toMatchObject({ outcome: "created" });
  }
  for (const [index, key] of keys.entries()) {
    const found = await storage.read.accounts.byIdentifier({ realm: "main", kind: "username", key });
    expect(found?.account).toMatchObject({ id: `id${index}`, identifiers: { username: key } });
  }
  const search = async (text: string): Promise<readonly string[]> =>
    (await storage.read.accounts.list({ realm: "main", text, limit: 99 })).map(
      ({ identifiers }) => identifiers["username"]!,
    );
  expect(await search("%")).toEqual(["a%n"]);
  expect(await search("_")).toEqual(["a_n"]);
  expect(await search("\\")).toEqual(["a\\n"]);
  expect(await search("AN")).toEqual(["ann", "Ann", "ann "]);
  expect(await search("\u{1f511}")).toEqual(["\u{1f511}"]);
  expect(await search("\0B")).toEqual(["a\0b"]);
  expect(await search("É")).toEqual([]);
  expect(await search("\ud83d")).toEqual([]);
  expect(await storage.read.accounts.byIdentifier({ realm: "main", kind: "username", key: "\ud83d" })).toBeUndefined();
});
