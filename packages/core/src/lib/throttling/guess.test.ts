// Guesses that meet, places that are known, and what a process remembers of refusals: below the facade, at instants that log-ins seldom hit.
import { describe, expect, it } from "vitest";
import { createMemoryStorage } from "../../memory.ts";
import { CountedEvents } from "../events/counted-events.ts";
import type { RequestContext } from "../provider.ts";
import { createTestClock, createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import { beginGuess } from "./guess.ts";
import { clear, longest, subjectOf, type Refusal } from "./meter.ts";
import { believedMilliseconds, RefusalMemory } from "./refusal-memory.ts";
import { Throttle } from "./throttle.ts";
import { completeThrottling, type ThrottlingDifferences } from "./throttling-policy.ts";

const home: RequestContext = { address: "203.0.113.7" };
const stranger: RequestContext = { address: "198.51.100.9" };
const accountId = "2222222222222222222222";
const day = 86_400_000;

function createScene(differences: ThrottlingDifferences) {
  const storage = createMemoryStorage();
  const clock = createTestClock();
  const faults: unknown[] = [];
  const counted = new CountedEvents({ storage, clock, onBackgroundError: (error) => faults.push(error) });
  const policy = completeThrottling(differences);
  const throttle = new Throttle({ realm: "main", storage, policy, masterKey: undefined, clock, counted });
  const begin = async (context: RequestContext, of: string | null = accountId, name = "kim") => {
    const guess = beginGuess(throttle, { authenticator: "password", subject: ["username", name], context });
    await guess.begin(of ?? undefined);
    return guess;
  };
  const fail = async (context: RequestContext, of: string | null = accountId, name = "kim") => {
    const guess = await begin(context, of, name);
    return storage.transact((tx) => guess.fail(tx));
  };
  const succeed = async (context: RequestContext) => {
    const guess = await begin(context);
    await storage.transact((tx) => guess.succeed(tx));
  };
  /** How many failures in a row are judged before one is refused. */
  const judged = async (context: RequestContext, of: string | null = accountId, name = "kim") => {
    for (let count = 0; ; count++) {
      const refused = await fail(context, of, name).then(
        (refusal) => refusal !== undefined,
        () => true,
      );
      if (refused) return count;
    }
  };
  return { storage, clock, throttle, counted, begin, fail, succeed, judged, faults };
}

// No wait before the limit, so that it alone refuses.
const guesses = (most: number, kept: number) => ({
  guessesPerAccount: { free: most - kept, most, keptForKnownAddresses: kept },
  failuresPerAddress: null,
});

describe("guesses that began together (class 1)", () => {
  it.each([
    ["of an account", guesses(3, 0)],
    ["from an address", { guessesPerAccount: null, failuresPerAddress: { most: 3, seconds: 900 } }],
  ])("NI-04: no more of them %s learn anything than the limit allows", async (_, limits) => {
    const { storage, begin } = createScene(limits);
    const together = await Promise.all(Array.from({ length: 10 }, () => begin(home)));
    const refusals = [];
    for (const guess of together) refusals.push(await storage.transact((tx) => guess.fail(tx)));
    expect(refusals.map((refusal) => refusal?.isUsedUp)).toEqual([
      undefined,
      undefined,
      undefined,
      ...Array.from({ length: 7 }, () => true),
    ]);
  });

  it("and what is counted whether it succeeds or not is counted no further than its limit", async () => {
    const { storage, throttle } = createScene({ signUpsPerAddress: { most: 2, seconds: 900 } });
    const together = await Promise.all(
      Array.from({ length: 4 }, () => throttle.allowance(["signUpsPerAddress"], home)),
    );
    const refusals = [];
    const [first] = together;
    expect(await storage.transact((tx) => first!.ask(tx))).toBeUndefined();
    for (const allowance of together) refusals.push(await storage.transact((tx) => allowance.take(tx)));
    expect(await storage.transact((tx) => first!.ask(tx))).toMatchObject({ limit: "signUpsPerAddress" });
    expect(refusals.map((refusal) => refusal?.limit)).toEqual([
      undefined,
      undefined,
      "signUpsPerAddress",
      "signUpsPerAddress",
    ]);
    await expect(throttle.allowance(["signUpsPerAddress"], home)).rejects.toMatchObject({ code: "rate_limited" });
    await throttle.allowance(["signUpsPerAddress"], stranger);
    for (let count = 0; count < 3; count++) {
      const unaddressed = await throttle.allowance(["signUpsPerAddress"], {});
      expect(await unaddressed.count(storage)).toBeUndefined();
    }
  });
});

describe("a success", () => {
  it("begins the row of failures anew, that of everybody and that of known addresses", async () => {
    const { fail, succeed, judged } = createScene(guesses(10, 4));
    await succeed(home);
    for (let row = 0; row < 3; row++) {
      for (let failure = 0; failure < 3; failure++) expect(await fail(home)).toBeUndefined();
      for (let failure = 0; failure < 5; failure++) expect(await fail(stranger)).toBeUndefined();
      await succeed(home);
    }
    expect(await judged(stranger)).toBe(6);
  });

  it("makes its address known for as long as failures are remembered, anew with each success", async () => {
    const { clock, succeed, judged } = createScene(guesses(10, 4));
    await succeed(home);
    clock.advance(20 * day);
    await succeed(home);
    clock.advance(30 * day - 1);
    expect(await judged(stranger)).toBe(6);
    expect(await judged(home)).toBe(4);
  });

  it("and no longer", async () => {
    const { clock, succeed, judged } = createScene(guesses(10, 4));
    await succeed(home);
    clock.advance(30 * day);
    expect(await judged(stranger)).toBe(6);
    expect(await judged(home)).toBe(0);
  });

  it("writes the mark of an address that is known for longer than half of it no second time", async () => {
    const { storage, clock, throttle, succeed } = createScene(guesses(10, 4));
    await succeed(home);
    const place = throttle.place("known", "account", accountId, home.address!);
    const first = clock.now() + 30 * day;
    clock.advance(15 * day - 1);
    await succeed(home);
    expect((await storage.read.throttles.find(place))?.expiresAt).toBe(first);
    clock.advance(1);
    await succeed(home);
    expect((await storage.read.throttles.find(place))?.expiresAt).toBe(clock.now() + 30 * day);
  });
});

it("a success from nowhere makes nowhere known", async () => {
  const { succeed, judged } = createScene(guesses(10, 4));
  await succeed({});
  expect(await judged({})).toBe(6);
});

it("class 9: where somebody signed up is known at once: strangers cannot shut the owner out from there", async () => {
  const throttling = { guessesPerAccount: { free: 3, most: 8, keptForKnownAddresses: 5, forgetAfterSeconds: 3600 } };
  const { provider, clock } = createTestRealm({ policy: { throttling } });
  const [place, elsewhere] = [{ address: "203.0.113.7" }, { address: "203.0.113.8" }];
  await provider.signUp({ identifiers: { username: "kim" }, password: testPassword }, place);
  await provider.signUp({ identifiers: { username: "lee" }, password: testPassword }, elsewhere);
  const logIn = (identifier: string, from: { readonly address: string }, password = testPassword) =>
    provider.logIn({ identifier, password }, from).then(
      () => "good",
      (error: { readonly code: string }) => error.code,
    );
  const shutOut = async (identifier: string) => {
    for (let failure = 0; failure < 3; failure++)
      expect(await logIn(identifier, { address: `198.51.100.${failure}` }, "a guess")).toBe("credentials_invalid");
    expect(await logIn(identifier, { address: "198.51.100.9" })).toBe("rate_limited");
  };
  await shutOut("kim");
  // What another account's owner is known from opens nothing.
  expect(await logIn("kim", elsewhere)).toBe("rate_limited");
  clock.advance(3_599_000);
  expect(await logIn("kim", place)).toBe("good");
  // For as long as failures are remembered, and no longer.
  await shutOut("lee");
  clock.advance(1000);
  expect(await logIn("lee", elsewhere)).toBe("rate_limited");
  await provider.close();
});

it("a tally is cleared where it counted something, and said to be", async () => {
  const { storage, clock, throttle, fail } = createScene(guesses(10, 0));
  const place = throttle.place("guesses", "password", "everybody", "account", accountId);
  const cleared = () => storage.transact((tx) => clear(tx, place, clock.now()));
  expect(await cleared()).toBe(false);
  await fail(home);
  expect([await cleared(), await cleared()]).toEqual([true, false]);
});

it("a realm without limits on guesses signs up, logs in, reads and resets as any other", async () => {
  const throttling = { guessesPerAccount: null, failuresPerAddress: null };
  const { provider } = createTestRealm({ policy: { throttling } });
  const operator = { kind: "operator" } as const;
  for (const [username, context] of [
    ["kim", home],
    ["lee", {}],
  ] as const) {
    const { account } = await provider.signUp({ identifiers: { username }, password: testPassword }, context);
    for (let failure = 0; failure < 20; failure++)
      await expect(
        provider.logIn({ identifier: username, password: "not this one, surely" }, context),
      ).rejects.toMatchObject({ code: "credentials_invalid" });
    await provider.logIn({ identifier: username, password: testPassword }, context);
    await provider.resetThrottle({ accountId: account.id }, operator);
    expect(await provider.readThrottle({ accountId: account.id })).toEqual([]);
  }
});

it("where the ways of known addresses and of everybody are shut, the one that opens first is told", async () => {
  for (const [first, second] of [
    [home, stranger],
    [stranger, home],
  ] as const) {
    const { clock, succeed, fail, begin } = createScene(guesses(10, 4));
    await succeed(home);
    const shut = async (from: RequestContext) => {
      for (let failure = 0; failure < (from === home ? 4 : 6); failure++) expect(await fail(from)).toBeUndefined();
    };
    await shut(first);
    clock.advance(60_000);
    await shut(second);
    const refused = await begin(home).catch((error: { readonly retryAfterSeconds: number }) => error.retryAfterSeconds);
    expect(refused).toBe(30 * 86_400 - 60);
  }
});

it("names that nobody has are counted one by one, and never with an account (class 13)", async () => {
  const { judged } = createScene(guesses(3, 0));
  expect(await judged(home, null, "nobody")).toBe(3);
  expect(await judged(home, null, "nobody else")).toBe(3);
  expect(await judged(home, accountId, "kim")).toBe(3);
  expect(subjectOf("username", "kim", "Kim")).toEqual(["username", "kim"]);
  expect(subjectOf("username", "", "no@name")).toEqual(["entered", "username", "no@name"]);
  expect(subjectOf("username", "", "\ud800".padEnd(999, "x"))[2]).toBe("\ufffd".padEnd(256, "x"));
});

it("the audit log tells of each subject that is refused, with the account where it is known (ASVS 16.3.3)", async () => {
  const { storage, judged, counted, faults } = createScene(guesses(3, 0));
  await judged(home, accountId, "kim");
  await judged(home, null, "nobody");
  await counted.close();
  const events = await storage.read.events.list({ realm: "main", type: "throttle.refused", limit: 10 });
  expect(events.map(({ accountId: of, detail }) => [of, detail])).toEqual([
    [undefined, { limit: "guessesPerAccount" }],
    [accountId, { limit: "guessesPerAccount" }],
  ]);
  expect(faults).toEqual([]);
});

it("and of an address that is refused, without the account that it tried last", async () => {
  const { storage, judged, counted } = createScene({
    guessesPerAccount: null,
    failuresPerAddress: { most: 3, seconds: 900 },
  });
  expect(await judged(home, accountId, "kim")).toBe(3);
  expect(await judged(home, null, "nobody")).toBe(0);
  expect(await judged(stranger, accountId, "kim")).toBe(3);
  await counted.close();
  const events = await storage.read.events.list({ realm: "main", type: "throttle.refused", limit: 10 });
  expect(new Set(events.map(({ accountId: of }) => of))).toEqual(new Set([undefined]));
});

describe("what a process remembers of refusals", () => {
  const refusal = (until: number): Refusal => ({ limit: "guessesPerAccount", key: "k", until, isUsedUp: true });

  it("is believed for a second, and no longer than it is true", () => {
    const clock = createTestClock();
    const memory = new RefusalMemory(clock);
    const lasting = refusal(clock.now() + day);
    memory.remember("lasting", lasting);
    memory.remember("short", refusal(clock.now() + 10));
    clock.advance(9);
    expect(memory.recall("short")).toBeDefined();
    clock.advance(1);
    expect(memory.recall("short")).toBeUndefined();
    clock.advance(believedMilliseconds - 11);
    expect(memory.recall("lasting")).toBe(lasting);
    // What was recalled is not remembered anew: else a flood would keep it true for ever.
    memory.remember("lasting", lasting);
    clock.advance(1);
    expect(memory.recall("lasting")).toBeUndefined();
  });

  it("is at most 10,000 of them; the oldest leaves first", () => {
    const clock = createTestClock();
    const memory = new RefusalMemory(clock);
    for (let count = 1; count <= 10_000; count++) memory.remember(`k${count}`, refusal(clock.now() + day));
    memory.remember("k1", refusal(clock.now() + day));
    expect(memory.recall("k2")).toBeDefined();
    memory.remember("one more", refusal(clock.now() + day));
    expect(["k1", "k2", "k3"].map((key) => memory.recall(key) !== undefined)).toEqual([true, false, true]);
    memory.clear();
    expect(memory.recall("k1")).toBeUndefined();
  });

  it("of several the one that lasts longest is told, whichever comes first", () => {
    const [short, long] = [refusal(1), refusal(2)];
    expect([longest([short, long]), longest([long, undefined, short]), longest([undefined])]).toEqual([
      long,
      long,
      undefined,
    ]);
  });
});
