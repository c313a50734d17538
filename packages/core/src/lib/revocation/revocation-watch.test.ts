// How a process learns what others took back: what it reads and when, what it trusts meanwhile, and that it forgets no news that it could not act upon.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemoryStorage } from "../../memory.ts";
import type { RevocationFeed, Storage } from "../../ports.ts";
import { bendStorage } from "../conformance/bend-storage.ts";
import { StoreUnavailableError } from "../errors/store-error.ts";
import { createTestClock } from "../testing/realm-for-tests.ts";
import { allGenerations, type RevocationEntry } from "./revocation-store.ts";
import { pollEveryMilliseconds, RevocationWatch } from "./revocation-watch.ts";

const familyOf = (index: number) => index.toString(16).padStart(22, "0");
const entry = (seq: number, changes: Partial<RevocationEntry> = {}): RevocationEntry => ({
  seq,
  realm: "main",
  target: { familyId: familyOf(seq), throughGeneration: allGenerations },
  expiresAt: Number.MAX_SAFE_INTEGER,
  ...changes,
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A watch over a feed that the test writes. */
function watchOver({ feed: kind = "polled" }: { readonly feed?: "polled" | "immediate" } = {}) {
  const clock = createTestClock();
  let entries: readonly RevocationEntry[] = [];
  const asked: { readonly seq: number; readonly limit: number }[] = [];
  const listeners = { committed: new Set<(news: readonly RevocationEntry[]) => void>(), hint: new Set<() => void>() };
  let fault: Error | undefined;
  let gate: Promise<void> | undefined;
  let keyGate: Promise<void> | undefined;
  const at = { token: 0, keyNews: 0, keyFault: undefined as Error | undefined };
  const listen = <Listener>(all: Set<Listener>, listener: Listener) => {
    all.add(listener);
    return () => void all.delete(listener);
  };
  const feed: RevocationFeed = {
    onCommitted: (listener) => listen(listeners.committed, listener),
    onHint: (listener) => listen(listeners.hint, listener),
    changeToken: () => {
      return kind === "immediate" ? at.token : undefined;
    },
  };
  const storage: Storage = bendStorage(createMemoryStorage(), {
    feed: () => feed,
    read: () => ({
      revocations: {
        since: async (from) => {
          asked.push(from);
          const seen = entries.filter(({ seq }) => seq > from.seq).slice(0, from.limit);
          await gate;
          if (fault !== undefined) throw fault;
          return seen;
        },
      },
    }),
  });
  const faults: unknown[] = [];
  const watch = new RevocationWatch({
    realm: "main",
    storage,
    clock,
    onKeyNews: async () => {
      at.keyNews += 1;
      await keyGate;
      if (at.keyFault !== undefined) throw at.keyFault;
    },
    onBackgroundError: (error) => faults.push(error),
  });
  /** Lets what is under way come to its end, without time going by. */
  const settle = async () => void (await vi.advanceTimersByTimeAsync(0));
  return {
    watch,
    clock,
    asked,
    listeners,
    faults,
    at,
    settle,
    /** Other processes commit; their entries are in the feed. */
    commit(...news: readonly RevocationEntry[]) {
      entries = [...entries, ...news];
      at.token += 1;
    },
    /** This process commits: it is told before anybody else can know. */
    commitHere(...news: readonly RevocationEntry[]) {
      entries = [...entries, ...news];
      for (const listener of listeners.committed) listener(news);
    },
    fail: (error: Error | undefined) => (fault = error),
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = undefined;
        resolve();
      };
    },
    holdKeys() {
      const { promise, resolve } = Promise.withResolvers<void>();
      keyGate = promise;
      return resolve;
    },
    async start() {
      watch.start();
      await settle();
    },
    async pass(milliseconds: number) {
      clock.advance(milliseconds);
      await vi.advanceTimersByTimeAsync(milliseconds);
    },
  };
}

const away = new StoreUnavailableError("the store is away");

describe("the beginning", () => {
  test("nothing is read, known or trusted before the start; then everything, once", async () => {
    const on = watchOver();
    on.commit(entry(1), entry(2));
    expect(on.watch.isCurrent()).toBe(false);
    expect(on.watch.status()).toEqual({ loaded: false, entries: 0, ageMilliseconds: 0 });
    expect(on.asked).toEqual([]);
    on.watch.start();
    on.watch.start();
    expect([on.listeners.committed.size, on.listeners.hint.size]).toEqual([1, 1]);
    expect(on.watch.isCurrent()).toBe(false);
    await on.settle();
    expect(on.asked).toEqual([{ seq: 0, limit: 500 }]);
    expect(on.watch.isCurrent()).toBe(true);
    expect(on.watch.status()).toEqual({ loaded: true, entries: 2, ageMilliseconds: 0 });
    expect([1, 2, 3].map((seq) => on.watch.isRevoked(familyOf(seq), 0))).toEqual([true, true, false]);
    on.watch.close();
  });

  test("a feed of more than one page is read to its end, and trusted only then", async () => {
    const on = watchOver();
    const count = 1_001;
    on.commit(...Array.from({ length: count }, (_, index) => entry(index + 1)));
    const release = on.hold();
    on.watch.start();
    await on.settle();
    expect(on.watch.status().loaded).toBe(false);
    release();
    await vi.advanceTimersByTimeAsync(10);
    expect(on.asked.map(({ seq }) => seq)).toEqual([0, 500, 1000]);
    expect(on.watch.status()).toMatchObject({ loaded: true, entries: count });
    expect(on.watch.isRevoked(familyOf(count), 0)).toBe(true);
    on.watch.close();
  });

  test("class 11: a store that is away makes nothing trusted; it is asked again", async () => {
    const on = watchOver();
    on.commit(entry(1));
    on.fail(away);
    await on.start();
    expect(on.watch.isCurrent()).toBe(false);
    expect(on.watch.status().loaded).toBe(false);
    expect(on.faults).toEqual([away]);
    await expect(on.watch.catchUp()).rejects.toMatchObject({ code: "store_unavailable", cause: away });
    on.fail(undefined);
    await on.pass(pollEveryMilliseconds);
    expect(on.watch.isCurrent()).toBe(true);
    expect(on.watch.isRevoked(familyOf(1), 0)).toBe(true);
    on.watch.close();
  });
});

describe("class 7: entries", () => {
  test("of this process are known at once, those of another realm never", async () => {
    const on = watchOver();
    await on.start();
    on.commitHere(entry(1), entry(2, { realm: "other" }));
    expect([1, 2].map((seq) => on.watch.isRevoked(familyOf(seq), 0))).toEqual([true, false]);
    expect(on.watch.status().entries).toBe(1);
    // They were in turn: what is read next comes after them.
    await on.watch.catchUp();
    expect(on.asked.at(-1)!.seq).toBe(2);
    on.watch.close();
  });

  test("that others committed before ours are fetched, though ours are known already", async () => {
    const on = watchOver();
    await on.start();
    on.commit(entry(1));
    on.commitHere(entry(2));
    expect([1, 2].map((seq) => on.watch.isRevoked(familyOf(seq), 0))).toEqual([false, true]);
    await on.watch.catchUp();
    expect(on.asked.at(-1)!.seq).toBe(0);
    expect(on.watch.isRevoked(familyOf(1), 0)).toBe(true);
    await on.watch.catchUp();
    expect(on.asked.at(-1)!.seq).toBe(2);
    on.watch.close();
  });

  test("that were purged leave holes, which nobody waits for", async () => {
    const on = watchOver();
    on.commit(entry(5), entry(9));
    await on.start();
    on.commit(entry(12));
    await on.watch.catchUp();
    await on.watch.catchUp();
    expect(on.asked.map(({ seq }) => seq)).toEqual([0, 9, 12]);
    on.watch.close();
  });

  test("that are read again change nothing, and none is read twice after an empty page", async () => {
    const on = watchOver();
    on.commit(entry(1));
    await on.start();
    for (let round = 0; round < 3; round++) await on.watch.catchUp();
    expect(on.asked.map(({ seq }) => seq)).toEqual([0, 1, 1, 1]);
    expect(on.watch.status().entries).toBe(1);
    on.watch.close();
  });

  test("that expire are not kept for ever", async () => {
    const on = watchOver();
    await on.start();
    const expiresAt = on.clock.now() + 1000;
    on.commitHere(...Array.from({ length: 500 }, (_, index) => entry(index + 1, { expiresAt })));
    on.clock.advance(2000);
    on.commitHere(...Array.from({ length: 500 }, (_, index) => entry(index + 501)));
    expect(on.watch.status().entries).toBeLessThan(600);
    on.watch.close();
  });
});

describe("trust where only polling tells", () => {
  test("lasts a second from when the last good read began, and not from when it ended", async () => {
    const on = watchOver();
    await on.start();
    on.clock.advance(600);
    const release = on.hold();
    const read = on.watch.catchUp();
    on.clock.advance(300);
    release();
    await read;
    expect(on.watch.status().ageMilliseconds).toBe(300);
    on.clock.advance(700);
    expect(on.watch.isCurrent()).toBe(true);
    on.clock.advance(1);
    expect(on.watch.isCurrent()).toBe(false);
    await on.watch.catchUp();
    expect(on.watch.isCurrent()).toBe(true);
    on.watch.close();
  });

  test("the feed is read four times a second, again after each failure, and by no timer after it was closed", async () => {
    const on = watchOver();
    await on.start();
    for (let round = 1; round <= 4; round++) {
      await on.pass(pollEveryMilliseconds - 1);
      expect(on.asked).toHaveLength(round);
      await on.pass(1);
      expect(on.asked).toHaveLength(round + 1);
    }
    on.fail(away);
    await on.pass(pollEveryMilliseconds);
    await on.pass(pollEveryMilliseconds);
    expect(on.faults).toEqual([away, away]);
    expect(on.asked).toHaveLength(7);
    on.fail(undefined);
    on.watch.close();
    await on.pass(10 * pollEveryMilliseconds);
    expect(on.asked).toHaveLength(7);
    expect(vi.getTimerCount()).toBe(0);
    expect([on.listeners.committed.size, on.listeners.hint.size]).toEqual([0, 0]);
  });

  test("a read that is under way when it is closed is the last one", async () => {
    const on = watchOver();
    await on.start();
    const release = on.hold();
    await on.pass(pollEveryMilliseconds);
    on.watch.close();
    release();
    await on.pass(10 * pollEveryMilliseconds);
    expect(on.asked).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("one that was never started can be closed", () => {
    expect(() => watchOver().watch.close()).not.toThrow();
  });
});

describe("trust where the store tells of commits", () => {
  test("lasts for as long as nobody has committed, and the feed is not read", async () => {
    const on = watchOver({ feed: "immediate" });
    await on.start();
    await on.pass(60_000);
    expect(on.watch.isCurrent()).toBe(true);
    expect(on.watch.status().ageMilliseconds).toBe(0);
    expect(on.asked).toHaveLength(1);
    on.watch.close();
  });

  test("class 7: ends with the next look at it when somebody has committed, until that is read", async () => {
    const on = watchOver({ feed: "immediate" });
    await on.start();
    on.commit(entry(1));
    vi.advanceTimersByTime(1);
    expect(on.watch.isCurrent()).toBe(false);
    await on.watch.catchUp();
    expect(on.watch.isCurrent()).toBe(true);
    expect(on.watch.isRevoked(familyOf(1), 0)).toBe(true);
    on.watch.close();
  });

  test("what is committed while the feed is read makes another read necessary", async () => {
    const on = watchOver({ feed: "immediate" });
    const release = on.hold();
    on.watch.start();
    on.commit(entry(1));
    release();
    await on.settle();
    expect(on.watch.status()).toMatchObject({ loaded: true, entries: 0 });
    expect(on.watch.isCurrent()).toBe(false);
    on.watch.close();
  });

  test("the feed is read by itself within a quarter of a second after a commit", async () => {
    const on = watchOver({ feed: "immediate" });
    await on.start();
    on.commit(entry(1));
    await on.pass(pollEveryMilliseconds);
    expect(on.watch.isRevoked(familyOf(1), 0)).toBe(true);
    expect(on.asked).toHaveLength(2);
    on.watch.close();
  });
});

describe("hints", () => {
  test("make the feed be read at once; of many, one waits; what fails is told; none counts after the end", async () => {
    const on = watchOver();
    await on.start();
    const hint = () => on.listeners.hint.forEach((listener) => listener());
    const [listener] = on.listeners.hint;
    on.commit(entry(1));
    for (let index = 0; index < 10; index++) hint();
    await on.settle();
    expect(on.asked).toHaveLength(3);
    expect(on.watch.isRevoked(familyOf(1), 0)).toBe(true);
    on.fail(away);
    hint();
    await on.settle();
    expect(on.faults).toEqual([away]);
    on.watch.close();
    listener!();
    await on.settle();
    expect(on.asked).toHaveLength(4);
  });
});

describe("class 7: news of a retired key", () => {
  const cut = (seq: number, changes: Partial<RevocationEntry> = {}) =>
    entry(seq, { target: { familiesBefore: 0 }, ...changes });

  test("are acted upon before what was read is trusted; other entries are no such news", async () => {
    const on = watchOver({ feed: "immediate" });
    await on.start();
    on.commit(entry(1), cut(2, { realm: "other" }), entry(3, { target: { familiesBefore: 1 } }));
    await on.watch.catchUp();
    expect(on.at.keyNews).toBe(0);
    on.commit(entry(4), cut(5), entry(6));
    await on.watch.catchUp();
    expect(on.at.keyNews).toBe(1);
    await on.watch.catchUp();
    expect(on.at.keyNews).toBe(1);
    on.watch.close();
  });

  test("of another provider in this process count like those of another process", async () => {
    for (const feed of ["polled", "immediate"] as const) {
      const on = watchOver({ feed });
      await on.start();
      on.commitHere(entry(1), cut(2, { realm: "other" }));
      expect(on.watch.isCurrent()).toBe(true);
      on.commitHere(cut(3));
      expect(on.watch.isCurrent()).toBe(false);
      await on.watch.catchUp();
      expect([on.watch.isCurrent(), on.at.keyNews]).toEqual([true, 1]);
      on.watch.close();
    }
  });

  test("that come while the keys are read want them read again", async () => {
    const on = watchOver();
    await on.start();
    on.commit(cut(1));
    const release = on.holdKeys();
    const read = on.watch.catchUp();
    await on.settle();
    on.commitHere(cut(2));
    release();
    await read;
    expect([on.watch.isCurrent(), on.at.keyNews]).toEqual([false, 1]);
    await on.watch.catchUp();
    expect([on.watch.isCurrent(), on.at.keyNews]).toEqual([true, 2]);
    on.watch.close();
  });

  test("are not forgotten when the keys cannot be read: nothing is trusted before they are", async () => {
    const on = watchOver({ feed: "immediate" });
    await on.start();
    on.commit(cut(1));
    vi.advanceTimersByTime(1);
    on.at.keyFault = away;
    for (let round = 1; round <= 3; round++) {
      await expect(on.watch.catchUp()).rejects.toMatchObject({ code: "store_unavailable" });
      expect(on.watch.isCurrent()).toBe(false);
      expect(on.at.keyNews).toBe(round);
    }
    on.at.keyFault = undefined;
    await on.watch.catchUp();
    expect(on.watch.isCurrent()).toBe(true);
    expect(on.at.keyNews).toBe(4);
    await on.watch.catchUp();
    expect(on.at.keyNews).toBe(4);
    on.watch.close();
  });
});
