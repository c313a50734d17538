import type { Account, AccountReader } from "@latchkey/core/ports";
import { describe, expect, test } from "vitest";
import { AccountCache } from "./account-cache.ts";

const account = (roles: readonly string[]): Account => ({
  realm: "main",
  id: "a",
  number: 1,
  status: "active",
  roles,
  securityVersion: 1,
  identifiers: { username: "kim" },
  attributes: { settings: { dark: true } },
  createdAt: 0,
  updatedAt: 0,
  lastLogInAt: null,
});

/** A database of one account, a counter of reads, and a change token that the test turns. */
function scene({ hasToken = true } = {}) {
  const database = { account: account(["USER"]), token: 1, reads: 0, meanwhile: async () => {} };
  const reader = {
    byId: async ({ realm, id }: { readonly realm: string; readonly id: string }) => {
      database.reads++;
      const found = id === "a" ? { ...database.account, realm } : undefined;
      await database.meanwhile();
      return found;
    },
  } as unknown as AccountReader;
  const cache = new AccountCache(() => (hasToken ? database.token : undefined));
  const cached = cache.before(reader);
  const read = async (id = "a", realm = "main") => cached.byId({ realm, id });
  return { database, cache, read };
}

describe("class 7: an account in memory", () => {
  test("is read once, and as an object that nobody can change for the next request", async () => {
    const { database, read } = scene();
    const first = await read();
    expect(await read()).toBe(first);
    expect(database.reads).toBe(1);
    expect(() => Object.assign(first!.attributes["settings"] as object, { dark: false })).toThrow(TypeError);
    await read("nobody");
    await read("nobody");
    expect(database.reads).toBe(3);
  });

  test("is forgotten when another connection has committed", async () => {
    const { database, read } = scene();
    await read();
    database.account = account(["ADMIN"]);
    database.token++;
    expect((await read())?.roles).toEqual(["ADMIN"]);
  });

  test("is not asked for while a unit is under way, and forgotten when it has ended, however it ended", async () => {
    const { database, cache, read } = scene();
    await read();
    await cache
      .during(async () => {
        database.account = account(["ADMIN"]);
        expect((await read())?.roles).toEqual(["ADMIN"]);
        database.account = account(["EDITOR"]);
        throw new Error("the answer of the COMMIT is lost");
      })
      .catch(() => undefined);
    expect((await read())?.roles).toEqual(["EDITOR"]);
  });

  test.each(["a unit", "another connection"])("is not kept where %s changed it while it was read", async (who) => {
    const { database, cache, read } = scene();
    database.meanwhile = async () => {
      database.meanwhile = async () => {};
      const change = async () => void (database.account = account(["ADMIN"]));
      if (who === "a unit") return cache.during(change);
      database.token++;
      await change();
    };
    expect((await read())?.roles).toEqual(["USER"]);
    expect((await read())?.roles).toEqual(["ADMIN"]);
  });

  test("is not taken for one of another realm with the same id", async () => {
    const { read } = scene();
    await read();
    expect((await read("a", "other"))?.realm).toBe("other");
    expect((await read())?.realm).toBe("main");
  });

  test("is not answered while the database cannot say whether it has changed: a rejection, and nothing thrown", async () => {
    const cache = new AccountCache(() => {
      throw new Error("gone");
    });
    const answer = cache.before({} as AccountReader).byId({ realm: "main", id: "a" });
    await expect(answer).rejects.toThrow("gone");
  });

  test("is never kept where the database does not tell of commits", async () => {
    const { database, read } = scene({ hasToken: false });
    await read();
    await read();
    expect(database.reads).toBe(2);
  });
});
