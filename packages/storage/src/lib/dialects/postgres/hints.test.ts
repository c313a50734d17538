// Hints (LISTEN/NOTIFY): another process hears of a revocation at once, an own one is no news, and a lost listening connection comes back with a hint.
import { describe, expect, onTestFinished, test } from "vitest";
import type { OpenedStorage } from "../../opened-storage.ts";
import { postgresServer } from "../../testing/test-servers.ts";
import { openPostgresStorage } from "./open-storage.ts";

const entry = { realm: "main", target: { familiesBefore: 1 }, expiresAt: 1 };
const listening = "select pid from pg_stat_activity where datname = current_database() and query like 'listen %'";

interface Ear {
  readonly count: () => number;
  /** Resolves with the next hint. */
  next(): Promise<void>;
  stop(): void;
}

function listen({ storage }: OpenedStorage): Ear {
  let count = 0;
  let heard = Promise.withResolvers<void>();
  const stop = storage.feed.onHint(() => {
    count += 1;
    heard.resolve();
    heard = Promise.withResolvers<void>();
  });
  return { count: () => count, next: () => heard.promise, stop };
}

async function revoke({ storage }: OpenedStorage): Promise<void> {
  await storage.transact((tx) => tx.revocations.add([entry]));
}

describe.skipIf(postgresServer.missing)(`hints ${postgresServer.missing ?? ""}`, () => {
  test("others hear at once, also after their connection was lost, and nobody hears himself", async () => {
    const database = await postgresServer.create();
    const { url } = database;
    const [one, two] = [await openPostgresStorage({ url }), await openPostgresStorage({ url })];
    onTestFinished(async () => void (await Promise.all([one.storage.close(), two.storage.close()])));
    await one.migrate();
    const ear = listen(two);
    // Who begins to listen cannot know what was said before.
    await ear.next();
    const delays: number[] = [];
    for (let round = 0; round < 20; round++) {
      const hint = ear.next();
      await revoke(one);
      const committedAt = performance.now();
      await hint;
      delays.push(Math.max(0, performance.now() - committedAt));
    }
    expect(delays.toSorted((a, b) => a - b)[18]).toBeLessThan(100);
    const before = ear.count();
    await revoke(two);
    const other = ear.next();
    await revoke(one);
    await other;
    expect(ear.count()).toBe(before + 1);
    const [listener] = await database.run(listening);
    const again = ear.next();
    await database.run("select pg_terminate_backend($1)", [listener!["pid"]]);
    await again;
    const hint = ear.next();
    await revoke(one);
    await hint;
    ear.stop();
    const silent = ear.count();
    await revoke(one);
    await two.storage.ping();
    expect(ear.count()).toBe(silent);
  });

  test("nobody listens where nobody wants to hear, and closing ends the listening connection", async () => {
    const database = await postgresServer.create();
    const opened = await openPostgresStorage({ url: database.url });
    await opened.migrate();
    await revoke(opened);
    expect(await database.run(listening)).toEqual([]);
    const ear = listen(opened);
    await ear.next();
    expect(await database.run(listening)).toHaveLength(1);
    await opened.storage.close();
    await expect.poll(() => database.run(listening)).toEqual([]);
  });
});
