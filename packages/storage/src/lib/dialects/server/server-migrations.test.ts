// Migrations of server databases: nothing runs by itself, ten processes migrate once, a killed one is followed by another, and what is in the way is named.
import { describe, expect, test } from "vitest";
import { latestSchemaVersion } from "../../migrations/all-migrations.ts";
import { MigrationFailedError, SchemaNotMigratedError, SchemaTooNewError } from "../../migrations/schema-error.ts";
import { startChild } from "../../testing/child.ts";
import { givenAnn } from "../../testing/samples.ts";
import { serverDialects } from "../../testing/server-dialects.ts";
import { openTcpProxy } from "../../testing/tcp-proxy.ts";

const allVersions = Array.from({ length: latestSchemaVersion }, (_, index) => index + 1);
const later = latestSchemaVersion + 1;
const script = new URL("../../testing/migrate-url.ts", import.meta.url);

describe.each(serverDialects)("$name", ({ server, open }) => {
  describe.skipIf(server.missing)(`migrations ${server.missing ?? ""}`, () => {
    test("opening changes nothing, a check says what to do, and a plan is only a plan", async () => {
      const opened = await open((await server.create()).url);
      await expect(opened.checkSchema()).rejects.toBeInstanceOf(SchemaNotMigratedError);
      await expect(opened.checkSchema()).rejects.toThrow(/run "latchkey migrate"/);
      expect((await opened.planMigrations()).migrations.map(({ version }) => version)).toEqual(allVersions);
      expect(await opened.kysely.introspection.getTables()).toEqual([]);
      await opened.storage.close();
    });

    test("ten processes that start at once migrate once", async () => {
      const { url } = await server.create();
      const children = Array.from({ length: 10 }, () => startChild(script, [url]));
      const ends = await Promise.all(children.map((child) => child.ended()));
      expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0));
      const applied = ends.flatMap(({ output }) => JSON.parse(output) as readonly number[]);
      expect(applied).toHaveLength(latestSchemaVersion);
    }, 60_000);

    test("after processes that were gone at any moment, the last answer unheard, the next one goes on", async () => {
      const { url } = await server.create();
      const proxy = await openTcpProxy(url);
      let cuts = 0;
      for (let isDone = false, requests = 3; !isDone; requests += 5) {
        let left = requests;
        void proxy.cutAnswerTo(() => --left === 0);
        const opened = await open(proxy.url).catch(() => undefined);
        isDone = await (opened?.migrate() ?? Promise.reject(new Error("cut"))).then(
          () => left > 0,
          () => false,
        );
        await opened?.storage.close();
        if (!isDone) cuts += 1;
      }
      expect(cuts).toBeGreaterThan(5);
      await proxy.close();
      const opened = await open(url);
      await opened.checkSchema();
      expect(await opened.planMigrations()).toMatchObject({ migrations: [] });
      await givenAnn(opened.storage);
      await opened.storage.close();
    }, 60_000);

    test("a migration that breaks off at every statement is finished by the next call", async () => {
      const database = await server.create();
      const opened = await open(database.url);
      const tables = ["realms", "accounts", "token_families", "events", "signing_keys"];
      for (const table of tables) {
        await database.run(`create table ${table} (of_somebody_else integer)`);
        await expect(opened.migrate()).rejects.toBeInstanceOf(MigrationFailedError);
        await expect(opened.checkSchema()).rejects.toBeInstanceOf(SchemaNotMigratedError);
        await database.run(`drop table ${table}`);
      }
      expect((await opened.migrate()).applied).toContain(latestSchemaVersion);
      expect(await opened.migrate()).toMatchObject({ applied: [] });
      const names = (await opened.kysely.introspection.getTables()).map(({ name }) => name);
      expect(names).toContain("latchkey_migrations");
      expect(names).not.toContain("latchkey_migration_steps");
      await givenAnn(opened.storage);
      await opened.storage.close();
    });

    test("a later schema that this release cannot work beside is refused", async () => {
      const database = await server.create();
      const opened = await open(database.url);
      await opened.migrate();
      await database.run(`insert into latchkey_migrations values (${later}, 'later', ${later}, 0)`);
      await expect(opened.checkSchema()).rejects.toBeInstanceOf(SchemaTooNewError);
      await expect(opened.migrate()).rejects.toBeInstanceOf(SchemaTooNewError);
      await opened.storage.close();
    });
  });
});
