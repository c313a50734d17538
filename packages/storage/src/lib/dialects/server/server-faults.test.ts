// What goes wrong between a process and its database server: each fault has the right name, loses nothing that was promised, and is over when it is over.
import { CommitOutcomeUnknownError, StoreUnavailableError } from "@latchkey/core/errors";
import type { Stores } from "@latchkey/core/ports";
import { CompiledQuery } from "kysely";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { kyselyOf } from "../../create-storage.ts";
import { UnstorableValueError } from "../../kernel/storage-error.ts";
import type { OpenedStorage } from "../../opened-storage.ts";
import { familyId, givenAnn, newAccount, noon } from "../../testing/samples.ts";
import { serverDialects } from "../../testing/server-dialects.ts";
import { openTcpProxy, type TcpProxy } from "../../testing/tcp-proxy.ts";
import type { TestDatabase } from "../../testing/test-servers.ts";
import type { ServerSettings } from "./pool-settings.ts";

const ann = { realm: "main", id: "ann" };
const family = { realm: "main", id: familyId(1) };
const rotation = { realm: "main", familyId: familyId(1), generation: 0, now: noon + 9, idleExpiresAt: noon + 99_999 };

function ask(tx: Stores, sql: string): Promise<{ readonly rows: readonly unknown[] }> {
  return kyselyOf(tx).executeQuery(CompiledQuery.raw(sql));
}

describe.each(serverDialects)("$name", ({ server, open, connectionNumber, kill, requestsToRotate, wait }) => {
  describe.skipIf(server.missing)(`faults ${server.missing ?? ""}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await server.create();
      const { migrate, storage } = await open(database.url);
      await migrate();
      await storage.close();
    });

    async function opened(settings: ServerSettings = {}, url = database.url): Promise<OpenedStorage> {
      const result = await open(url, settings);
      onTestFinished(() => result.storage.close());
      for (const table of ["accounts", "account_identifiers", "credentials", "token_families", "events"]) {
        await database.run(`delete from ${table}`);
      }
      return result;
    }

    async function proxied(): Promise<{ readonly proxy: TcpProxy; readonly opened: OpenedStorage }> {
      const proxy = await openTcpProxy(database.url);
      onTestFinished(() => proxy.close());
      return { proxy, opened: await opened({ maxConnections: 1, acquireMilliseconds: 5000 }, proxy.url) };
    }

    test("a connection that is killed inside a unit: nothing is written, and the next unit has another one", async () => {
      const { storage } = await opened();
      for (const whileIdle of [true, false]) {
        const killed = storage.transact(async (tx) => {
          await tx.accounts.create(newAccount("ann"));
          const { rows } = await ask(tx, connectionNumber);
          await kill(database, (rows[0] as { number: number }).number);
          if (whileIdle) await tx.accounts.byId(ann);
          return "committed";
        });
        const error: unknown = await killed.catch((thrown: unknown) => thrown);
        // Whether COMMIT was sent before the news arrived is a matter of microseconds, and the message says which.
        const names = whileIdle ? ["StoreUnavailableError"] : ["StoreUnavailableError", "CommitOutcomeUnknownError"];
        expect(names).toContain((error as Error).name);
        expect(await storage.read.accounts.byId(ann)).toBeUndefined();
      }
      await givenAnn(storage);
      expect(await storage.read.accounts.byId(ann)).toBeDefined();
    });

    test("a line that is cut between COMMIT and its answer: the outcome is unknown, and the unit is there", async () => {
      const { proxy, opened: through } = await proxied();
      const cut = proxy.cutAnswerTo((request) => /commit\0?$/.test(request.toString("latin1")));
      const lost = through.storage.transact((tx) => tx.accounts.create(newAccount("ann")));
      await expect(lost).rejects.toBeInstanceOf(CommitOutcomeUnknownError);
      await cut;
      expect(await through.storage.read.accounts.byId(ann)).toBeDefined();
    });

    test("a rotation whose answer is cut off is unknown, was carried out, and can be anchored anew", async () => {
      const { proxy, opened: through } = await proxied();
      const { storage } = through;
      await givenAnn(storage);
      let requests = 0;
      const id = Buffer.from(familyId(1), "hex");
      const cut = proxy.cutAnswerTo((request) => request.includes(id) && ++requests === requestsToRotate);
      await expect(storage.families.rotate(rotation)).rejects.toBeInstanceOf(CommitOutcomeUnknownError);
      await cut;
      expect(await storage.read.families.byId(family)).toMatchObject({ generation: 1, rotatedAt: rotation.now });
      const anchor = { ...rotation, generation: 1, attemptedAt: rotation.now, now: noon + 50 };
      expect(await storage.families.reanchor(anchor)).toBe(true);
      expect(await storage.families.reanchor(anchor)).toBe(false);
      expect(await storage.families.rotate(rotation)).toMatchObject({ won: false, family: { rotatedAt: noon + 50 } });
    });

    test("a server that is away refuses at once or in time, and serves once it is back", async () => {
      const { proxy, opened: through } = await proxied();
      const { storage } = through;
      await givenAnn(storage);
      proxy.goAway();
      const since = performance.now();
      await expect(storage.read.accounts.byId(ann)).rejects.toBeInstanceOf(StoreUnavailableError);
      await expect(storage.ping()).rejects.toBeInstanceOf(StoreUnavailableError);
      await expect(storage.families.rotate(rotation)).rejects.toBeInstanceOf(StoreUnavailableError);
      await expect(storage.transact(async (tx) => tx.accounts.byId(ann))).rejects.toBeInstanceOf(StoreUnavailableError);
      expect(performance.now() - since).toBeLessThan(15_000);
      proxy.restore();
      await storage.ping();
      expect(await storage.families.rotate(rotation)).toMatchObject({ won: true });
    });

    test("who finds no free connection in time is refused, and whoever has one goes on", async () => {
      const { storage } = await opened({ maxConnections: 1, acquireMilliseconds: 1000 });
      await storage.transact(async (tx) => {
        await tx.accounts.create(newAccount("ann"));
        await expect(storage.ping()).rejects.toThrow(/became free within 1000 ms|timeout/);
      });
      expect(await storage.read.accounts.byId(ann)).toBeDefined();
    });

    test("a statement that takes too long is ended by the server", async () => {
      const { storage } = await opened({ statementMilliseconds: 200 });
      const slow = storage.transact((tx) => ask(tx, wait(30)));
      await expect(slow).rejects.toBeInstanceOf(StoreUnavailableError);
      await storage.ping();
    }, 20_000);

    test("units that lock in opposite orders both succeed, one of them at a later attempt", async () => {
      const { storage } = await opened();
      for (const id of ["ann", "ben"]) await storage.transact((tx) => tx.accounts.create(newAccount(id)));
      let runs = 0;
      const [metFirst, metSecond] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const unit = (own: string, other: string, mine: typeof metFirst, theirs: typeof metFirst): Promise<void> =>
        storage.transact(async (tx) => {
          runs += 1;
          await tx.accounts.lock({ realm: "main", id: own });
          mine.resolve();
          await theirs.promise;
          await tx.accounts.lock({ realm: "main", id: other });
        });
      await Promise.all([unit("ann", "ben", metFirst, metSecond), unit("ben", "ann", metSecond, metFirst)]);
      // They may meet once more, but not for ever.
      expect(runs).toBeGreaterThan(2);
      expect(runs).toBeLessThan(9);
    });

    test("a unit in which a statement failed cannot commit, also where its work swallows the error", async () => {
      const { storage, kysely } = await opened();
      const swallowing = storage.transact(async (tx) => {
        await tx.accounts.create(newAccount("ann"));
        await ask(tx, "select nothing from nowhere").catch(() => undefined);
        return "committed";
      });
      await expect(swallowing).rejects.toThrow(/nowhere/);
      expect(await storage.read.accounts.byId(ann)).toBeUndefined();
      let kept: Stores | undefined;
      await storage.transact(async (tx) => void (kept = tx));
      await expect(ask(kept!, "select 1")).rejects.toThrow();
      await expect(kysely.executeQuery(CompiledQuery.raw("select nothing from nowhere"))).rejects.toThrow(/nowhere/);
    });

    test("64-bit integers are numbers or errors, counts are numbers, and text that cannot be kept is refused", async () => {
      const { storage, kysely } = await opened();
      await givenAnn(storage);
      const count = await kysely
        .selectFrom("accounts")
        .select(({ fn }) => fn.countAll().as("n"))
        .executeTakeFirstOrThrow();
      expect(count).toEqual({ n: 1 });
      await database.run("update accounts set created_at = 9007199254740993");
      await expect(storage.read.accounts.byId(ann)).rejects.toBeInstanceOf(UnstorableValueError);
      const unsafe = storage.transact((tx) => tx.accounts.create(newAccount("ben", { createdAt: 2 ** 53 })));
      await expect(unsafe).rejects.toBeInstanceOf(UnstorableValueError);
      for (const key of ["half a pair: \ud83d", "a\0b"]) {
        const found = await storage.read.accounts.byIdentifier({ realm: "main", kind: "username", key });
        expect(found).toBeUndefined();
        expect(await storage.read.accounts.list({ realm: "main", text: key, limit: 9 })).toEqual([]);
      }
    });
  });
});
