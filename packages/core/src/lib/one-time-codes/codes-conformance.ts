// What every store promises of one-time codes: used once, tried no more often than allowed, replaced by the next one.
import { ensure, equal } from "../conformance/assert.ts";
import { drain, range, stagger, type Cases, type Suite } from "../conformance/kit.ts";
import { day, fresh, noon } from "../conformance/samples.ts";
import type { CodeAttempt, NewCode, Storage } from "../../ports.ts";

/** The conformance suite of the codes' part of the port. */
export const codesSuite: Suite = { title: "one-time codes", groups: [keeping, trying, parallelTries, purging] };

function newCode(realm: string, given: Partial<NewCode> = {}): NewCode {
  return {
    realm,
    accountId: fresh("acc").slice(0, 22),
    purpose: "log_in",
    id: fresh("id"),
    accountVersion: 3,
    digest: "right",
    createdAt: noon,
    expiresAt: noon + 600_000,
    attemptsLeft: 5,
    ...given,
  };
}

function tryOf({ realm, accountId, purpose, id, accountVersion, digest }: NewCode, given: Partial<CodeAttempt> = {}) {
  return { realm, accountId, purpose, id, accountVersion, digest, now: noon + 1000, ...given };
}

const put = (storage: Storage, code: NewCode): Promise<void> => storage.transact((tx) => tx.codes.put(code));
const attempt = (storage: Storage, at: CodeAttempt): Promise<boolean> => storage.transact((tx) => tx.codes.attempt(at));

function keeping({ check }: Cases): void {
  check(
    "a code reads back as it was put, in the unit, outside, and in another process",
    async ({ storage, other, realm }) => {
      const code = newCode(realm, { digest: "d".repeat(43) });
      equal(await storage.read.codes.current(code), undefined, "before");
      const within = await storage.transact(async (tx) => {
        await tx.codes.put(code);
        return tx.codes.current(code);
      });
      equal(within, { ...code, usedAt: null }, "in the unit");
      for (const process of [storage, other])
        equal(await process.read.codes.current(code), { ...code, usedAt: null }, "committed");
    },
  );

  check(
    "AS-11: a new code replaces the older one of its account and purpose, and no other",
    async ({ storage, realm }) => {
      const [first, second] = [newCode(realm), newCode(realm)];
      const elsewhere = [
        newCode(`${realm}x`, { accountId: first.accountId }),
        newCode(realm, { accountId: first.accountId, purpose: "confirm_email" }),
      ];
      for (const code of [first, second, ...elsewhere]) await put(storage, code);
      equal(await attempt(storage, tryOf(second)), true, "the use of the other account's");
      const replacement = { ...first, id: fresh("id"), digest: "new", attemptsLeft: 2 };
      await put(storage, replacement);
      equal(await attempt(storage, tryOf(first)), false, "a try of the older code");
      equal(
        await storage.read.codes.current(first),
        { ...replacement, usedAt: null },
        "the code that is left, untried",
      );
      equal((await storage.read.codes.current(second))?.usedAt, noon + 1000, "the other account's");
      for (const code of elsewhere)
        equal(await storage.read.codes.current(code), { ...code, usedAt: null }, "another place's");
    },
  );

  check("a used code can be replaced", async ({ storage, realm }) => {
    const code = newCode(realm);
    await put(storage, code);
    await attempt(storage, tryOf(code));
    await put(storage, { ...code, id: "again" });
    equal(await attempt(storage, tryOf({ ...code, id: "again" })), true, "the use of the next one");
  });
}

function trying({ check }: Cases): void {
  check("AS-08: a code is accepted once, and a wrong one costs an attempt", async ({ storage, realm }) => {
    const code = newCode(realm);
    await put(storage, code);
    equal(await attempt(storage, tryOf(code, { digest: "wrong" })), false, "a wrong try");
    equal((await storage.read.codes.current(code))?.attemptsLeft, 4, "the attempts left");
    equal(await attempt(storage, tryOf(code)), true, "the right one");
    equal(await attempt(storage, tryOf(code)), false, "the right one again");
    equal(await storage.read.codes.current(code), { ...code, attemptsLeft: 3, usedAt: noon + 1000 }, "the code");
  });

  check("AS-09: a code is dead at the millisecond of its expiry", async ({ storage, realm }) => {
    const code = newCode(realm);
    await put(storage, code);
    equal(await attempt(storage, tryOf(code, { now: code.expiresAt })), false, "a try at the expiry");
    equal(await storage.read.codes.current(code), { ...code, usedAt: null }, "the code, untried");
    equal(await attempt(storage, tryOf(code, { now: code.expiresAt - 1 })), true, "a try a millisecond before");
  });

  check("AS-11: a code is bound to realm, account, purpose, request and version", async ({ storage, realm }) => {
    const code = newCode(realm);
    await put(storage, code);
    const strangers: readonly Partial<CodeAttempt>[] = [
      { realm: `${realm}x` },
      { accountId: "another" },
      { purpose: "confirm_email" },
      { id: "another" },
      { accountVersion: 4 },
      { digest: "RIGHT" },
    ];
    for (const stranger of strangers)
      equal(
        await attempt(storage, tryOf(code, stranger)),
        false,
        `a try with ${Object.keys(stranger).join()} of another`,
      );
    equal((await storage.read.codes.current(code))?.attemptsLeft, 4, "attempts left: only the wrong digest was a try");
  });

  check("without attempts left the right code is refused", async ({ storage, realm }) => {
    const code = newCode(realm, { attemptsLeft: 2 });
    await put(storage, code);
    for (const digest of ["wrong", "wrong too"])
      equal(await attempt(storage, tryOf(code, { digest })), false, "a wrong try");
    equal(await attempt(storage, tryOf(code)), false, "the right one");
    equal(await storage.read.codes.current(code), { ...code, attemptsLeft: 0, usedAt: null }, "the code");
  });

  check("a try is undone with its unit", async ({ storage, realm }) => {
    const code = newCode(realm);
    await put(storage, code);
    const outcome = await storage.transact(async (tx) => tx.abort(await tx.codes.attempt(tryOf(code))));
    equal(outcome, true, "the outcome in the unit");
    equal(await storage.read.codes.current(code), { ...code, usedAt: null }, "the code");
  });
}

function parallelTries({ race }: Cases): void {
  race(
    "classes 1 and 14, AS-08: of 50 parallel uses of a code exactly one succeeds",
    async ({ storage, other, realm, rounds }) => {
      for (let round = 0; round < Math.ceil(rounds / 20); round++) {
        const code = newCode(realm, { attemptsLeft: 100 });
        await put(storage, code);
        const uses = range(50).map(async (index) => {
          await stagger((index * (round + 1)) % 7);
          return attempt(index % 2 === 0 ? storage : other, tryOf(code));
        });
        equal((await Promise.all(uses)).filter(Boolean).length, 1, "the number of winners");
      }
    },
  );

  race(
    "classes 1, 9 and 14: parallel guesses cannot outrun the count of attempts",
    async ({ storage, other, realm, rounds }) => {
      for (let round = 0; round < Math.ceil(rounds / 20); round++) {
        const code = newCode(realm, { attemptsLeft: 3 });
        await put(storage, code);
        const guesses = range(20).map((index) =>
          attempt(index % 2 === 0 ? storage : other, tryOf(code, { digest: `wrong ${index}` })),
        );
        // Those who came first have used up the count: the right one comes too late, in whatever order the rest ends.
        await Promise.all(guesses.slice(0, 10));
        const late = attempt(storage, tryOf(code));
        equal((await Promise.all([...guesses, late])).filter(Boolean).length, 0, "the number of accepted tries");
        const left = await storage.read.codes.current(code);
        ensure(left?.attemptsLeft === 0, `no attempt is left, and none was counted below: ${left?.attemptsLeft}`);
      }
    },
  );
}

function purging({ check }: Cases): void {
  check("a purge takes what expired before, in bounded batches", async ({ storage, realm }) => {
    const before = noon - 30 * day;
    await drain((limit) => storage.transact((tx) => tx.codes.purge({ before, limit })));
    const old = range(3).map((index) => newCode(realm, { expiresAt: before - 1 - index }));
    const stays = newCode(realm, { expiresAt: before });
    for (const code of [...old, stays]) await put(storage, code);
    const purged = await storage.transact((tx) => tx.codes.purge({ before, limit: 2 }));
    equal(purged, 2, "the first batch");
    equal(await storage.transact((tx) => tx.codes.purge({ before, limit: 2 })), 1, "the second batch");
    for (const code of old) equal(await storage.read.codes.current(code), undefined, "an expired code");
    equal(await storage.read.codes.current(stays), { ...stays, usedAt: null }, "a code that expires then");
  });
}
