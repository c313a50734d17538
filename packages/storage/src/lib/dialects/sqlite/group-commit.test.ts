// The group commit's promises, seen through Kysely: shared commits, isolated failures, no foreign awaits, nothing uncommitted to readers.
import { setTimeout as sleep } from "node:timers/promises";
import { CommitOutcomeUnknownError, StoreUnavailableError } from "@latchkey/core/errors";
import { expect, onTestFinished, test } from "vitest";
import { ForeignAwaitError, NestedUnitError } from "../../kernel/storage-error.ts";
import type { LatchkeyKysely } from "../../kernel/tables.ts";
import { sqliteError } from "../../testing/faulty-database.ts";
import { openFaultyStorage, type FaultyStorage } from "../../testing/open-faulty-storage.ts";
import { newAccount } from "../../testing/samples.ts";
import type { SqliteSettings } from "./open-storage.ts";

async function opened(settings?: SqliteSettings): Promise<FaultyStorage> {
  const faulty = await openFaultyStorage(settings);
  onTestFinished(() => faulty.storage.close());
  return faulty;
}

async function add(kysely: LatchkeyKysely, realm: string): Promise<void> {
  await kysely.insertInto("realms").values({ realm, last_account_number: 0 }).execute();
}

async function realms(kysely: LatchkeyKysely): Promise<readonly string[]> {
  const rows = await kysely.selectFrom("realms").select("realm").orderBy("realm").execute();
  return rows.map(({ realm }) => realm);
}

function unit(kysely: LatchkeyKysely, realm: string): Promise<string> {
  return kysely.transaction().execute(async (transaction) => {
    await add(transaction, realm);
    return realm;
  });
}

test("units that are asked for together share one commit", async () => {
  const { kysely, writer } = await opened();
  writer.ran.length = 0;
  await Promise.all([unit(kysely, "a"), unit(kysely, "b"), unit(kysely, "c")]);
  expect(writer.ran.filter((sql) => sql === "begin immediate")).toHaveLength(1);
  expect(writer.ran.filter((sql) => sql === "commit")).toHaveLength(1);
  expect(await realms(kysely)).toEqual(["a", "b", "c"]);
});

test("a commit is shared by no more units than the limit", async () => {
  const { kysely, writer } = await opened({ maxUnitsPerCommit: 4 });
  writer.ran.length = 0;
  await Promise.all(Array.from({ length: 10 }, (_, index) => unit(kysely, `realm ${index}`)));
  expect(writer.ran.filter((sql) => sql === "commit")).toHaveLength(3);
});

test("a failing unit harms only itself", async () => {
  const { kysely } = await opened();
  const failing = kysely.transaction().execute(async (transaction) => {
    await add(transaction, "undone");
    throw new Error("its own");
  });
  const refused = kysely.transaction().execute(async (transaction) => {
    await add(transaction, "undone too");
    await add(transaction, "undone too");
  });
  const results = await Promise.allSettled([unit(kysely, "a"), failing, refused, unit(kysely, "b")]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  expect(await realms(kysely)).toEqual(["a", "b"]);
});

test("a unit that awaits anything foreign is undone, cannot write later, and holds nobody up", async () => {
  const { kysely } = await opened();
  const late: unknown[] = [];
  const straying = kysely.transaction().execute(async (transaction) => {
    await add(transaction, "undone");
    await sleep(20);
    await add(transaction, "late").catch((error: unknown) => late.push(error));
  });
  const swift = unit(kysely, "a");
  const first = await Promise.race([straying.catch(() => "straying"), swift]);
  expect(first).toBe("a");
  await expect(straying).rejects.toBeInstanceOf(ForeignAwaitError);
  expect(late).toEqual([expect.any(ForeignAwaitError)]);
  expect(await realms(kysely)).toEqual(["a"]);
});

test("class 16: a failed COMMIT rejects all its members and keeps nothing of them", async () => {
  const { kysely, setFault } = await opened();
  let left = 1;
  setFault((sql) => (sql === "commit" && left-- > 0 ? sqliteError("SQLITE_FULL") : undefined));
  const results = await Promise.allSettled([unit(kysely, "a"), unit(kysely, "b")]);
  const reasons = results.map((result) => (result.status === "rejected" ? result.reason : "kept"));
  expect(reasons).toEqual([expect.any(StoreUnavailableError), expect.any(StoreUnavailableError)]);
  expect(await realms(kysely)).toEqual([]);
  await unit(kysely, "c");
  expect(await realms(kysely)).toEqual(["c"]);
});

test("a COMMIT that could not tell what reached the disk has an unknown outcome", async () => {
  const { storage, setFault } = await opened();
  setFault((sql) => (sql === "commit" ? sqliteError("SQLITE_IOERR_FSYNC") : undefined));
  await expect(storage.transact(async () => "answer")).rejects.toBeInstanceOf(CommitOutcomeUnknownError);
});

test("a fault that undoes the whole transaction is the faulty unit's; its neighbours run again", async () => {
  const { storage, writer, setFault } = await opened();
  let left = 1;
  setFault((sql) => {
    if (!sql.startsWith('insert into "realms"') || left-- <= 0) return undefined;
    writer.prepare("rollback").run([]); // as SQLite does by itself when the disk is full
    return sqliteError("SQLITE_FULL");
  });
  const runs = { before: 0, after: 0 };
  const results = await Promise.allSettled([
    storage.transact(async (tx) => (runs.before++, tx.events.append(event))),
    storage.transact((tx) => tx.accounts.create(newAccount("ann"))),
    storage.transact(async (tx) => (runs.after++, tx.events.append(event))),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(results[1]).toMatchObject({ reason: { name: "StoreUnavailableError" } });
  expect(runs).toEqual({ before: 2, after: 1 });
  expect(await storage.read.events.list({ realm: "main", limit: 9 })).toHaveLength(2);
});

const event = { realm: "main", type: "key.created", at: 1, actor: "system" } as const;

test("a full disk is a store that cannot serve, and is served again when there is room", async () => {
  const { storage, kysely, writer } = await opened();
  const pages = Number(writer.pragma("page_count", { simple: true }));
  writer.pragma(`max_page_count = ${pages}`);
  const large = newAccount("ann", { attributes: { text: "x".repeat(100_000) } });
  await expect(storage.transact((tx) => tx.accounts.create(large))).rejects.toBeInstanceOf(StoreUnavailableError);
  writer.pragma(`max_page_count = ${pages + 1_000}`);
  await storage.transact((tx) => tx.accounts.create(large));
  expect(await realms(kysely)).toEqual(["main"]);
});

test("class 16: readers never see uncommitted rows", async () => {
  const { kysely } = await opened();
  const seen = await kysely.transaction().execute(async (transaction) => {
    await add(transaction, "a");
    return { inside: await realms(transaction), outside: await realms(kysely) };
  });
  expect(seen).toEqual({ inside: ["a"], outside: [] });
  expect(await realms(kysely)).toEqual(["a"]);
});

test("a single statement outside a unit is a durable unit of its own", async () => {
  const { kysely, writer } = await opened();
  writer.ran.length = 0;
  await add(kysely, "a");
  expect(writer.ran.filter((sql) => sql === "commit")).toHaveLength(1);
  await expect(add(kysely, "a")).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT_PRIMARYKEY" });
  await unit(kysely, "b");
  expect(await realms(kysely)).toEqual(["a", "b"]);
});

test("nothing but the driver begins or ends transactions", async () => {
  const { kysely } = await opened();
  const { sql } = await import("kysely");
  const unruly = kysely.transaction().execute(async (transaction) => {
    await add(transaction, "undone");
    await sql`commit`.execute(transaction);
  });
  await expect(unruly).rejects.toBeInstanceOf(TypeError);
  expect(await realms(kysely)).toEqual([]);
});

test("units do not nest", async () => {
  const { storage } = await opened();
  const nested = storage.transact(() => storage.transact(async () => "inner"));
  await expect(nested).rejects.toBeInstanceOf(NestedUnitError);
  expect(await storage.transact(async () => "later")).toBe("later");
});

test("closing lets the queued units end and refuses new ones", async () => {
  const { storage, kysely } = await openFaultyStorage();
  const queued = Promise.all(["a", "b", "c"].map((realm) => unit(kysely, realm)));
  await Promise.resolve().then(() => Promise.resolve());
  const closed = storage.close();
  expect(await queued).toEqual(["a", "b", "c"]);
  await closed;
  await expect(unit(kysely, "d")).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(storage.transact(async () => 0)).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(storage.ping()).rejects.toBeInstanceOf(StoreUnavailableError);
  await storage.close();
});
