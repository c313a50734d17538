// What every store promises of the conditions of a rotation: expiry, revocation, the account's version, and re-anchoring after an unknown COMMIT.
import { equal } from "../conformance/assert.ts";
import type { Cases } from "../conformance/kit.ts";
import { accountNow, day, familyNow, givenAccount, givenFamily, newFamily, noon } from "../conformance/samples.ts";
import type { AccountChanges, RotateCommand, Storage, TokenFamily } from "../../ports.ts";

/** Registers the cases of the conditions of a rotation. */
export function rotationConditionCases(cases: Cases): void {
  expiry(cases);
  endedFamilies(cases);
  accountVersions(cases);
  unknownOnes(cases);
  reanchoring(cases);
}

function rotate(storage: Storage, { realm, id }: TokenFamily, given: Partial<RotateCommand> = {}) {
  const now = given.now ?? noon + 1;
  return storage.families.rotate({ realm, familyId: id, generation: 0, now, idleExpiresAt: now + day, ...given });
}

function expiry({ check }: Cases): void {
  check("a family rotates until the millisecond before its idle expiry, and no longer", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const at = noon + 7777;
    const [before, on, after] = [
      await givenFamily(storage, account, { idleExpiresAt: at }),
      await givenFamily(storage, account, { idleExpiresAt: at }),
      await givenFamily(storage, account, { idleExpiresAt: at }),
    ];
    equal((await rotate(storage, before, { now: at - 1 })).won, true, "a millisecond before");
    const lost = await rotate(storage, on, { now: at });
    equal([lost.won, lost.family], [false, on], "on the millisecond");
    equal((await rotate(storage, after, { now: at + 1 })).won, false, "a millisecond after");
  });

  check("RT-17 the absolute lifetime holds despite sliding", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const expiresAt = noon + day;
    const family = await givenFamily(storage, account, { idleExpiresAt: noon + 10, expiresAt });
    const first = await rotate(storage, family, { now: noon + 1, idleExpiresAt: noon + 20 });
    equal([first.won, first.family?.idleExpiresAt], [true, noon + 20], "idle expiry moves");
    const second = await rotate(storage, family, { generation: 1, now: noon + 2, idleExpiresAt: noon + 9 * day });
    equal([second.won, second.family?.idleExpiresAt], [true, expiresAt], "idle expiry is never beyond absolute expiry");
    equal(second.family?.expiresAt, expiresAt, "absolute expiry never moves");
    const late = { generation: 2, idleExpiresAt: noon + 9 * day };
    equal((await rotate(storage, family, { ...late, now: expiresAt })).won, false, "at the absolute expiry");
    equal((await rotate(storage, family, { ...late, now: expiresAt - 1 })).won, true, "a millisecond before");
  });

  check("absolute expiry counts where idle expiry lies beyond it", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const family = await givenFamily(storage, account, { idleExpiresAt: noon + day, expiresAt: noon + 5 });
    equal((await rotate(storage, family, { now: noon + 5 })).won, false, "at the absolute expiry");
    equal((await rotate(storage, family, { now: noon + 4 })).won, true, "a millisecond before");
  });
}

function endedFamilies({ check }: Cases): void {
  check("RT-18 log-out: refresh refused, in every process", async ({ storage, other, realm }) => {
    const family = await givenFamily(storage, await givenAccount(storage, realm));
    await storage.transact((tx) => tx.families.revoke({ realm, id: family.id, at: noon, reason: "logged_out" }));
    for (const process of [storage, other]) {
      const outcome = await rotate(process, family);
      equal([outcome.won, outcome.family?.revokedReason], [false, "logged_out"], "the outcome");
    }
    equal((await familyNow(storage, family)).generation, 0, "the generation");
  });

  check("RT-18 disabled account, changed password (other families): refresh refused", async ({ storage, realm }) => {
    const changes: readonly AccountChanges[] = [
      { status: "disabled", raiseSecurityVersion: true },
      { passwordHash: "other", raiseSecurityVersion: true },
    ];
    for (const change of changes) {
      const account = await givenAccount(storage, realm);
      const family = await givenFamily(storage, account);
      const untouched = await givenFamily(storage, await givenAccount(storage, realm));
      await storage.transact(async (tx) => {
        await tx.accounts.lock(account);
        await tx.accounts.change({ realm, id: account.id, changes: change, at: noon });
      });
      const outcome = await rotate(storage, family);
      equal([outcome.won, outcome.family], [false, family], "the outcome");
      equal(outcome.account, await accountNow(storage, account), "the account that a loser is told");
      equal((await rotate(storage, untouched)).won, true, "another account's rotation");
    }
  });
}

function accountVersions({ check }: Cases): void {
  check(
    "a family of another account version does not rotate until it is restamped; then the claims are the new ones",
    async ({ storage, realm }) => {
      const account = await givenAccount(storage, realm);
      const family = await givenFamily(storage, account);
      const changes = { roles: ["ADMIN"], raiseSecurityVersion: true };
      await storage.transact((tx) => tx.accounts.change({ realm, id: account.id, changes, at: noon }));
      equal((await rotate(storage, family)).won, false, "before restamping");
      const { securityVersion } = await accountNow(storage, account);
      const restamp = { realm, accountId: account.id, accountVersion: securityVersion };
      await storage.transact((tx) => tx.families.restamp(restamp));
      const outcome = await rotate(storage, family);
      equal([outcome.won, outcome.account?.roles], [true, ["ADMIN"]], "after restamping");
      const ahead = newFamily(account, { accountVersion: securityVersion + 1 });
      await storage.transact((tx) => tx.families.create(ahead));
      const early = await storage.families.rotate({ ...ahead, familyId: ahead.id, generation: 0, now: noon });
      equal(early.won, false, "a family of a later version than the account's");
    },
  );

  check("a change that raises no version leaves rotation alone and shows in the claims", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const family = await givenFamily(storage, account);
    const changes = { attributes: { nickname: "R" }, raiseSecurityVersion: false };
    await storage.transact((tx) => tx.accounts.change({ realm, id: account.id, changes, at: noon }));
    const outcome = await rotate(storage, family);
    equal([outcome.won, outcome.account?.attributes], [true, { nickname: "R" }], "the outcome");
  });
}

function unknownOnes({ check }: Cases): void {
  check("an unknown family and one of another realm win nothing and are told nothing", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const family = await givenFamily(storage, account);
    const nothing = { won: false, family: undefined, account: undefined };
    equal(await rotate(storage, family, { realm: `${realm}x` }), nothing, "another realm");
    equal(await rotate(storage, family, { familyId: newFamily(account).id }), nothing, "an unknown family");
    equal(await familyNow(storage, family), family, "the family");
  });

  check(
    "the family of a withdrawn account does not rotate, and there is no account to tell",
    async ({ storage, realm }) => {
      const account = await givenAccount(storage, realm);
      const family = await givenFamily(storage, account);
      await storage.transact((tx) => tx.accounts.withdraw({ realm, id: account.id, at: noon }));
      equal(await rotate(storage, family), { won: false, family, account: undefined }, "the outcome");
    },
  );
}

function reanchoring({ check }: Cases): void {
  check(
    "after an unknown COMMIT the leeway starts again where the family is at that generation, unrevoked, and was rotated then",
    async ({ storage, realm }) => {
      const account = await givenAccount(storage, realm);
      const family = await givenFamily(storage, account);
      const attemptedAt = noon + 50;
      const { family: rotated } = await rotate(storage, family, { now: attemptedAt });
      const attempt = { realm, familyId: family.id, generation: 1, attemptedAt, now: noon + 90 };
      const { reanchor } = storage.families;
      equal(await reanchor({ ...attempt, generation: 0 }), false, "at an earlier generation");
      equal(await reanchor({ ...attempt, generation: 2 }), false, "at a later generation");
      equal(await reanchor({ ...attempt, attemptedAt: attemptedAt - 1 }), false, "rotated at another time");
      equal(await reanchor({ ...attempt, realm: `${realm}x` }), false, "in another realm");
      equal(await reanchor({ ...attempt, familyId: newFamily(account).id }), false, "an unknown family");
      equal(await familyNow(storage, family), rotated, "the family after refusals");
      equal(await reanchor(attempt), true, "the attempt itself");
      equal(await familyNow(storage, family), { ...rotated, rotatedAt: noon + 90 }, "the family after it");
      equal(await reanchor({ ...attempt, now: noon + 99 }), false, "once more: it never slides");
    },
  );

  check("a family that was revoked or rotated again meanwhile is not re-anchored", async ({ storage, realm }) => {
    const account = await givenAccount(storage, realm);
    const [revoked, again] = [await givenFamily(storage, account), await givenFamily(storage, account)];
    await rotate(storage, revoked);
    await rotate(storage, again);
    await rotate(storage, again, { generation: 1 });
    await storage.transact((tx) => tx.families.revoke({ realm, id: revoked.id, at: noon, reason: "logged_out" }));
    for (const family of [revoked, again]) {
      const before = await familyNow(storage, family);
      const attempt = { realm, familyId: family.id, generation: 1, attemptedAt: noon + 1, now: noon + 2 };
      equal(await storage.families.reanchor(attempt), false, "the outcome");
      equal(await familyNow(storage, family), before, "the family");
    }
  });
}
