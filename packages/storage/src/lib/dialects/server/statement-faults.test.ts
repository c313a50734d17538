// A fault at each statement, one after another: a unit leaves all of it or nothing, a rotation consumes nothing, on every server dialect.
import { StoreUnavailableError } from "@latchkey/core/errors";
import { createPool } from "mysql2";
import pg from "pg";
import { describe, expect, test } from "vitest";
import type { OpenedStorage } from "../../opened-storage.ts";
import { familyId, newAccount, newFamily, noon } from "../../testing/samples.ts";
import { mysqlServer, postgresServer, type TestServer } from "../../testing/test-servers.ts";
import type { MysqlCallback, MysqlCallbackPool, MysqlConnection, MysqlStatement } from "../mysql/mysql-pool.ts";
import { openMysqlStorage } from "../mysql/open-storage.ts";
import { openPostgresStorage } from "../postgres/open-storage.ts";
import type { PostgresClient, PostgresPool, PostgresQuery } from "../postgres/postgres-pool.ts";

type Fault = (sql: string) => Error | undefined;

interface Faulty extends OpenedStorage {
  /** Closes the storage and the pool, which is not the storage's own. */
  end(): Promise<void>;
  setFault(fault: Fault): void;
}

// The server's own form of a full disk.
const diskFull = {
  postgres: () => Object.assign(new Error("simulated"), { code: "53100", severity: "ERROR" }),
  mysql: () => Object.assign(new Error("simulated"), { errno: 1021, code: "ER_DISK_FULL", sqlState: "HY000" }),
};

/** The object with one method in front of its own, the same wrapper each time. */
function inFrontOf<Target extends object>(
  wrappers: WeakMap<Target, Target>,
  target: Target,
  name: string,
  method: (...args: never[]) => unknown,
): Target {
  const known = wrappers.get(target);
  if (known !== undefined) return known;
  const wrapper = new Proxy(target, {
    get(object, member) {
      if (member === name) return method;
      const value: unknown = Reflect.get(object, member);
      return typeof value === "function" ? value.bind(object) : value;
    },
  });
  wrappers.set(target, wrapper);
  return wrapper;
}

async function faultyPostgres(url: string): Promise<Faulty> {
  let fault: Fault = () => undefined;
  const real = new pg.Pool({ connectionString: url, max: 2 });
  const wrappers = new WeakMap<PostgresClient, PostgresClient>();
  const pool: PostgresPool = {
    on: (event, listener) => real.on(event, listener),
    end: () => real.end(),
    async connect() {
      const client = (await real.connect()) as unknown as PostgresClient;
      return inFrontOf(wrappers, client, "query", async (query: PostgresQuery) => {
        const error = fault(query.text);
        if (error !== undefined) throw error;
        return await client.query(query);
      });
    },
  };
  const opened = await openPostgresStorage({ pool });
  const end = (): Promise<void> => opened.storage.close().then(() => real.end());
  return { ...opened, end, setFault: (next) => void (fault = next) };
}

async function faultyMysql(url: string): Promise<Faulty> {
  let fault: Fault = () => undefined;
  const real = createPool({ uri: url, connectionLimit: 2 });
  real.on("connection", (connection) => {
    connection.query("set session transaction isolation level read committed");
  });
  const wrappers = new WeakMap<MysqlConnection, MysqlConnection>();
  const pool: MysqlCallbackPool = {
    end: (done) => real.end(done),
    getConnection: (done) =>
      real.getConnection((error, connection) => {
        if (error) return done(error, undefined as never);
        const own = connection as unknown as MysqlConnection;
        const execute = (statement: MysqlStatement, callback: MysqlCallback): void => {
          const simulated = fault(statement.sql);
          if (simulated === undefined) own.execute(statement, callback);
          else callback(simulated);
        };
        done(null, inFrontOf(wrappers, own, "execute", execute));
      }),
  };
  const opened = await openMysqlStorage({ pool });
  const end = (): Promise<void> => opened.storage.close().then(() => real.promise().end());
  return { ...opened, end, setFault: (next) => void (fault = next) };
}

const dialects: readonly {
  readonly name: "postgres" | "mysql";
  readonly server: TestServer;
  readonly open: (url: string) => Promise<Faulty>;
}[] = [
  { name: "postgres", server: postgresServer, open: faultyPostgres },
  { name: "mysql", server: mysqlServer, open: faultyMysql },
];

const ann = { realm: "main", id: "ann" };
const family = { realm: "main", id: familyId(1) };
const rotation = { realm: "main", familyId: familyId(1), generation: 0, now: noon + 9, idleExpiresAt: noon + 99_999 };

describe.each(dialects)("$name", ({ name, server, open }) => {
  test.skipIf(server.missing)(`a fault at any statement undoes all of a unit ${server.missing ?? ""}`, async () => {
    const { url } = await server.create();
    const { storage, migrate, setFault, end } = await open(url);
    await migrate();
    const failAt = (at: number): void => {
      let count = 0;
      setFault((sql) => (!/^(?:begin|commit|rollback)/.test(sql) && ++count === at ? diskFull[name]() : undefined));
    };
    const work = (): Promise<unknown> =>
      storage.transact(async (tx) => {
        await tx.accounts.create(newAccount("ann"));
        await tx.families.create(newFamily(1, "ann"));
        await tx.events.append({ realm: "main", type: "account.signed_up", at: noon, actor: "account" });
        await tx.revocations.add([{ realm: "main", target: { familiesBefore: noon }, expiresAt: noon }]);
      });
    const outcome = (call: Promise<unknown>): Promise<unknown> =>
      call.then(
        () => "done",
        (error: unknown) => error,
      );
    let at = 0;
    for (let last: unknown; last !== "done";) {
      failAt(++at);
      last = await outcome(work());
      setFault(() => undefined);
      if (last === "done") break;
      expect(last).toBeInstanceOf(StoreUnavailableError);
      expect(await storage.read.accounts.byId(ann)).toBeUndefined();
      expect(await storage.read.families.byId(family)).toBeUndefined();
      expect(await storage.read.events.list({ realm: "main", limit: 9 })).toEqual([]);
      expect(await storage.read.revocations.head()).toBe(0);
    }
    expect(at).toBeGreaterThan(9);
    expect(await storage.read.accounts.byId(ann)).toMatchObject({ number: 1 });
    failAt(1);
    expect(await outcome(storage.families.rotate(rotation))).toBeInstanceOf(StoreUnavailableError);
    setFault(() => undefined);
    expect(await storage.read.families.byId(family)).toMatchObject({ generation: 0, rotatedAt: noon + 1 });
    await end();
  });
});
