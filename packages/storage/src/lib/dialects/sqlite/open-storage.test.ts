// Opening: files and their modes, what cannot be opened, handles of the application, and what one process sees of another.
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { StoreUnavailableError } from "@latchkey/core/errors";
import Database from "better-sqlite3";
import { expect, test, vi } from "vitest";
import { openMigratedStorage } from "../../testing/open-migrated-storage.ts";
import { givenAnn, newAccount } from "../../testing/samples.ts";
import { createTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { migrate } from "../../migrations/migrator.ts";
import { openSqliteStorage } from "./open-storage.ts";
import { sqliteProfile } from "./profile.ts";

const directory = createTemporaryDirectory();

test("a missing directory is created for its owner alone, and the file and its log too", async () => {
  const file = directory.path("a/b/new.db");
  const { storage } = await openMigratedStorage(file);
  await givenAnn(storage);
  const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  expect([mode(directory.path("a/b")), mode(file), mode(`${file}-wal`)]).toEqual(["700", "600", "600"]);
  await storage.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test("a file that must exist is not created", async () => {
  const file = directory.path("absent.db");
  await expect(openSqliteStorage({ file, fileMustExist: true })).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(existsSync(file)).toBe(false);
});

test("a file that is no database is refused by name", async () => {
  const file = directory.path("text.db");
  writeFileSync(file, "no database at all, but long enough to look at".repeat(100));
  await expect(openSqliteStorage({ file })).rejects.toThrow(/text\.db: file is not a database/);
});

test("impossible options are refused by name", async () => {
  await expect(openSqliteStorage({ file: " " })).rejects.toThrow(/^file: /);
  await expect(openSqliteStorage({ file: ":memory:", maxUnitsPerCommit: 0 })).rejects.toThrow(/^maxUnitsPerCommit: /);
  await expect(openSqliteStorage({ database: new Database(":memory:") })).rejects.toThrow(/^database: /);
});

test("a temporary database leaves nothing behind", async () => {
  // A folder of its own: tests beside this one make temporary databases, too.
  const folder = directory.path("temporary");
  mkdirSync(folder);
  vi.stubEnv("TMPDIR", folder);
  try {
    const { storage } = await openMigratedStorage(":memory:");
    expect(readdirSync(folder)).toHaveLength(1);
    await givenAnn(storage);
    await storage.close();
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
  }
});

test("a handle of the application is used and left open", async () => {
  const database = new Database(directory.path("own.db"));
  const { storage, kysely } = await openSqliteStorage({ database });
  await migrate({ kysely, profile: sqliteProfile });
  await givenAnn(storage);
  await storage.close();
  expect(database.prepare("select id from accounts").pluck().get()).toBe("ann");
  database.close();
});

test("the change token tells of other connections' commits and not of own ones", async () => {
  const file = directory.path("token.db");
  const [one, two] = [await openMigratedStorage(file), await openMigratedStorage(file)];
  const first = one.storage.feed.changeToken();
  await one.storage.transact((tx) => tx.accounts.create(newAccount("own")));
  expect(one.storage.feed.changeToken()).toBe(first);
  await two.storage.transact((tx) => tx.accounts.create(newAccount("other")));
  expect(one.storage.feed.changeToken()).not.toBe(first);
  expect(await one.storage.read.accounts.byId({ realm: "main", id: "other" })).toBeDefined();
  await Promise.all([one.storage.close(), two.storage.close()]);
  expect(() => one.storage.feed.changeToken()).toThrow();
});

test("readers go on when another connection empties and starts the log anew", async () => {
  const file = directory.path("log.db");
  const { storage } = await openMigratedStorage(file);
  const other = new Database(file);
  for (let round = 0; round < 3; round++) {
    other.pragma("wal_checkpoint(truncate)");
    other.prepare("insert into realms values (?, 7)").run(`realm ${round}`);
    await storage.transact((tx) => tx.accounts.create(newAccount(`a${round}`)));
    expect(await storage.read.accounts.byId({ realm: "main", id: `a${round}` })).toBeDefined();
  }
  other.close();
  await storage.close();
});
