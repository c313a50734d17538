import { expect, test, vi } from "vitest";
import { nodeJwsKeys } from "../node/node-jws.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import type { Argon2id } from "./argon2.ts";
import { sharedQueue } from "./shared-queue.ts";

/** Two realms of one process, on one platform that hashes one password at a time, and none before it is told to. */
async function twoRealms() {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  let running = 0;
  let most = 0;
  const argon2id: Argon2id = async (_password, _salt, { tagLength }) => {
    most = Math.max(most, ++running);
    await gate;
    running--;
    return new Uint8Array(tagLength);
  };
  const platform = { name: "test", argon2id, jws: nodeJwsKeys, hashConcurrency: 1 };
  const { provider: one, clock } = createTestRealm({ realm: "one", platform });
  const { provider: two } = createTestRealm({ realm: "two", issuer: "https://id.example/v2", platform, clock });
  await Promise.all([one.start(), two.start()]);
  const logIn = (provider: typeof one) =>
    provider.logIn({ identifier: "nobody", password: testPassword }).catch((error: { code?: string }) => error.code);
  return { one, two, logIn, open, most: () => most, close: () => Promise.all([one.close(), two.close()]) };
}

test("class 10: realms of one process hash no more passwords at once than its platform allows, and wait in one queue", async () => {
  const { one, two, logIn, open, most, close } = await twoRealms();
  const answers = [logIn(one), logIn(two), logIn(one), logIn(two)];
  await vi.waitFor(() => expect(one.status().passwordQueue).toEqual({ running: 1, waiting: 3 }));
  expect(two.status().passwordQueue).toEqual({ running: 1, waiting: 3 });
  open();
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 4 }, () => "credentials_invalid"));
  expect(most()).toBe(1);
  expect(two.status().passwordQueue).toEqual({ running: 0, waiting: 0 });
  await close();
});

test("a first hash that had to start a thread refuses nobody: it does not say how long others take", async () => {
  const platform = { name: "test", argon2id: async () => new Uint8Array(), jws: nodeJwsKeys, hashConcurrency: 1 };
  let time = 0;
  const queue = sharedQueue(platform, { now: () => time, monotonic: () => time });
  await queue.run(async () => void (time += 3000));
  let finish = (): void => {};
  const all = [queue.run(() => new Promise<void>((resolve) => (finish = resolve)))];
  for (let index = 0; index < 10; index++) all.push(queue.run(async () => {}));
  finish();
  expect((await Promise.allSettled(all)).filter(({ status }) => status === "rejected")).toEqual([]);
});
