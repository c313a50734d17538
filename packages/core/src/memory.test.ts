// What the memory storage promises beyond the port.
import { describe, expect, it } from "vitest";
import { newAccount, newRevocation, noon } from "./lib/conformance/samples.ts";
import { createMemoryStorage } from "./memory.ts";

describe("the memory storage", () => {
  it("undoes a unit that awaits something other than its stores, and goes on with the next", async () => {
    const storage = createMemoryStorage();
    const account = newAccount("r");
    const foreign = storage.transact(async (tx) => {
      await tx.accounts.create(account);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await tx.accounts.create(newAccount("r"));
    });
    await expect(foreign).rejects.toThrow(TypeError);
    await storage.transact((tx) => tx.accounts.create(newAccount("r")));
    expect(await storage.read.accounts.byId(account)).toBeUndefined();
  });

  it("undoes a unit that nests another instead of waiting for itself for ever", async () => {
    const storage = createMemoryStorage();
    const nested = storage.transact(() => storage.transact((tx) => tx.accounts.create(newAccount("r"))));
    await expect(nested).rejects.toThrow(TypeError);
  });

  it("hands out rows that nobody can change", async () => {
    const storage = createMemoryStorage();
    const created = await storage.transact((tx) => tx.accounts.create(newAccount("r", { attributes: { a: [1] } })));
    if (created.outcome !== "created") throw new Error("the name is taken");
    expect(() => (created.account.roles as string[]).push("ADMIN")).toThrow(TypeError);
    expect(() => (created.account.attributes["a"] as number[]).push(2)).toThrow(TypeError);
  });

  it("is several processes on the same data: each with listeners of its own, and a change token that tells", async () => {
    const storage = createMemoryStorage();
    const [told, polling] = [storage.attach(), storage.attach({ feed: "polled" })];
    let heard = 0;
    told.feed.onCommitted(() => heard++);
    const before = told.feed.changeToken();
    await storage.transact((tx) => tx.revocations.add([newRevocation("r")]));
    expect(told.feed.changeToken()).not.toBe(before);
    expect(polling.feed.changeToken()).toBeUndefined();
    expect(heard).toBe(0);
    expect(await told.read.revocations.head()).toBe(1);
    await storage.close();
    await expect(told.ping()).resolves.toBeUndefined();
  });

  it("takes a thousand rotations of one family in less than a second", async () => {
    const storage = createMemoryStorage();
    const account = newAccount("r");
    const family = { realm: "r", accountId: account.id, accountVersion: 1, createdAt: noon, clientId: "c" };
    const times = { idleExpiresAt: noon + 9000, expiresAt: noon + 9000, device: null, address: null };
    await storage.transact(async (tx) => {
      await tx.accounts.create(account);
      await tx.families.create({ ...family, ...times, id: "0".repeat(22) });
    });
    const start = performance.now();
    for (let generation = 0; generation < 1000; generation++) {
      const command = { realm: "r", familyId: "0".repeat(22), generation, now: noon, idleExpiresAt: noon + 9000 };
      expect((await storage.families.rotate(command)).won).toBe(true);
    }
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
