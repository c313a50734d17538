// Clients between borrowers: who gets them, and that none is kept from the pool for long.
import { expect, test } from "vitest";
import { ClientShelf } from "./client-shelf.ts";
import type { PostgresClient, PostgresPool } from "./postgres-pool.ts";

interface FakeClient extends PostgresClient {
  readonly number: number;
  lose(): void;
}

/** A pool that lends as many clients as are asked for, but for a time when it is full, and notes what comes back. */
function fakePool() {
  const returned: string[] = [];
  const full = { until: Promise.resolve() };
  let onReturn = (): void => undefined;
  let made = 0;
  const pool: PostgresPool = {
    async connect(): Promise<FakeClient> {
      const listeners: (() => void)[] = [];
      const number = made++;
      await full.until;
      return {
        number,
        query: async () => ({ rows: [], rowCount: 0, command: "" }),
        on: (_event, listener) => listeners.push(listener),
        release: (destroy) => {
          returned.push(`${number}${destroy === true ? " broken" : ""}`);
          onReturn();
        },
        lose: () => listeners.forEach((tell) => tell()),
      };
    },
    end: async () => undefined,
    on: () => undefined,
  };
  const next = (): Promise<void> => new Promise((resolve) => (onReturn = resolve));
  return { pool, returned, full, next };
}

const long = { isOwn: true, preparedStatements: true, restMilliseconds: 60_000 };

test("the client that was given back last is lent next, and the pool hears nothing of it", async () => {
  const { pool, returned } = fakePool();
  const shelf = new ClientShelf(pool, long);
  const [first, second] = [await shelf.connect(), await shelf.connect()];
  expect(shelf.take()).toBeUndefined();
  shelf.giveBack(first, false);
  shelf.giveBack(second, false);
  expect([shelf.take(), shelf.take(), shelf.take()]).toEqual([second, first, undefined]);
  expect(returned).toEqual([]);
  shelf.close();
});

test("whoever waits at the pool comes first", async () => {
  const { pool, returned, full } = fakePool();
  const shelf = new ClientShelf(pool, long);
  const lent = await shelf.connect();
  const { promise, resolve } = Promise.withResolvers<void>();
  full.until = promise;
  const waiting = shelf.connect();
  shelf.giveBack(lent, false);
  expect(returned).toEqual(["0"]);
  resolve();
  shelf.giveBack(await waiting, false);
  expect(returned).toEqual(["0"]);
  shelf.close();
});

test("a client whose connection ended while it rested is closed and not lent; a broken one is closed at once", async () => {
  const { pool, returned } = fakePool();
  const shelf = new ClientShelf(pool, long);
  const [first, second, third] = [await shelf.connect(), await shelf.connect(), await shelf.connect()];
  for (const lent of [first, second]) shelf.giveBack(lent, false);
  shelf.giveBack(third, true);
  expect(returned).toEqual(["2 broken"]);
  (second.client as FakeClient).lose();
  expect(shelf.take()).toBe(first);
  expect(returned).toEqual(["2 broken", "1 broken"]);
});

test("what is not needed goes back to the pool, and what is needed stays", async () => {
  const { pool, returned, next } = fakePool();
  const shelf = new ClientShelf(pool, { isOwn: true, preparedStatements: true, restMilliseconds: 20 });
  const lent = [await shelf.connect(), await shelf.connect()];
  for (const one of lent) shelf.giveBack(one, false);
  const using = setInterval(() => shelf.giveBack(shelf.take()!, false), 1);
  await next();
  clearInterval(using);
  expect(returned).toEqual(["0"]);
  await next();
  expect(returned).toEqual(["0", "1"]);
});

test("after the end, and with a pool of somebody else's, every client goes back at once", async () => {
  const { pool, returned } = fakePool();
  const ours = new ClientShelf(pool, long);
  const [first, second] = [await ours.connect(), await ours.connect()];
  ours.giveBack(first, false);
  ours.close();
  expect(returned).toEqual(["0"]);
  ours.giveBack(second, false);
  expect(returned).toEqual(["0", "1"]);
  const theirs = new ClientShelf(pool, { ...long, isOwn: false });
  theirs.giveBack(await theirs.connect(), false);
  expect(returned).toEqual(["0", "1", "2"]);
});
