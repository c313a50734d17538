// What the configuration says of a database on a server reaches its pool, and a driver that is not installed is told before anything is made.
import { readdirSync } from "node:fs";
import { kyselyOf } from "@latchkey/storage";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { loadConfiguration } from "../config/load-configuration.ts";
import type { Database } from "../database/database.ts";
import { openDatabase } from "../database/open-database.ts";
import { baseSettings, createSandbox } from "./support/sandbox.ts";
import { runMain } from "./support/server-process.ts";
import { testServers } from "./support/test-databases.ts";

describe.each([
  ["PostgreSQL needs the package pg", "postgres://latchkey:0f3b9e67a1c24d58@127.0.0.1:1/latchkey"],
  ["MySQL and MariaDB need the package mysql2", "mysql://latchkey:0f3b9e67a1c24d58@127.0.0.1:1/latchkey"],
])("%s", (sentence, url) => {
  it.each([[[]], [["migrate"]], [["accounts", "list"]], [["doctor"]]])(
    "and says so where it is missing, with exit code 1 and nothing created: %j",
    async (words) => {
      const hide = new URL("./support/hide-drivers.ts", import.meta.url).href;
      const sandbox = createSandbox({ environment: { DATABASE_URL: url, NODE_OPTIONS: `--import ${hide}` } });
      onTestFinished(() => sandbox.remove());
      const { code, stdout, stderr } = await runMain(sandbox, words);
      expect(code).toBe(1);
      expect(words[0] === "doctor" ? stdout : stderr).toMatch(
        new RegExp(`${sentence} \\(\\d.* or later\\): add it to your dependencies`),
      );
      expect(stdout + stderr).not.toMatch(/0f3b9e67|This should not have happened|node:internal/);
      expect(readdirSync(sandbox.folder)).toEqual(["latchkey.config.json"]);
    },
  );
});

describe.each(testServers)("$name", (server) => {
  describe.skipIf(server.missing !== undefined)(`databasePool ${server.missing ?? ""}`, () => {
    const isPostgres = server.name === "PostgreSQL";

    async function open(
      databasePool: unknown,
    ): Promise<{ readonly database: Database; readonly own: () => Promise<number> }> {
      const made = await server.create();
      const sandbox = createSandbox({
        settings: { ...baseSettings, databasePool },
        environment: { DATABASE_URL: made.url },
      });
      const { database: location } = loadConfiguration(sandbox.environment, sandbox.folder);
      const database = await openDatabase(location, { missing: "existing" });
      onTestFinished(async () => {
        await database.close();
        sandbox.remove();
      });
      const name = new URL(made.url).pathname.slice(1);
      // The one that asks is one of them.
      const connections = isPostgres
        ? `select count(*) as number from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`
        : `select count(*) as number from information_schema.processlist where db = '${name}' and id <> connection_id()`;
      return { database, own: async () => Number((await made.run(connections))[0]!["number"]) };
    }

    /** A setting of a session that the server's own pool has opened. */
    function sessionSetting({ storage }: Database, name: string): Promise<string> {
      return storage.transact(async (tx) => {
        const kysely = kyselyOf(tx) as unknown as LooseKysely;
        const row = isPostgres
          ? await kysely
              .selectFrom("pg_settings")
              .select("setting as value")
              .where("name", "=", name)
              .executeTakeFirstOrThrow()
          : await kysely
              .selectFrom("information_schema.session_variables")
              .select("variable_value as value")
              .where("variable_name", "=", name)
              .executeTakeFirstOrThrow();
        return row.value;
      });
    }

    it("bounds connections, and statements by the server itself", async () => {
      const { database } = await open({ maxConnections: 3, statementMilliseconds: 4000 });
      expect(database.load()).toMatchObject({ kind: "pool", maximum: 3 });
      const settings = isPostgres
        ? { statement_timeout: "4000", idle_in_transaction_session_timeout: "4000" }
        : { max_statement_time: "4.000000", idle_transaction_timeout: "4", innodb_lock_wait_timeout: "4" };
      for (const [name, value] of Object.entries(settings)) expect(await sessionSetting(database, name)).toBe(value);
    });

    it("refuses who waits longer for a connection than acquireMilliseconds, as a fault of ours", async () => {
      const { database } = await open({ maxConnections: 1, acquireMilliseconds: 200, statementMilliseconds: 60_000 });
      const refused = Promise.withResolvers<void>();
      const holder = database.storage.transact(async (tx) => {
        await kyselyOf(tx)
          .selectNoFrom((is) => is.val(1).as("one"))
          .execute();
        await refused.promise;
      });
      const began = performance.now();
      await expect(
        database.storage.transact(async (tx) => tx.accounts.byId({ realm: "main", id: "nobody" })),
      ).rejects.toThrow(expect.objectContaining({ name: "StoreUnavailableError" }));
      // The default is 5 s.
      expect(performance.now() - began).toBeLessThan(4000);
      refused.resolve();
      await holder;
    });

    it("gives connections back that were unused for idleMilliseconds", async () => {
      const { database, own } = await open({ maxConnections: 4, idleMilliseconds: 200 });
      const both = Promise.withResolvers<void>();
      let begun = 0;
      await Promise.all(
        [1, 2, 3].map(() =>
          database.storage.transact(async (tx) => {
            await kyselyOf(tx)
              .selectNoFrom((is) => is.val(1).as("one"))
              .execute();
            if (++begun === 3) both.resolve();
            await both.promise;
          }),
        ),
      );
      // The default is 30 s.
      await vi.waitFor(async () => expect(await own()).toBe(0), { timeout: 10_000, interval: 100 });
    }, 20_000);
  });
});

/** Tables of the server's own, which the types of Latchkey's do not know. */
interface LooseKysely {
  selectFrom(table: string): {
    select(column: string): {
      where(
        column: string,
        operator: "=",
        value: string,
      ): { executeTakeFirstOrThrow(): Promise<{ readonly value: string }> };
    };
  };
}
