// Limits through the facade: what is counted, what a refusal tells, what a flood costs, and the arithmetic below.
import { describe, expect, it, vi } from "vitest";
import { createMemoryStorage } from "../../memory.ts";
import { bendStorage } from "../conformance/bend-storage.ts";
import { StoreUnavailableError } from "../errors/store-error.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import { addressGroup } from "./address-group.ts";
import { counted, refusedUntil } from "./tally-rules.ts";
import { completeThrottling } from "./throttling-policy.ts";

const operator = { kind: "operator" } as const;
const context = { address: "203.0.113.7", requestId: "request-1" };
const identifier = "gildong";
const wrong = { identifier, password: "not this one, surely" };
const right = { identifier, password: testPassword };
const refusal = (code: string) => expect.objectContaining({ name: "IdentityError", code });

async function createScene(...options: Parameters<typeof createTestRealm>) {
  const realm = createTestRealm(...options);
  const account = await realm.provider.createAccount(
    { identifiers: { username: identifier }, password: testPassword },
    operator,
  );
  const fail = async (times: number, input = wrong) => {
    for (let failure = 0; failure < times; failure++)
      await expect(realm.provider.logIn(input, context)).rejects.toEqual(refusal("credentials_invalid"));
  };
  return { ...realm, account, fail };
}

describe("failures in a row", () => {
  it("NI-04: five cost nothing, then each waits twice as long, and the wait is told in whole seconds, never less than is true", async () => {
    const { provider, clock, fail } = await createScene();
    await fail(5);
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      clock.advance(100);
      await expect(provider.logIn(right, context)).rejects.toMatchObject({
        code: "rate_limited",
        retryAfterSeconds: seconds,
      });
      clock.advance(seconds * 1000 - 101);
      await expect(provider.logIn(right)).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: 1 });
      clock.advance(1);
      await fail(1);
    }
    await provider.close();
  });

  it("NI-04: at most 100 are judged, ninety of strangers, whoever waits as told; 30 quiet days open the way again (AS 6.1.1)", async () => {
    const { provider, clock } = await createScene();
    const month = 30 * 86_400_000;
    await provider.logIn(right, context);
    /** Guesses and waits as told, until nothing is judged for a day. */
    const guessUntilShut = async (address: string): Promise<number> => {
      for (let judged = 0; ;) {
        const { code, retryAfterSeconds } = await provider.logIn(wrong, { address }).catch((error) => error);
        if (code === "credentials_invalid") judged++;
        else if (retryAfterSeconds > 86_400) return judged;
        else clock.advance(retryAfterSeconds * 1000);
      }
    };
    const stranger = "198.51.100.9";
    expect(await guessUntilShut(stranger)).toBe(90);
    const shutAt = clock.now();
    expect(await guessUntilShut(context.address)).toBe(10);
    await expect(provider.logIn(right, context)).rejects.toEqual(refusal("rate_limited"));
    clock.advance(shutAt + month - 1000 - clock.now());
    await expect(provider.logIn(right, { address: stranger })).rejects.toEqual(refusal("rate_limited"));
    clock.advance(1000);
    await provider.logIn(right, { address: stranger });
    await provider.close();
  });

  it("end with a success, with a password that was set, and with a reset; each authenticator has its own", async () => {
    const { provider, account, fail, clock } = await createScene();
    await fail(4);
    await provider.logIn(right, context);
    await fail(5);
    await expect(provider.logIn(right, context)).rejects.toEqual(refusal("rate_limited"));
    await provider.setPassword(account.id, `${testPassword}!`, operator);
    await fail(5, right);
    await provider.resetThrottle({ accountId: account.id }, operator);
    await provider.logIn({ identifier, password: `${testPassword}!` }, context);
    await fail(5, right);
    const codes = { accountId: account.id } as const;
    expect(await provider.readThrottle(codes)).toMatchObject([
      { authenticator: "password", from: "known_addresses", count: 5, most: 10, refusedUntil: clock.now() + 1000 },
      { authenticator: "password", from: "everybody", count: 0, most: 90, refusedUntil: null },
      { authenticator: "one_time_code", count: 0 },
      { authenticator: "one_time_code", count: 0 },
    ]);
    await provider.close();
  });

  it("are counted for the current password, too, by whoever has stolen a token", async () => {
    const { provider, account } = await createScene();
    const { tokens } = await provider.logIn(right, context);
    const bearer = await provider.verifyAccessToken(tokens.accessToken);
    const change = (currentPassword: string) =>
      provider.changePassword(bearer, { currentPassword, newPassword: `${testPassword}!` }, context);
    for (let failure = 0; failure < 3; failure++)
      await expect(change(wrong.password)).rejects.toEqual(refusal("request_malformed"));
    for (let failure = 0; failure < 2; failure++)
      await expect(provider.withdraw(bearer, { password: wrong.password }, context)).rejects.toEqual(
        refusal("request_malformed"),
      );
    await expect(change(testPassword)).rejects.toEqual(refusal("rate_limited"));
    await expect(provider.logIn(right, context)).rejects.toEqual(refusal("rate_limited"));
    await provider.resetThrottle({ accountId: account.id }, operator);
    await change(testPassword);
    await provider.close();
  });

  it("class 8, class 9: spellings of one name are one, and a status that the password reveals is no failure", async () => {
    const { provider, account, fail } = await createScene();
    for (const spelling of ["GILDONG", " gildong ", "ｇildong", "Gildong"])
      await fail(1, { ...wrong, identifier: spelling });
    await provider.administerAccount(account.id, { status: "disabled" }, operator);
    for (let time = 0; time < 7; time++)
      await expect(provider.logIn(right, context)).rejects.toEqual(refusal("account_disabled"));
    await fail(1);
    await expect(provider.logIn(right, context)).rejects.toEqual(refusal("rate_limited"));
    await provider.close();
  });
});

describe("what a flood costs", () => {
  it("no hash, and no query but for one look a second", async () => {
    const finds = vi.fn<() => void>();
    const storage = bendStorage(createMemoryStorage(), {
      read: ({ throttles, accounts }) => ({
        throttles: { find: (place) => (finds(), throttles.find(place)) },
        accounts: { byIdentifier: (at) => (finds(), accounts.byIdentifier(at)) },
      }),
    });
    const { provider, fail, hashes, clock } = await createScene({ storage });
    await fail(5);
    await expect(provider.logIn(wrong, context)).rejects.toEqual(refusal("rate_limited"));
    const [hashed] = [hashes(), finds.mockClear()];
    for (let time = 0; time < 500; time++)
      await expect(provider.logIn(wrong, context)).rejects.toEqual(refusal("rate_limited"));
    expect([hashes() - hashed, finds.mock.calls.length]).toEqual([0, 0]);
    clock.advance(500);
    await expect(provider.logIn(wrong, context)).rejects.toEqual(refusal("rate_limited"));
    expect(provider.status().throttled).toMatchObject({ guessesPerAccount: 502, failuresPerAddress: 0 });
    await provider.close();
  });

  it("one event per key and minute with the number of refusals, and the rest when the process ends", async () => {
    const { provider, account, fail, clock, again } = await createScene({
      policy: { throttling: { guessesPerAccount: { firstDelaySeconds: 600 } } },
    });
    await fail(5);
    const flood = async (times: number) => {
      for (let time = 0; time < times; time++)
        await expect(provider.logIn(wrong, context)).rejects.toEqual(refusal("rate_limited"));
    };
    await flood(100);
    clock.advance(60_000);
    await flood(50);
    await provider.close();
    const later = again();
    const { items } = await later.listEvents({ type: "throttle.refused" });
    const counts = items.map(({ detail }) => Number(detail!["count"] ?? 1));
    expect(counts.toSorted((left, right) => left - right)).toEqual([1, 1, 49, 99]);
    expect(items[0]).toMatchObject({
      accountId: account.id,
      address: context.address,
      actor: "anonymous",
      detail: { limit: "guessesPerAccount" },
    });
    await later.close();
  });

  it("class 11, class 12: a store that cannot be asked is a fault and lets nobody try", async () => {
    let isAway = false;
    const storage = bendStorage(createMemoryStorage(), {
      read: ({ throttles }) => ({
        throttles: {
          find: async (place) => {
            if (isAway) throw new StoreUnavailableError("away");
            return throttles.find(place);
          },
        },
      }),
    });
    const { provider } = await createScene({ storage });
    isAway = true;
    await expect(provider.logIn(right, context)).rejects.toEqual(refusal("store_unavailable"));
    isAway = false;
    await provider.logIn(right, context);
    await provider.close();
  });
});

describe("an address", () => {
  const client = { id: "api", secret: "a secret of enough length" };
  it("class 9: fails by client secrets as well, and then the right one is refused, too", async () => {
    const { provider, clock } = await createScene({
      resourceServers: [client],
      policy: { throttling: { failuresPerAddress: { most: 3, seconds: 60 } } },
    });
    const guess = (secret: string) => provider.authenticateClient({ id: client.id, secret }, context);
    for (let failure = 0; failure < 3; failure++)
      await expect(guess("a wrong secret")).rejects.toEqual(refusal("client_unauthenticated"));
    await expect(guess(client.secret)).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: 60 });
    await expect(provider.logIn(right, context)).rejects.toEqual(refusal("rate_limited"));
    await provider.logIn(right, { address: "203.0.113.8" });
    await provider.authenticateClient(client, {});
    clock.advance(60_000);
    await guess(client.secret);
    await provider.close();
  });

  it("class 9: goes on with the client secret that it proved, whoever else guesses from there; another secret or place proves nothing", async () => {
    const { provider } = await createScene({
      resourceServers: [client],
      policy: { throttling: { failuresPerAddress: { most: 2, seconds: 60 } } },
    });
    const guess = (secret: string, from: typeof context = context) =>
      provider.authenticateClient({ id: client.id, secret }, from);
    await guess(client.secret);
    for (let failure = 0; failure < 2; failure++)
      await expect(guess("a wrong secret")).rejects.toEqual(refusal("client_unauthenticated"));
    await expect(guess("a wrong secret")).rejects.toEqual(refusal("rate_limited"));
    await guess(client.secret);
    const elsewhere = { ...context, address: "203.0.113.9" };
    for (let failure = 0; failure < 2; failure++)
      await expect(guess("a wrong secret", elsewhere)).rejects.toEqual(refusal("client_unauthenticated"));
    await expect(guess(client.secret, elsewhere)).rejects.toEqual(refusal("rate_limited"));
    await provider.close();
  });

  it("counts as its network: IPv4 in any spelling, IPv6 by its /64 (class 9)", () => {
    for (const same of ["192.0.2.1", "::ffff:192.0.2.1", "::FFFF:c000:201", "0:0:0:0:0:ffff:192.0.2.1"])
      expect(addressGroup(same)).toBe("192.0.2.1");
    for (const same of [
      "2001:db8:1:2::",
      "2001:0DB8:1:2:ffff:ffff:ffff:ffff",
      "2001:db8:1:2:0:0:1.2.3.4",
      "2001:db8:1:2::1%eth0",
    ])
      expect(addressGroup(same)).toBe("2001:db8:1:2::/64");
    expect(addressGroup("2001:db8:1:3::")).not.toBe(addressGroup("2001:db8:1:2::"));
    expect(addressGroup("::1")).toBe("0:0:0:0::/64");
    for (const none of ["unix", "1::2::3", "1:2:3", "1:2:3:4:5:6:7:8:9", ":", "g::", "::1.2.3.256"])
      expect(addressGroup(none)).toBe(none);
    expect(addressGroup("\ud800".padEnd(999, "x"))).toHaveLength(64);
  });
});

describe("the arithmetic", () => {
  it("a window begins with its first one and ends with its seconds", () => {
    const rule = { most: 2, seconds: 10 };
    const first = counted(rule, { count: 7, readyAt: 0, expiresAt: 100 }, 100);
    expect(first).toEqual({ count: 1, readyAt: 100, expiresAt: 10_100 });
    const tally = { realm: "r", key: "k", ...counted(rule, first, 5000) };
    expect(tally).toMatchObject({ count: 2, expiresAt: 10_100 });
    expect(refusedUntil(rule, tally, 10_099)).toBe(10_100);
    expect(refusedUntil(rule, tally, 10_100)).toBeUndefined();
    expect(refusedUntil(rule, undefined, 0)).toBeUndefined();
  });

  it("refuses limits that make no sense, by name", () => {
    const refused: readonly (readonly [Parameters<typeof completeThrottling>[0], RegExp])[] = [
      [{ failuresPerAddress: { most: 0, seconds: 1 } }, /policy\.throttling\.failuresPerAddress\.most must be/],
      [{ signUpsPerAddress: { most: 1, seconds: 0.5 } }, /signUpsPerAddress\.seconds must be/],
      [{ guessesPerAccount: { most: 101 } }, /guessesPerAccount\.most must be a whole number from 1 to 100/],
      [{ guessesPerAccount: { free: 91 } }, /free must not be more than/],
      [{ guessesPerAccount: { firstDelaySeconds: 901 } }, /longestDelaySeconds must not be less/],
      [{ guessesPerAccount: { forgetAfterSeconds: 3600, longestDelaySeconds: 3601 } }, /forgetAfterSeconds must not/],
    ];
    for (const [differences, message] of refused) expect(() => completeThrottling(differences)).toThrow(message);
    expect(completeThrottling({ guessesPerAccount: null }).guessesPerAccount).toBeNull();
  });
});
