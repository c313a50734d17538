// What operators read of limits and begin anew: of an account, an address and a recipient.
import { expect, test } from "vitest";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";

const operator = { kind: "operator" } as const;
const address = "2001:db8:1:2::7";
const context = { address, requestId: "request-1" };
const wrong = { identifier: "kim", password: "not this one, surely" };
const email = "kim@example.com";

async function scene() {
  const realm = createTestRealm({
    policy: {
      logInWithCode: ["email"],
      throttling: {
        failuresPerAddress: { most: 2, seconds: 60 },
        messagesPerAddress: { most: 9, seconds: 60 },
        logInsPerAddress: { most: 8, seconds: 60 },
      },
    },
    messageSender: "another_process",
  });
  const account = await realm.provider.createAccount(
    { identifiers: { username: "kim", email }, password: testPassword },
    operator,
  );
  const fail = async (code = "credentials_invalid") =>
    await expect(realm.provider.logIn(wrong, context)).rejects.toMatchObject({ code });
  const resets = async () =>
    (await realm.provider.listEvents({ type: "throttle.reset" })).items.map(
      ({ actor, accountId, detail, requestId, at }) => ({ actor, accountId, detail, requestId, at }),
    );
  return { ...realm, account, fail, resets };
}

test("an address: each limit that the realm has, how far it is used up, and until when it refuses", async () => {
  const { provider, clock, fail } = await scene();
  const read = () => provider.readThrottle({ address });
  expect(await read()).toEqual([
    { limit: "failuresPerAddress", count: 0, most: 2, refusedUntil: null },
    { limit: "messagesPerAddress", count: 0, most: 9, refusedUntil: null },
    { limit: "logInsPerAddress", count: 0, most: 8, refusedUntil: null },
  ]);
  const begun = clock.now();
  await provider.logIn({ identifier: "kim", password: testPassword }, context);
  await provider.requestCode({ kind: "email", identifier: email }, context);
  await fail();
  clock.advance(1000);
  await fail();
  expect(await read()).toEqual([
    { limit: "failuresPerAddress", count: 2, most: 2, refusedUntil: begun + 60_000 },
    { limit: "messagesPerAddress", count: 1, most: 9, refusedUntil: null },
    { limit: "logInsPerAddress", count: 1, most: 8, refusedUntil: null },
  ]);
  // Another address of the same network counts as it, one of the next does not.
  expect((await provider.readThrottle({ address: "2001:db8:1:2::8" }))[0]).toMatchObject({ count: 2 });
  expect((await provider.readThrottle({ address: "2001:db8:1:3::8" }))[0]).toMatchObject({ count: 0 });
  clock.advance(58_999);
  expect((await read())[0]).toMatchObject({ count: 2, refusedUntil: begun + 60_000 });
  clock.advance(1);
  expect((await read())[0]).toEqual({ limit: "failuresPerAddress", count: 0, most: 2, refusedUntil: null });
  await provider.close();
});

test("a recipient: the messages to it, whatever its spelling; one that no account could have is refused", async () => {
  const { provider, clock } = await scene();
  await provider.requestCode({ kind: "email", identifier: email }, context);
  const read = (identifier: string, kind = "email") => provider.readThrottle({ recipient: { kind, identifier } });
  const used = [{ limit: "messagesPerRecipient", count: 1, most: 5, refusedUntil: null }];
  expect([await read(email), await read("KIM@Example.com")]).toEqual([used, used]);
  expect(await read("lee@example.com")).toMatchObject([{ count: 0 }]);
  await expect(read("no address")).rejects.toMatchObject({ code: "request_malformed" });
  await expect(read(email, "fax")).rejects.toMatchObject({ code: "request_malformed" });
  for (let message = 1; message < 5; message++)
    await provider.requestCode({ kind: "email", identifier: email }, context);
  expect(await read(email)).toMatchObject([{ count: 5, refusedUntil: clock.now() + 900_000 }]);
  await provider.resetThrottle({ recipient: { kind: "email", identifier: email } }, operator);
  expect(await read(email)).toMatchObject([{ count: 0, refusedUntil: null }]);
  await provider.requestCode({ kind: "email", identifier: email }, context);
  await provider.close();
});

test("an account: guesses of each authenticator, from known addresses and from everybody", async () => {
  const { provider, account, fail } = await scene();
  await fail();
  const states = await provider.readThrottle({ accountId: account.id });
  expect(
    states.map(({ limit, authenticator, from, count, most }) => [limit, authenticator, from, count, most]),
  ).toEqual([
    ["guessesPerAccount", "password", "known_addresses", 0, 10],
    ["guessesPerAccount", "password", "everybody", 1, 90],
    ["guessesPerAccount", "one_time_code", "known_addresses", 0, 10],
    ["guessesPerAccount", "one_time_code", "everybody", 0, 90],
  ]);
  await provider.close();
});

test("what is begun anew is allowed at once in this process, and recorded with whom and what it concerns", async () => {
  const { provider, account, clock, fail, resets } = await scene();
  await fail();
  await fail();
  await fail("rate_limited");
  await provider.resetThrottle({ address }, operator, { requestId: "request-2" });
  await fail();
  expect((await provider.readThrottle({ address }))[0]).toMatchObject({ count: 1 });
  await provider.resetThrottle({ accountId: account.id }, operator, { requestId: "request-3" });
  expect(await provider.readThrottle({ accountId: account.id })).toMatchObject([{}, { count: 0 }, {}, {}]);
  await provider.resetThrottle({ recipient: { kind: "email", identifier: email } }, operator);
  const at = clock.now();
  expect(await resets()).toEqual([
    { actor: "operator", accountId: undefined, detail: {}, requestId: undefined, at },
    { actor: "operator", accountId: account.id, detail: {}, requestId: "request-3", at },
    { actor: "operator", accountId: undefined, detail: { address: "2001:db8:1:2::/64" }, requestId: "request-2", at },
  ]);
  await provider.close();
});
