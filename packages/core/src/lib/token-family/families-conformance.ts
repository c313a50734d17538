// What every store promises of token families: reading back, lists, revocation, realmRevocation, restamping and purging. Rotation is proved in rotation-conformance.ts.
import { ensure, equal, equalSets } from "../conformance/assert.ts";
import { allPages, drain, range, type Cases, type Suite } from "../conformance/kit.ts";
import { day, familyNow, givenAccount, givenFamily, newFamily, noon } from "../conformance/samples.ts";
import type { NewTokenFamily, TokenFamily } from "../../ports.ts";

/** The conformance suite of the families' part of the port, rotation aside. */
export const familiesSuite: Suite = {
  title: "token families",
  groups: [readingBack, activeLists, revocation, realmRevocation, restamping, purging],
};

function readingBack({ check }: Cases): void {
  check("a family reads back as it was created, at generation 0", async ({ storage, other, realm }) => {
    const account = await givenAccount(storage, realm);
    const given = newFamily(account, { device: "토끼 \u{1f407} 'browser'", address: "2001:db8::1", clientId: "c" });
    await storage.transact((tx) => tx.families.create(given));
    const expected = { ...given, generation: 0, rotatedAt: given.createdAt, revokedAt: null, revokedReason: null };
    equal(await storage.read.families.byId({ realm, id: given.id }), expected, "the family");
    equal(await other.read.families.byId({ realm, id: given.id }), expected, "the family in another process");
    const elsewhere = await storage.read.families.byId({ realm: `${realm}x`, id: given.id });
    equal(elsewhere, undefined, "the family in another realm");
    const unknown = await storage.read.families.byId({ realm, id: newFamily(account).id });
    equal(unknown, undefined, "an unknown family");
  });

  check("64-bit integers stay numbers", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const large = Number.MAX_SAFE_INTEGER;
    const family = await givenFamily(storage, account, { idleExpiresAt: large - 1, expiresAt: large });
    equal([family.idleExpiresAt, family.expiresAt], [large - 1, large], "the expiry");
    for (const name of [
      "accountVersion",
      "generation",
      "createdAt",
      "rotatedAt",
      "idleExpiresAt",
      "expiresAt",
    ] as const) {
      equal(typeof family[name], "number", `the type of ${name}`);
    }
    const at = { realm, familyId: family.id, generation: 0, now: noon + 1, idleExpiresAt: large };
    equal((await storage.families.rotate(at)).family?.generation, 1, "the generation after a rotation");
  });

  check("RT-14 two log-ins of one account are two families", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const [first, second] = [await givenFamily(storage, account), await givenFamily(storage, account)];
    await storage.transact((tx) => tx.families.revoke({ realm, id: first.id, at: noon, reason: "reuse" }));
    equal(await familyNow(storage, second), second, "the other family");
    const rotated = await storage.families.rotate({
      realm,
      familyId: second.id,
      generation: 0,
      now: noon + 1,
      idleExpiresAt: noon + day,
    });
    equal(rotated.won, true, "a rotation of the other family");
  });
}

function activeLists({ check }: Cases): void {
  check("active families are listed newest first, and a cursor meets each exactly once", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const families = range(9).map((index) => newFamily(account, { createdAt: noon + Math.floor(index / 4) }));
    await storage.transact(async (tx) => {
      for (const family of families) await tx.families.create(family);
    });
    const seen = await allPages<TokenFamily>((last) =>
      storage.read.families.listActive({
        realm,
        accountId: account.id,
        now: noon + 9,
        limit: 2,
        ...(last && { after: last }),
      }),
    );
    const order = (left: NewTokenFamily, right: NewTokenFamily) =>
      right.createdAt - left.createdAt || (left.id > right.id ? -1 : 1);
    equal(
      seen.map(({ id }) => id),
      [...families].sort(order).map(({ id }) => id),
      "the ids in order",
    );
  });

  check(
    "a list holds what is neither revoked nor expired, strictly after now, and of that account only",
    async ({ storage, realm }) => {
      const account = await givenAccount(storage, realm);
      const someone = await givenAccount(storage, realm);
      await givenFamily(storage, someone);
      await givenFamily(storage, account, { idleExpiresAt: noon });
      await givenFamily(storage, account, { idleExpiresAt: noon + day, expiresAt: noon });
      const last = await givenFamily(storage, account, { idleExpiresAt: noon + 1, expiresAt: noon + 1 });
      const revoked = await givenFamily(storage, account);
      await storage.transact((tx) => tx.families.revoke({ realm, id: revoked.id, at: noon, reason: "logged_out" }));
      const query = { realm, accountId: account.id, now: noon, limit: 9 };
      equal(await storage.read.families.listActive(query), [last], "the active families");
      equal(await storage.transact((tx) => tx.families.listActive(query)), [last], "the same inside a unit");
      equal(await storage.read.families.listActive({ ...query, realm: `${realm}x` }), [], "in another realm");
    },
  );
}

function revocation({ check }: Cases): void {
  check("a family is revoked once: the first time and reason stay", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const family = await givenFamily(storage, account);
    const { id } = family;
    await storage.families.rotate({ realm, familyId: id, generation: 0, now: noon + 1, idleExpiresAt: noon + day });
    const outcomes = await storage.transact(async (tx) => [
      await tx.families.revoke({ realm: `${realm}x`, id, at: noon + 2, reason: "administrator" }),
      await tx.families.revoke({ realm, id: newFamily(account).id, at: noon + 2, reason: "administrator" }),
      await tx.families.revoke({ realm, id, at: noon + 3, reason: "logged_out" }),
      await tx.families.revoke({ realm, id, at: noon + 4, reason: "reuse" }),
    ]);
    equal(outcomes, [undefined, undefined, { id, generation: 1 }, undefined], "the outcomes");
    const found = await familyNow(storage, family);
    equal([found.revokedAt, found.revokedReason], [noon + 3, "logged_out"], "when and why");
  });

  check(
    "all families of an account are revoked but the excepted one, and each is named with its newest generation",
    async ({ storage, realm }) => {
      const account = await givenAccount(storage, realm);
      const kept = await givenFamily(storage, account);
      const rotated = await givenFamily(storage, account);
      const plain = await givenFamily(storage, account);
      const gone = await givenFamily(storage, account);
      const others = [
        await givenFamily(storage, await givenAccount(storage, realm)),
        await givenFamily(storage, { ...account, realm: `${realm}x` }),
      ];
      await storage.families.rotate({
        realm,
        familyId: rotated.id,
        generation: 0,
        now: noon + 1,
        idleExpiresAt: noon + day,
      });
      await storage.transact((tx) => tx.families.revoke({ realm, id: gone.id, at: noon, reason: "session_ended" }));
      const at = { realm, accountId: account.id, at: noon + 2, reason: "password_changed" } as const;
      const revoked = await storage.transact((tx) => tx.families.revokeOfAccount({ ...at, except: kept.id }));
      const named = [
        { id: rotated.id, generation: 1 },
        { id: plain.id, generation: 0 },
      ];
      equalSets(revoked, named, "the revoked families");
      equal((await familyNow(storage, plain)).revokedReason, "password_changed", "the reason");
      equal((await familyNow(storage, gone)).revokedReason, "session_ended", "the reason of an earlier revocation");
      for (const family of [kept, ...others]) equal(await familyNow(storage, family), family, "another family");
      const rest = await storage.transact((tx) => tx.families.revokeOfAccount(at));
      equal(rest, [{ id: kept.id, generation: 0 }], "what a second revocation finds");
    },
  );
}

function realmRevocation({ check }: Cases): void {
  check(
    "a realm's families of the time before an instant are revoked in batches of at most the limit",
    async ({ storage, realm }) => {
      const account = await givenAccount(storage, realm);
      const older = range(5).map((index) => newFamily(account, { createdAt: noon - 1 - index }));
      const others = [newFamily(account), newFamily({ ...account, realm: `${realm}x` }, { createdAt: noon - 1 })];
      await storage.transact(async (tx) => {
        for (const family of [...older, ...others]) await tx.families.create(family);
      });
      const at = { realm, createdBefore: noon, at: noon + 1, reason: "administrator", limit: 2 } as const;
      const batches = [];
      for (const _ of range(4)) batches.push(await storage.transact((tx) => tx.families.revokeOfRealm(at)));
      equal(batches, [2, 2, 1, 0], "what each batch revoked");
      for (const family of older) {
        const { revokedAt, revokedReason } = await familyNow(storage, family);
        equal([revokedAt, revokedReason], [noon + 1, "administrator"], "a family of the time before");
      }
      for (const family of others) equal((await familyNow(storage, family)).revokedAt, null, "another family");
    },
  );
}

function restamping({ check }: Cases): void {
  check(
    "restamping sets the account version of the unrevoked families and names their newest generation",
    async ({ storage, realm }) => {
      const account = await givenAccount(storage, realm);
      const family = await givenFamily(storage, account);
      const revoked = await givenFamily(storage, account);
      const someone = await givenFamily(storage, await givenAccount(storage, realm));
      await storage.families.rotate({
        realm,
        familyId: family.id,
        generation: 0,
        now: noon + 1,
        idleExpiresAt: noon + day,
      });
      await storage.transact((tx) => tx.families.revoke({ realm, id: revoked.id, at: noon, reason: "logged_out" }));
      const accountVersion = account.securityVersion + 1;
      const stamped = await storage.transact((tx) =>
        tx.families.restamp({ realm, accountId: account.id, accountVersion }),
      );
      equal(stamped, [{ id: family.id, generation: 1 }], "the restamped families");
      const versions = [family, revoked, someone].map(async (at) => (await familyNow(storage, at)).accountVersion);
      const unchanged = [revoked.accountVersion, someone.accountVersion];
      equal(await Promise.all(versions), [accountVersion, ...unchanged], "the versions");
    },
  );
}

function purging({ check }: Cases): void {
  // Long before anything that other cases create, so that their families are not counted.
  const dawn = 1_000_000;

  check(
    "class 16: a purge takes at most its limit, and only families whose idle expiry lies before the instant",
    async ({ storage, realm }) => {
      const purge = (limit: number) => storage.transact((tx) => tx.families.purge({ before: dawn, limit }));
      await drain(purge);
      const account = await givenAccount(storage, realm);
      const at = (idleExpiresAt: number) => newFamily(account, { createdAt: 1, idleExpiresAt, expiresAt: noon });
      const old = range(5).map((index) => at(dawn - 1 - index));
      const kept = at(dawn);
      await storage.transact(async (tx) => {
        for (const family of [...old, kept]) await tx.families.create(family);
      });
      equal([await purge(2), await purge(2), await purge(2), await purge(2)], [2, 2, 1, 0], "what each purge took");
      for (const { id } of old) equal(await storage.read.families.byId({ realm, id }), undefined, "an expired family");
      ensure((await storage.read.families.byId({ realm, id: kept.id })) !== undefined, "a family at the instant stays");
      await storage.transact((tx) => tx.families.purge({ before: dawn + 1, limit: 9 }));
      equal(await storage.read.families.byId({ realm, id: kept.id }), undefined, "it leaves a millisecond later");
    },
  );
}
