// The migrator: shows before it does, does once whoever asks, goes on after a kill, and tells what is wrong with a schema.
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { openSqliteStorage } from "../dialects/sqlite/open-storage.ts";
import { startChild } from "../testing/child.ts";
import { openFaultyStorage } from "../testing/open-faulty-storage.ts";
import { openMigratedStorage } from "../testing/open-migrated-storage.ts";
import { givenAnn } from "../testing/samples.ts";
import { createTemporaryDirectory } from "../testing/temporary-directory.ts";
import { latestSchemaVersion } from "./all-migrations.ts";
import { MigrationFailedError, SchemaNotMigratedError, SchemaTooNewError } from "./schema-error.ts";

const directory = createTemporaryDirectory();
const script = new URL("../testing/migrate-file.ts", import.meta.url);

test("a plan changes nothing, and a check says what to do", async () => {
  const opened = await openSqliteStorage({ file: directory.path("plan.db") });
  const plan = await opened.planMigrations();
  expect(plan).toMatchObject({ from: 0, to: latestSchemaVersion });
  expect(plan.migrations[0]?.statements[0]).toMatch(/^create table "latchkey_migrations"/);
  await expect(opened.checkSchema()).rejects.toBeInstanceOf(SchemaNotMigratedError);
  await expect(opened.checkSchema()).rejects.toThrow(/run "latchkey migrate"/);
  expect(await opened.kysely.introspection.getTables()).toEqual([]);
  await opened.storage.close();
});

test("migrating again does nothing", async () => {
  const opened = await openMigratedStorage(directory.path("again.db"));
  await givenAnn(opened.storage);
  expect(await opened.migrate()).toMatchObject({ from: latestSchemaVersion, applied: [] });
  expect((await opened.planMigrations()).migrations).toEqual([]);
  expect(await opened.storage.read.accounts.byId({ realm: "main", id: "ann" })).toBeDefined();
  await expect(opened.migrate({ to: 0 })).rejects.toThrow(/no way back/);
  await expect(opened.migrate({ to: 99 })).rejects.toThrow(/no schema version 99/);
  await opened.storage.close();
});

test("class 17: several processes that start at once migrate once", async () => {
  const file = directory.path("race.db");
  const children = Array.from({ length: 5 }, () => startChild(script, [file]));
  const ends = await Promise.all(children.map((child) => child.ended()));
  expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0));
  const applied = ends.flatMap(({ output }) => JSON.parse(output) as readonly number[]);
  expect(applied).toHaveLength(latestSchemaVersion);
}, 30_000);

test("killed processes leave whole migrations, and the next one goes on", async () => {
  const file = directory.path("killed.db");
  for (const milliseconds of [120, 160, 200, 240]) {
    const child = startChild(script, [file]);
    await sleep(milliseconds);
    child.process.kill("SIGKILL");
    await child.ended();
  }
  const opened = await openMigratedStorage(file);
  await opened.checkSchema();
  await givenAnn(opened.storage);
  await opened.storage.close();
}, 30_000);

test("a migration that breaks off leaves nothing, and the next call goes on", async () => {
  const file = directory.path("broken.db");
  const blocking = new Database(file);
  blocking.exec("create table signing_keys (of_somebody_else text)");
  const opened = await openSqliteStorage({ file });
  await expect(opened.migrate()).rejects.toBeInstanceOf(MigrationFailedError);
  expect((await opened.kysely.introspection.getTables()).map(({ name }) => name)).toEqual(["signing_keys"]);
  blocking.exec("drop table signing_keys");
  blocking.close();
  expect((await opened.migrate()).applied).toHaveLength(latestSchemaVersion);
  await opened.checkSchema();
  await opened.storage.close();
});

test("class 17, OP-01: a later schema that only adds will do; one that does not is refused", async () => {
  const { storage, kysely } = await openFaultyStorage();
  const { checkSchema, migrate } = await import("./migrator.ts");
  const { sqliteProfile } = await import("../dialects/sqlite/profile.ts");
  const database = { kysely, profile: sqliteProfile };
  const next = latestSchemaVersion + 1;
  const row = { version: next, name: "later", readable_from: 1, applied_at: 0 };
  await kysely.insertInto("latchkey_migrations").values(row).execute();
  await checkSchema(database);
  expect(await migrate(database)).toMatchObject({ from: next, to: next, applied: [] });
  await kysely.updateTable("latchkey_migrations").set({ readable_from: next }).where("version", "=", next).execute();
  await expect(checkSchema(database)).rejects.toBeInstanceOf(SchemaTooNewError);
  await expect(migrate(database)).rejects.toBeInstanceOf(SchemaTooNewError);
  await storage.close();
});
