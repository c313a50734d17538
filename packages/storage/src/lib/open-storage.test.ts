// Any URL opens its dialect, and whatever is wrong with one is said once, clearly, without its password.
import { StoreUnavailableError } from "@latchkey/core/errors";
import { createPool } from "mysql2";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { openMysqlStorage } from "./dialects/mysql/open-storage.ts";
import { openPostgresStorage } from "./dialects/postgres/open-storage.ts";
import { openStorage } from "./open-storage.ts";
import { givenAnn } from "./testing/samples.ts";
import { mysqlServer, postgresServer } from "./testing/test-servers.ts";

const ann = { realm: "main", id: "ann" };

describe("URLs", () => {
  test.each([
    ["", /^url: must begin with "sqlite:"/],
    ["redis://user:geheim@host/1", /^url: must begin with "sqlite:"/],
    ["postgres://user:geheim@host:notaport/db", /^url: is no URL/],
    ["postgres://user:geheim@host", /^url: names no database/],
    ["mysql://user:geheim@host", /^url: names no database/],
    ["mysql://user:geheim@host/db?ssl=geheim", /^url: has the unknown parameter "ssl"/],
    ["mariadb://user:geheim@host/db?ssl-mode=maybe", /^url: ssl-mode must be/],
    ["sqlite:", /^file: is empty/],
  ])("%s is refused", async (url, message) => {
    const refused = openStorage(url);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(/geheim/);
  });

  test.each(["postgres", "mysql"])("%s: a server that does not answer is named with what to do", async (scheme) => {
    const refused = openStorage(`${scheme}://user:geheim@127.0.0.1:1/db`);
    await expect(refused).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(refused).rejects.toThrow(/Nothing answers at 127\.0\.0\.1:1\/db: is .* running/);
    const unknown = openStorage(`${scheme}://user:geheim@no-such-host.invalid/db`);
    await expect(unknown).rejects.toThrow(/host of no-such-host\.invalid\S* cannot be found/);
    await expect(unknown).rejects.not.toThrow(/geheim/);
  });

  test("impossible settings are refused by name", async () => {
    const url = "postgres://user@127.0.0.1:1/db";
    await expect(openStorage(url, { server: { maxConnections: 0 } })).rejects.toThrow(/^maxConnections: /);
    await expect(openStorage(url, { server: { acquireMilliseconds: 0.5 } })).rejects.toThrow(/^acquireMilliseconds: /);
    await expect(openPostgresStorage({} as never)).rejects.toThrow(/^url, pool: /);
    await expect(openMysqlStorage({} as never)).rejects.toThrow(/^url, pool: /);
  });

  test("SQLite", async () => {
    const { storage, migrate } = await openStorage("sqlite::memory:");
    await migrate();
    await givenAnn(storage);
    await storage.close();
  });
});

describe.each([postgresServer, mysqlServer])("servers", (server) => {
  test.skipIf(server.missing)(`its scheme opens it; no such database ${server.missing ?? ""}`, async () => {
    const { url } = await server.create();
    const { storage, migrate } = await openStorage(url, { server: { maxConnections: 2 } });
    await migrate();
    await givenAnn(storage);
    await storage.close();
    const absent = new URL(url);
    absent.pathname = "/latchkey_test_absent";
    await expect(openStorage(absent.href)).rejects.toThrow(/no such database .*create it first/);
  });
});

describe("pools of the application", () => {
  test.skipIf(postgresServer.missing)(`pg's is used and left open ${postgresServer.missing ?? ""}`, async () => {
    const pool = new pg.Pool({ connectionString: (await postgresServer.create()).url });
    const { storage, migrate } = await openPostgresStorage({ pool });
    await migrate();
    await givenAnn(storage);
    expect(await storage.read.accounts.byId(ann)).toBeDefined();
    await storage.close();
    // Its own parsers are as they were: pg gives 64-bit integers as text.
    expect((await pool.query("select count(*) as n from accounts")).rows).toEqual([{ n: "1" }]);
    await pool.end();
  });

  test.skipIf(mysqlServer.missing)(
    `mysql2's is used where it is set as it must be ${mysqlServer.missing ?? ""}`,
    async () => {
      const { url } = await mysqlServer.create();
      const pool = createPool({ uri: url });
      await expect(openMysqlStorage({ pool: pool as never })).rejects.toThrow(
        /^pool: .* isolation level REPEATABLE-READ/,
      );
      await pool.promise().end();
      const other = createPool({ uri: url, flags: ["-FOUND_ROWS"] });
      const readCommitted = (created: typeof pool): void => {
        created.on("connection", (connection) => {
          connection.query("set session transaction isolation level read committed");
        });
      };
      readCommitted(other);
      await expect(openMysqlStorage({ pool: other as never })).rejects.toThrow(/^pool: .*"FOUND_ROWS"/);
      await other.promise().end();
      const good = createPool({ uri: url });
      readCommitted(good);
      const { storage, migrate } = await openMysqlStorage({ pool: good.promise() as never });
      await migrate();
      await givenAnn(storage);
      await storage.close();
      expect((await good.promise().query("select id from accounts"))[0]).toEqual([{ id: "ann" }]);
      await good.promise().end();
    },
  );
});
