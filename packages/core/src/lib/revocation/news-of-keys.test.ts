// A process that issues tokens asks whether another one has retired a key: when it must, and when nobody waits for that.
import { expect, test } from "vitest";
import { bendStorage } from "../conformance/bend-storage.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";

const operator = { kind: "operator" } as const;
const kim = { identifier: "kim", password: testPassword };

/** Two processes of a realm; what the second one reads of the feed is counted, and can be held back. */
async function twoProcesses() {
  const { provider, storage, again } = createTestRealm();
  await provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
  const at = { reads: 0, gate: undefined as Promise<void> | undefined };
  const bent = bendStorage(storage.attach(), {
    read: ({ revocations }) => ({
      revocations: {
        since: async (from) => {
          at.reads += 1;
          await at.gate;
          return revocations.since(from);
        },
      },
    }),
  });
  return { first: provider, second: again({ storage: bent }), at };
}

test("class 7: no token is issued under a key that another process has retired", async () => {
  const { first, second } = await twoProcesses();
  await second.start();
  await expect.poll(() => second.status().ready).toBe(true);
  const [before] = (await second.jwks()).keys;
  await first.retireKey(String(before!["kid"]), operator);
  const { tokens } = await second.logIn(kim);
  expect(await first.verifyAccessToken(tokens.accessToken)).toMatchObject({ familyId: tokens.familyId });
  expect((await second.jwks()).keys.map(({ kid }) => kid)).not.toContain(before!["kid"]);
  await second.close();
});

test("nothing is asked while the index is current", async () => {
  const { second, at } = await twoProcesses();
  await second.start();
  await expect.poll(() => second.status().ready).toBe(true);
  const { reads } = at;
  await second.logIn(kim);
  await second.jwks();
  expect(at.reads).toBe(reads);
  await second.close();
});

test("nobody waits for the index to be loaded: the keys were read when the process started", async () => {
  const { first, second, at } = await twoProcesses();
  const { promise, resolve } = Promise.withResolvers<void>();
  at.gate = promise;
  const { tokens } = await second.logIn(kim);
  expect(await first.verifyAccessToken(tokens.accessToken)).toMatchObject({ familyId: tokens.familyId });
  expect(at.reads).toBe(1);
  resolve();
  await second.close();
});
