// A hint is taken at once: what another process has revoked is known before the next poll.
import { expect, test } from "vitest";
import { createMemoryStorage } from "../../memory.ts";
import type { Storage } from "../../ports.ts";
import { systemClock } from "../kernel/clock.ts";
import { allGenerations } from "./revocation-store.ts";
import { RevocationWatch } from "./revocation-watch.ts";

const familyId = "0123456789abcdef012345";

test("a hint makes the watch read the feed at once, and none does after it was closed", async () => {
  const memory = createMemoryStorage({ feed: "polled" });
  const other = memory.attach({ feed: "polled" });
  let hint: (() => void) | undefined;
  let reads = 0;
  const { promise: wasRead, resolve: tellRead } = Promise.withResolvers<void>();
  const storage: Storage = {
    ...other,
    feed: { ...other.feed, onHint: (listener) => ((hint = listener), () => (hint = undefined)) },
    read: {
      ...other.read,
      revocations: {
        head: () => other.read.revocations.head(),
        concerning: (at) => other.read.revocations.concerning(at),
        async since(at) {
          const entries = await other.read.revocations.since(at);
          reads += 1;
          if (entries.length > 0) tellRead();
          return entries;
        },
      },
    },
  };
  const faults: unknown[] = [];
  const watch = new RevocationWatch({
    realm: "main",
    storage,
    clock: systemClock,
    onKeyNews: async () => {},
    onBackgroundError: (error) => faults.push(error),
  });
  watch.start();
  await watch.catchUp();
  const target = { familyId, throughGeneration: allGenerations };
  await memory.transact((tx) => tx.revocations.add([{ realm: "main", target, expiresAt: Number.MAX_SAFE_INTEGER }]));
  expect(watch.isRevoked(familyId, 0)).toBe(false);
  const before = performance.now();
  hint?.();
  await wasRead;
  await watch.catchUp();
  expect(watch.isRevoked(familyId, 0)).toBe(true);
  expect(performance.now() - before).toBeLessThan(200);
  watch.close();
  const readsBefore = reads;
  expect(hint).toBeUndefined();
  expect([reads, faults]).toEqual([readsBefore, []]);
  await Promise.all([memory.close(), other.close()]);
});
