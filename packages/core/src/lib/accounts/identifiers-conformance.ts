// What every store promises of identifiers and numbers of accounts: byte-wise keys, one winner, numbers that never come back.
import { ensure, equal, equalSets } from "../conformance/assert.ts";
import { range, type Cases } from "../conformance/kit.ts";
import { fresh, givenAccount, named, newAccount, noon } from "../conformance/samples.ts";

/** Registers the cases of identifiers and numbers. */
export function identifierCases(cases: Cases): void {
  identifierKeys(cases);
  takenKeys(cases);
  parallelCreators(cases);
  numbersOfAccounts(cases);
}

// Keys that collations, normalisation or padding rules take for one another.
const lookAlikes = [
  ["rabbit", "Rabbit", "RABBIT", "rabbit ", " rabbit", "rabbit\t"],
  ["caf\u00e9", "cafe\u0301", "cafe", "CAF\u00c9"],
  ["stra\u00dfe", "strasse", "\u017ftrasse"],
  ["a", "\u0430", "\uff41", "\u{1d41a}"],
  ["\u{1f407}", "\u{1f430}", "\ud7ff", "\u{20bb7}", "\u5409"],
  ["o'hare", 'o"hare', "o\\hare", "o%hare", "o_hare", "o;--hare"],
  ["1", "01", "1.0", "1e0"],
  ["\u0131", "i", "I", "\u0130"],
].flat();

function identifierKeys({ check }: Cases): void {
  check(
    "classes 8 and 16: identifiers compare byte by byte: letter case, accents, padding and look-alikes are apart",
    async ({ storage, realm }) => {
      const owners = new Map<string, string>();
      await storage.transact(async (tx) => {
        for (const key of lookAlikes) {
          const created = await tx.accounts.create(newAccount(realm, { identifiers: [named(key)] }));
          ensure(created.outcome === "created", `${JSON.stringify(key)} is free`);
          owners.set(key, created.account.id);
        }
      });
      for (const [key, id] of owners) {
        const found = await storage.read.accounts.byIdentifier({ realm, kind: "username", key });
        equal(found?.account.id, id, `the owner of ${JSON.stringify(key)}`);
        equal(found?.account.identifiers, { username: key }, `the value of ${JSON.stringify(key)}`);
      }
    },
  );

  check("code points beyond the BMP survive in every text", async ({ storage, realm }) => {
    const text = "\u{1f407}\u{20bb7}\u{10ffff} 토끼";
    const account = await givenAccount(storage, realm, {
      roles: [text],
      identifiers: [{ kind: "username", value: text, key: text }],
      attributes: { [text]: text },
    });
    const found = await storage.read.accounts.byIdentifier({ realm, kind: "username", key: text });
    equal(found?.account, account, "the account");
    equal(
      [account.roles, account.identifiers, account.attributes],
      [[text], { username: text }, { [text]: text }],
      "its texts",
    );
  });
}

function takenKeys({ check }: Cases): void {
  check(
    "identifier_taken lists every kind that is taken and creates nothing; the unit goes on",
    async ({ storage, realm }) => {
      const name = fresh();
      const email = named(fresh(), "email");
      await givenAccount(storage, realm, { identifiers: [named(name)] });
      await givenAccount(storage, realm, { identifiers: [email] });
      const free = named(fresh(), "mobile");
      const refused = newAccount(realm, { identifiers: [named(name), free, email] });
      const later = newAccount(realm);
      const outcomes = await storage.transact(async (tx) => [
        await tx.accounts.create(refused),
        await tx.accounts.create(later),
      ]);
      ensure(outcomes[0]?.outcome === "identifier_taken", "a taken identifier is refused");
      equalSets(outcomes[0].kinds, ["username", "email"], "the taken kinds");
      equal(outcomes[1]?.outcome, "created", "the next creation of the unit");
      equal(await storage.read.accounts.byId({ realm, id: refused.id }), undefined, "the refused account");
      const owner = await storage.read.accounts.byIdentifier({ realm, kind: "mobile", key: free.key });
      equal(owner, undefined, "the owner of the free identifier");
    },
  );

  check("a key is free in another realm and under another kind", async ({ storage, realm }) => {
    const name = fresh();
    const first = await givenAccount(storage, realm, { identifiers: [named(name)] });
    const second = await givenAccount(storage, realm, { identifiers: [named(name, "email")] });
    const third = await givenAccount(storage, `${realm}x`, { identifiers: [named(name)] });
    const owner = async (at: string, kind: string) =>
      (await storage.read.accounts.byIdentifier({ realm: at, kind, key: name }))?.account.id;
    equal(
      [await owner(realm, "username"), await owner(realm, "email"), await owner(`${realm}x`, "username")],
      [first.id, second.id, third.id],
      "the three owners",
    );
  });
}

function parallelCreators({ check }: Cases): void {
  check(
    "of 20 parallel creators of one key exactly one succeeds, over two processes",
    async ({ storage, other, realm }) => {
      const identifiers = [named(fresh()), named(fresh(), "email")];
      const outcomes = await Promise.all(
        range(20).map((index) =>
          (index % 2 === 0 ? storage : other).transact((tx) => tx.accounts.create(newAccount(realm, { identifiers }))),
        ),
      );
      const winners = outcomes.filter(({ outcome }) => outcome === "created");
      equal(winners.length, 1, "the number of winners");
      for (const lost of outcomes) {
        if (lost.outcome === "identifier_taken")
          equalSets(lost.kinds, ["username", "email"], "the kinds a loser is told");
      }
      equal((await storage.read.accounts.list({ realm, limit: 50 })).length, 1, "the number of accounts");
    },
  );
}

function numbersOfAccounts({ check }: Cases): void {
  check(
    "numbers count up per realm from 1, and parallel creators get different ones",
    async ({ storage, other, realm }) => {
      equal((await givenAccount(storage, realm)).number, 1, "the first number");
      equal((await givenAccount(storage, `${realm}x`)).number, 1, "the first number of another realm");
      const accounts = await Promise.all(
        range(20).map((index) => givenAccount(index % 2 === 0 ? storage : other, realm)),
      );
      equal(new Set(accounts.map(({ number }) => number)).size, 20, "different numbers");
      ensure(
        accounts.every(({ number }) => number > 1 && number < 2 ** 31),
        "numbers lie above the first and below 2³¹",
      );
    },
  );

  check("a number that is kept raises the counter, and leaves it where it was higher", async ({ storage, realm }) => {
    equal((await givenAccount(storage, realm, { number: 31 })).number, 31, "the number of the first account");
    const found = await storage.read.accounts.byNumber({ realm, number: 31 });
    equal(found?.number, 31, "the account that is found by its number");
    equal((await givenAccount(storage, realm)).number, 32, "the next number");
    equal((await givenAccount(storage, realm, { number: 7 })).number, 7, "a number that was left out");
    equal((await givenAccount(storage, realm)).number, 33, "the number after it");
    equal((await givenAccount(storage, `${realm}x`)).number, 1, "the first number of another realm");
  });

  check(
    "a number or an id that is or was another account's is refused, creates nothing, and the unit goes on",
    async ({ storage, realm }) => {
      const living = await givenAccount(storage, realm, { number: 5 });
      const gone = await givenAccount(storage, realm, { number: 6 });
      await storage.transact((tx) => tx.accounts.withdraw({ realm, id: gone.id, at: noon + 1 }));
      const name = named(fresh());
      const attempts = [
        { number: 5 },
        { number: 6 },
        { id: living.id },
        { id: gone.id },
        { id: living.id, number: 8 },
      ] as const;
      const outcomes = await storage.transact(async (tx) => {
        const refused = [];
        for (const given of attempts)
          refused.push((await tx.accounts.create(newAccount(realm, { identifiers: [name], ...given }))).outcome);
        const last = await tx.accounts.create(newAccount(realm, { identifiers: [name], number: 9 }));
        return [...refused, last.outcome];
      });
      equal(outcomes, [...attempts.map(() => "account_taken"), "created"], "the outcomes");
      equal((await storage.read.accounts.byIdentifier({ realm, ...name }))?.account.number, 9, "who has the name");
      equal(await storage.read.accounts.byId({ realm, id: living.id }), living, "the account whose id was wanted");
      equal((await storage.read.accounts.list({ realm, limit: 9 })).length, 2, "the number of accounts");
    },
  );

  check("of 20 parallel creators of one number exactly one succeeds", async ({ storage, other, realm }) => {
    const outcomes = await Promise.all(
      range(20).map((index) =>
        (index % 2 === 0 ? storage : other).transact((tx) => tx.accounts.create(newAccount(realm, { number: 12 }))),
      ),
    );
    const winners = outcomes.filter(({ outcome }) => outcome === "created");
    equal(winners.length, 1, "the number of winners");
    equal((await storage.read.accounts.list({ realm, limit: 50 })).length, 1, "the number of accounts");
  });

  check("a number never comes back after a withdrawal", async ({ storage, realm }) => {
    const name = fresh();
    const first = await givenAccount(storage, realm, { identifiers: [named(name)] });
    await storage.transact((tx) => tx.accounts.withdraw({ realm, id: first.id, at: noon + 1 }));
    const second = await givenAccount(storage, realm, { identifiers: [named(name)] });
    ensure(second.number > first.number, "the next account of the same name has a greater number");
    equal(await storage.read.accounts.byNumber({ realm, number: first.number }), undefined, "the old number");
  });
}
