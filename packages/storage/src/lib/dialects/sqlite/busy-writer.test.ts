// Another process holds the write lock: waiting happens on a timer, and the event loop goes on. A blocking busy timeout stopped it for seconds.
import { StoreUnavailableError } from "@latchkey/core/errors";
import { expect, test } from "vitest";
import { startChild } from "../../testing/child.ts";
import { openMigratedStorage } from "../../testing/open-migrated-storage.ts";
import { newAccount } from "../../testing/samples.ts";
import { createTemporaryDirectory } from "../../testing/temporary-directory.ts";

const directory = createTemporaryDirectory();
const script = new URL("../../testing/hold-write-lock.ts", import.meta.url);

test("class 16: a writer in another process delays units, and neither blocks the event loop nor stops readers", async () => {
  const file = directory.path("busy.db");
  const { storage } = await openMigratedStorage(file);
  const child = startChild(script, [file, "400"]);
  expect(await child.line()).toBe("locked");
  let turns = 0;
  const clock = setInterval(() => (turns += 1), 5);
  const since = performance.now();
  const created = storage.transact((tx) => tx.accounts.create(newAccount("ann")));
  expect(await storage.read.accounts.byId({ realm: "main", id: "ann" })).toBeUndefined();
  expect(await created).toMatchObject({ outcome: "created" });
  clearInterval(clock);
  expect(performance.now() - since).toBeGreaterThan(100);
  expect(turns).toBeGreaterThan(10);
  await child.ended();
  await storage.close();
});

test("a unit that waits too long is refused as unavailable, and nothing of it is written", async () => {
  const file = directory.path("held.db");
  const { storage } = await openMigratedStorage(file, { busyLimitMilliseconds: 60 });
  const child = startChild(script, [file, "600"]);
  expect(await child.line()).toBe("locked");
  const refused = storage.transact((tx) => tx.accounts.create(newAccount("ann")));
  await expect(refused).rejects.toBeInstanceOf(StoreUnavailableError);
  const lost = storage.families.rotate({
    realm: "main",
    familyId: "0".repeat(22),
    generation: 0,
    now: 1,
    idleExpiresAt: 2,
  });
  await expect(lost).rejects.toBeInstanceOf(StoreUnavailableError);
  await child.ended();
  expect(await storage.transact((tx) => tx.accounts.create(newAccount("ann")))).toMatchObject({ outcome: "created" });
  await storage.close();
});
