// What every store promises of lists of accounts: order, paging, filters and text search.
import { equal, equalSets } from "../conformance/assert.ts";
import { allPages, range, type Cases } from "../conformance/kit.ts";
import { fresh, named, newAccount, noon } from "../conformance/samples.ts";
import type { Account, NewAccount, Storage } from "../../ports.ts";

/** Registers the cases of lists of accounts. */
export function accountListCases(cases: Cases): void {
  paging(cases);
  filters(cases);
}

async function given(storage: Storage, accounts: readonly NewAccount[]): Promise<void> {
  await storage.transact(async (tx) => {
    for (const account of accounts) await tx.accounts.create(account);
  });
}

function paging({ check }: Cases): void {
  check("accounts are listed by (createdAt, id), and a cursor meets each exactly once", async ({ storage, realm }) => {
    const accounts = range(17).map((index) => newAccount(realm, { createdAt: noon + Math.floor((16 - index) / 5) }));
    await given(storage, [...accounts, newAccount(`${realm}x`)]);
    const lengths: number[] = [];
    const seen = await allPages<Account>(async (last) => {
      const page = await storage.read.accounts.list({ realm, limit: 4, ...(last && { after: last }) });
      lengths.push(page.length);
      return page;
    });
    equal(lengths, [4, 4, 4, 4, 1, 0], "the lengths of the pages");
    const order = (left: Account | NewAccount, right: Account | NewAccount) =>
      left.createdAt - right.createdAt || (left.id < right.id ? -1 : 1);
    const expected = [...accounts].sort(order).map(({ id }) => id);
    equal(
      seen.map(({ id }) => id),
      expected,
      "the ids in order",
    );
  });
}

function filters({ check }: Cases): void {
  check("a list is filtered by status", async ({ storage, realm }) => {
    const pending = [newAccount(realm, { status: "pending" }), newAccount(realm, { status: "pending" })];
    await given(storage, [...pending, newAccount(realm), newAccount(realm, { status: "disabled" })]);
    const found = await storage.read.accounts.list({ realm, status: "pending", limit: 9 });
    equalSets(
      found.map(({ id }) => id),
      pending.map(({ id }) => id),
      "the pending accounts",
    );
    equal((await storage.read.accounts.list({ realm, status: "declined", limit: 9 })).length, 0, "declined accounts");
  });

  check(
    "text is found anywhere in a key or value, letter case aside; % and _ mean themselves",
    async ({ storage, realm }) => {
      const names = [
        "rabbit",
        "grey_hare",
        "greyhare",
        "100%",
        "1000",
        "back\\slash",
        "토끼\u{1f407}",
        "o'hare",
        "[ab]*?",
      ];
      const email = { kind: "email", value: "Mad.Hatter@Example.com", key: "mad.hatter@key.example" };
      await given(storage, [
        ...names.map((name) => newAccount(realm, { identifiers: [named(name)] })),
        newAccount(realm, { identifiers: [named(fresh("zz")), email] }),
        newAccount(`${realm}x`, { identifiers: [named("rabbit")] }),
      ]);
      const search = async (text: string) =>
        (await storage.read.accounts.list({ realm, text, limit: 50 })).map(
          ({ identifiers }) => identifiers["email"] ?? identifiers["username"],
        );
      const expectations: readonly (readonly [string, readonly string[]])[] = [
        ["abbi", ["rabbit"]],
        ["RABBIT", ["rabbit"]],
        ["y_h", ["grey_hare"]],
        ["_", ["grey_hare"]],
        ["%", ["100%"]],
        ["0%", ["100%"]],
        ["\\", ["back\\slash"]],
        ["끼\u{1f407}", ["토끼\u{1f407}"]],
        ["'", ["o'hare"]],
        ["[ab]", ["[ab]*?"]],
        ["*", ["[ab]*?"]],
        ["mad.HATTER@example", [email.value]],
        ["@KEY.", [email.value]],
        ["no such text", []],
      ];
      for (const [text, expected] of expectations) equalSets(await search(text), expected, `found by ${text}`);
      equal((await search("")).length, names.length + 1, "found by an empty text");
    },
  );
}
