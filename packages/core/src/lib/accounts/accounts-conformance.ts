// What every store promises of accounts: reading back, changes, admission and withdrawal. Identifiers and lists have files of their own.
import { ensure, equal, equalSets } from "../conformance/assert.ts";
import type { Cases, Suite } from "../conformance/kit.ts";
import { accountNow, day, fresh, givenAccount, named, newAccount, noon } from "../conformance/samples.ts";
import { accountListCases } from "./account-list-conformance.ts";
import { identifierCases } from "./identifiers-conformance.ts";

/** The conformance suite of the accounts' part of the port. */
export const accountsSuite: Suite = {
  title: "accounts",
  groups: [readingBack, identifierCases, changes, takenChanges, admission, withdrawal, accountListCases],
};

function readingBack({ check }: Cases): void {
  check("an account reads back as it was created, by id, number and identifier", async ({ storage, other, realm }) => {
    const given = newAccount(realm, {
      status: "pending",
      roles: ["ADMIN", "USER"],
      identifiers: [named("rabbit"), { kind: "email", value: "Rabbit@Example.com", key: "rabbit@example.com" }],
      attributes: { nickname: "O'Hare; -- \\ \"%_", list: [1, 2.5, null, true, { deep: [""] }], zero: 0 },
    });
    const account = await givenAccount(storage, realm, given);
    const { identifiers, passwordHash, ...rest } = given;
    equal(
      account,
      {
        ...rest,
        identifiers: { username: "rabbit", email: "Rabbit@Example.com" },
        number: 1,
        securityVersion: account.securityVersion,
        updatedAt: noon,
        lastLogInAt: null,
      },
      "the created account",
    );
    for (const { read } of [storage, other]) {
      equal(await read.accounts.byId({ realm, id: account.id }), account, "by id");
      equal(await read.accounts.byNumber({ realm, number: account.number }), account, "by number");
      equal(await read.accounts.withPassword({ realm, id: account.id }), { account, passwordHash }, "with password");
      for (const { kind, key } of identifiers) {
        equal(await read.accounts.byIdentifier({ realm, kind, key }), { account, passwordHash }, `by ${kind}`);
      }
    }
  });

  check(
    "an account without password or identifiers is kept, and what is not there is not found",
    async ({ storage, realm }) => {
      const account = await givenAccount(storage, realm, { identifiers: [], passwordHash: null, roles: [] });
      const found = await storage.read.accounts.withPassword({ realm, id: account.id });
      equal(found, { account, passwordHash: null }, "the account without password");
      equal(account.identifiers, {}, "no identifiers");
      equal(await storage.read.accounts.byId({ realm: `${realm}x`, id: account.id }), undefined, "in another realm");
      equal(await storage.read.accounts.byNumber({ realm, number: 2 }), undefined, "an unknown number");
      equal(await storage.read.accounts.byIdentifier({ realm, kind: "username", key: "" }), undefined, "no such name");
    },
  );

  check("64-bit integers stay numbers", async ({ storage, realm }) => {
    const createdAt = Number.MAX_SAFE_INTEGER;
    const account = await givenAccount(storage, realm, { createdAt, attributes: { large: createdAt } });
    const found = await accountNow(storage, account);
    equal(
      [found.createdAt, found.updatedAt, found.attributes["large"]],
      [createdAt, createdAt, createdAt],
      "large integers",
    );
    for (const name of ["number", "securityVersion", "createdAt", "updatedAt"] as const) {
      equal(typeof found[name], "number", `the type of ${name}`);
    }
  });

  check("what a caller does to its own objects later changes nothing in the store", async ({ storage, realm }) => {
    const roles = ["USER"];
    const attributes = { tags: ["a"] };
    const account = await givenAccount(storage, realm, { roles, attributes });
    roles.push("ADMIN");
    attributes.tags.push("b");
    const found = await accountNow(storage, account);
    equal([found.roles, found.attributes], [["USER"], { tags: ["a"] }], "the stored account");
  });
}

function changes({ check }: Cases): void {
  check("a change touches what it names and nothing else", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm, { attributes: { nickname: "R", keep: { a: 1 }, gone: 1 } });
    const changed = await storage.transact((tx) =>
      tx.accounts.change({
        realm,
        id: account.id,
        changes: { attributes: { nickname: "S", gone: null, more: [] }, raiseSecurityVersion: false },
        at: noon + 5,
      }),
    );
    const expected = { ...account, attributes: { nickname: "S", keep: { a: 1 }, more: [] }, updatedAt: noon + 5 };
    equal(changed, { outcome: "changed", account: expected }, "the outcome");
    equal(await accountNow(storage, account), expected, "the stored account");
  });

  check(
    "status, roles, password and identifiers change, and the security version rises by one when asked",
    async ({ storage, realm }) => {
      const old = fresh();
      const account = await givenAccount(storage, realm, { identifiers: [named(old), named(fresh(), "email")] });
      const name = { kind: "username", value: "Anew", key: "anew" };
      const mobile = named("+821012345678", "mobile");
      const outcome = await storage.transact((tx) =>
        tx.accounts.change({
          realm,
          id: account.id,
          changes: {
            status: "disabled",
            roles: [],
            passwordHash: "other",
            setIdentifiers: [name, mobile],
            removeIdentifiers: ["email"],
            raiseSecurityVersion: true,
          },
          at: noon + day,
        }),
      );
      const expected = {
        ...account,
        status: "disabled",
        roles: [],
        identifiers: { username: "Anew", mobile: mobile.value },
        securityVersion: account.securityVersion + 1,
        updatedAt: noon + day,
      };
      equal(outcome, { outcome: "changed", account: expected }, "the outcome");
      const found = await storage.read.accounts.byIdentifier({ realm, kind: "username", key: "anew" });
      equal(found, { account: expected, passwordHash: "other" }, "by the new name");
      equal(await storage.read.accounts.byIdentifier({ realm, kind: "username", key: old }), undefined, "the old name");
      const next = await givenAccount(storage, realm, { identifiers: [named(old)] });
      ensure(next.number > account.number, "the old name is free");
    },
  );
}

function takenChanges({ check }: Cases): void {
  check(
    "a change to taken identifiers lists every kind and changes nothing; the unit goes on",
    async ({ storage, realm }) => {
      const [name, email] = [named(fresh()), named(fresh(), "email")];
      await givenAccount(storage, realm, { identifiers: [name] });
      await givenAccount(storage, realm, { identifiers: [email] });
      const account = await givenAccount(storage, realm);
      const setIdentifiers = [named(fresh(), "mobile"), name, email];
      const outcomes = await storage.transact(async (tx) => {
        const at = { realm, id: account.id, at: noon + 1 };
        return [
          await tx.accounts.change({
            ...at,
            changes: { setIdentifiers, roles: ["ADMIN"], raiseSecurityVersion: true },
          }),
          await tx.accounts.change({ ...at, changes: { attributes: { a: 1 }, raiseSecurityVersion: false } }),
        ];
      });
      ensure(outcomes[0]?.outcome === "identifier_taken", "taken identifiers are refused");
      equalSets(outcomes[0].kinds, ["username", "email"], "the taken kinds");
      const expected = { ...account, attributes: { a: 1 }, updatedAt: noon + 1 };
      equal(await accountNow(storage, account), expected, "the account after the unit");
    },
  );

  check("an account's own key is not taken, and only the value changes", async ({ storage, realm }) => {
    const key = fresh();
    const account = await givenAccount(storage, realm, { identifiers: [named(key)] });
    const setIdentifiers = [{ kind: "username", value: key.toUpperCase(), key }];
    const outcome = await storage.transact((tx) =>
      tx.accounts.change({ realm, id: account.id, changes: { setIdentifiers, raiseSecurityVersion: false }, at: noon }),
    );
    equal(outcome.outcome, "changed", "the outcome");
    equal((await accountNow(storage, account)).identifiers, { username: key.toUpperCase() }, "the value");
  });

  check("an unknown account and one of another realm are not changed", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const outcome = await storage.transact((tx) =>
      tx.accounts.change({
        realm: `${realm}x`,
        id: account.id,
        changes: { roles: ["ADMIN"], raiseSecurityVersion: true },
        at: noon,
      }),
    );
    equal(outcome, { outcome: "unknown" }, "the outcome");
    equal(await accountNow(storage, account), account, "the account");
  });
}

function admission({ check }: Cases): void {
  check(
    "admit changes a row only at the security version that was read, and in a named status",
    async ({ storage, realm }) => {
      const account = await givenAccount(storage, realm);
      const admit = (securityVersion: number, statuses: readonly ("active" | "pending")[], id = account.id) =>
        storage.transact((tx) =>
          tx.accounts.admit({ realm, id, securityVersion, statuses, at: noon + 9, passwordHash: "newer" }),
        );
      equal(await admit(account.securityVersion + 1, ["active"]), false, "at a later version");
      equal(await admit(account.securityVersion - 1, ["active"]), false, "at an earlier version");
      equal(await admit(account.securityVersion, ["pending"]), false, "in another status");
      equal(await admit(account.securityVersion, ["active"], newAccount(realm).id), false, "for an unknown account");
      equal(await accountNow(storage, account), account, "the account after refusals");
      equal(await admit(account.securityVersion, ["pending", "active"]), true, "at the version, in the status");
      const found = await storage.read.accounts.withPassword({ realm, id: account.id });
      equal([found?.account.lastLogInAt, found?.passwordHash], [noon + 9, "newer"], "the log-in and the newer hash");
      equal(found?.account.securityVersion, account.securityVersion, "the security version");
    },
  );
}

function withdrawal({ check }: Cases): void {
  check("a withdrawn account is found nowhere, and nothing more can be done to it", async ({ storage, realm }) => {
    const name = named(fresh());
    const account = await givenAccount(storage, realm, { identifiers: [name] });
    const { id, number } = account;
    const again = await storage.transact(async (tx) => [
      await tx.accounts.withdraw({ realm, id, at: noon }),
      await tx.accounts.withdraw({ realm, id, at: noon }),
      await tx.accounts.withdraw({ realm: `${realm}x`, id, at: noon }),
    ]);
    equal(again, [true, false, false], "the outcomes of withdrawing twice and elsewhere");
    const { accounts } = storage.read;
    equal(await accounts.byId({ realm, id }), undefined, "by id");
    equal(await accounts.byNumber({ realm, number }), undefined, "by number");
    equal(await accounts.byIdentifier({ realm, ...name }), undefined, "by name");
    equal(await accounts.withPassword({ realm, id }), undefined, "with password");
    equal(await accounts.list({ realm, limit: 9 }), [], "the list");
    const { securityVersion } = account;
    const after = await storage.transact(async (tx) => [
      await tx.accounts.lock({ realm, id }),
      await tx.accounts.admit({ realm, id, securityVersion, statuses: ["active"], at: noon }),
      await tx.accounts.change({ realm, id, changes: { roles: ["ADMIN"], raiseSecurityVersion: true }, at: noon }),
    ]);
    equal(after, [undefined, false, { outcome: "unknown" }], "lock, admit and change");
  });
}
