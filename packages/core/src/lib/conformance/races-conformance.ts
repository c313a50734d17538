// What every store promises when use cases meet: the units of design §4.1 against one another, each many times.
import type { Account, RevokedFamily, RotationOutcome, Storage, TokenFamily } from "../../ports.ts";
import { ensure, equal, equalSets } from "./assert.ts";
import { range, stagger, type Cases, type Scene, type Suite } from "./kit.ts";
import { accountNow, day, familyNow, newAccount, newFamily, noon } from "./samples.ts";

/** The conformance suite of races between units. */
export const racesSuite: Suite = {
  title: "races",
  groups: [revocationRaces, roleChangeRaces, logInRaces, endingRaces, familyLimits],
};

interface Round {
  readonly round: number;
  readonly account: Account;
  readonly family: TokenFamily;
}

/** Runs `race` for each round on an account with one family; accounts are made fifty to a unit. */
async function eachRound({ storage, realm, rounds }: Scene, race: (round: Round) => Promise<void>): Promise<void> {
  for (let done = 0; done < rounds; done += 50) {
    const made = await storage.transact(async (tx) => {
      const pairs = [];
      for (const _ of range(Math.min(50, rounds - done))) {
        const created = await tx.accounts.create(newAccount(realm));
        ensure(created.outcome === "created", "an account with a name of its own is created");
        const given = newFamily(created.account);
        await tx.families.create(given);
        const family = await tx.families.byId(given);
        ensure(family !== undefined, "a unit reads the family it has created");
        pairs.push({ account: created.account, family });
      }
      return pairs;
    });
    for (const [index, pair] of made.entries()) await race({ round: done + index, ...pair });
  }
}

/** Starts both, the one or the other a little earlier. */
function meet<A, B>(round: number, first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
  const head = round % 8;
  return Promise.all([stagger(head % 2 === 0 ? head : 0).then(first), stagger(head % 2 === 0 ? 0 : head).then(second)]);
}

function rotate(storage: Storage, { realm, id }: TokenFamily, generation: number): Promise<RotationOutcome> {
  return storage.families.rotate({ realm, familyId: id, generation, now: noon + 1, idleExpiresAt: noon + day });
}

/** The unit of a log-in that has read the account before it hashed. */
async function logIn(storage: Storage, account: Account, limit?: number): Promise<string | undefined> {
  const { realm, id, securityVersion } = account;
  const family = newFamily(account);
  return storage.transact(async (tx) => {
    const admitted = await tx.accounts.admit({ realm, id, securityVersion, statuses: ["active"], at: noon + 1 });
    if (!admitted) return tx.abort(undefined);
    await tx.families.create(family);
    if (limit !== undefined) {
      const active = await tx.families.listActive({ realm, accountId: id, now: noon, limit: 99 });
      const surplus = active.filter((other) => other.id !== family.id).slice(limit - 1);
      for (const other of surplus) {
        await tx.families.revoke({ realm, id: other.id, at: noon, reason: "replaced_by_newer" });
      }
    }
    return family.id;
  });
}

/** The unit of a change that ends the account's sessions. */
function change(storage: Storage, { realm, id }: Account, changes: { status?: "disabled"; passwordHash?: string }) {
  return storage.transact(async (tx) => {
    await tx.accounts.lock({ realm, id });
    await tx.accounts.change({ realm, id, changes: { ...changes, raiseSecurityVersion: true }, at: noon });
    return tx.families.revokeOfAccount({ realm, accountId: id, at: noon, reason: "password_changed" });
  });
}

function activeOf(storage: Storage, { realm, id }: Account): Promise<readonly TokenFamily[]> {
  return storage.read.families.listActive({ realm, accountId: id, now: noon, limit: 99 });
}

function revocationRaces({ race }: Cases): void {
  race(
    "RT-13 revoke racing refresh: after the revoke's answer no refresh token of the family works anywhere",
    async (scene) => {
      const { storage, other, realm } = scene;
      await eachRound(scene, async ({ round, account, family }) => {
        const [rotated, revoked] = await meet(
          round,
          () => rotate(storage, family, 0),
          () =>
            other.transact(async (tx) => {
              await tx.accounts.lock(account);
              return tx.families.revoke({ realm, id: family.id, at: noon, reason: "logged_out" });
            }),
        );
        const row = await familyNow(storage, family);
        equal(row.revokedAt, noon, "when the family was revoked");
        equal(revoked, { id: family.id, generation: Number(rotated.won) }, "the generation that the revocation names");
        equal(row.generation, Number(rotated.won), "the generation of the row");
        for (const process of [storage, other]) {
          equal((await rotate(process, family, row.generation)).won, false, "a use after the revoke's answer");
        }
      });
    },
  );
}

function roleChangeRaces({ race }: Cases): void {
  race("refresh × role change: a rotation is named by the change, or carries the new roles", async (scene) => {
    const { storage, other, realm } = scene;
    await eachRound(scene, async ({ round, account, family }) => {
      const { id } = account;
      const [rotated, stamped] = await meet(
        round,
        () => rotate(storage, family, 0),
        (): Promise<readonly RevokedFamily[]> =>
          other.transact(async (tx) => {
            await tx.accounts.lock({ realm, id });
            const changes = { roles: ["ADMIN"], raiseSecurityVersion: true };
            const changed = await tx.accounts.change({ realm, id, changes, at: noon });
            ensure(changed.outcome === "changed", "the roles change");
            return tx.families.restamp({ realm, accountId: id, accountVersion: changed.account.securityVersion });
          }),
      );
      const named = stamped.find((entry) => entry.id === family.id)?.generation;
      ensure(named !== undefined, "the role change names the family");
      const row = await familyNow(storage, family);
      equal(row.generation, Number(rotated.won), "the generation of the row");
      equal(row.accountVersion, account.securityVersion + 1, "the account version of the row");
      if (rotated.won && named === 0)
        equal(rotated.account?.roles, ["ADMIN"], "the roles of a rotation after the change");
      if (rotated.won && named === 1)
        equal(rotated.account?.roles, ["USER"], "the roles of a rotation before the change");
    });
  });
}

function logInRaces({ race }: Cases): void {
  for (const [name, changes] of [
    ["password change", { passwordHash: "other" }],
    ["disable", { status: "disabled" }],
  ] as const) {
    race(`log-in × ${name}: no family of the time before lives on`, async (scene) => {
      const { storage, other } = scene;
      await eachRound(scene, async ({ round, account }) => {
        const [entered, ended] = await meet(
          round,
          () => logIn(storage, account),
          () => change(other, account, changes),
        );
        equal(await activeOf(storage, account), [], "the active families");
        equal(ended.length, entered === undefined ? 1 : 2, "the families that the change ended");
        equal((await accountNow(storage, account)).securityVersion, account.securityVersion + 1, "the version");
      });
    });
  }
}

function endingRaces({ race }: Cases): void {
  race("log-in × log-out-all: each family was ended by it or came after it", async (scene) => {
    const { storage, other, realm } = scene;
    await eachRound(scene, async ({ round, account, family }) => {
      const [entered, ended] = await meet(
        round,
        () => logIn(storage, account),
        () =>
          other.transact(async (tx) => {
            await tx.accounts.lock(account);
            const at = { realm, accountId: account.id, at: noon, reason: "logged_out_everywhere" } as const;
            return tx.families.revokeOfAccount(at);
          }),
      );
      const active = await activeOf(storage, account);
      ensure(entered !== undefined, "the log-in succeeds");
      const known = [...ended, ...active].map(({ id }) => id);
      equalSets(known, [family.id, entered], "the families ended or active");
      ensure(
        ended.some(({ id }) => id === family.id),
        "the family of the time before was ended",
      );
    });
  });

  race("log-in × withdraw: no family outlives its account", async (scene) => {
    const { storage, other, realm } = scene;
    await eachRound(scene, async ({ round, account }) => {
      const [entered, ended] = await meet(
        round,
        () => logIn(storage, account),
        () =>
          other.transact(async (tx) => {
            await tx.accounts.lock(account);
            const at = { realm, accountId: account.id, at: noon, reason: "withdrawn" } as const;
            const families = await tx.families.revokeOfAccount(at);
            equal(await tx.accounts.withdraw({ realm, id: account.id, at: noon }), true, "the withdrawal");
            return families;
          }),
      );
      equal(await activeOf(storage, account), [], "the active families");
      equal(ended.length, entered === undefined ? 1 : 2, "the families that the withdrawal ended");
      equal(await logIn(storage, account), undefined, "a log-in afterwards");
    });
  });
}

function familyLimits({ race }: Cases): void {
  race("8 parallel log-ins leave as many families as the limit allows", async (scene) => {
    const { storage, other } = scene;
    const few = { ...scene, rounds: Math.ceil(scene.rounds / 8) };
    await eachRound(few, async ({ round, account }) => {
      const limit = 1 + (round % 3);
      const entered = await Promise.all(
        range(8).map((index) => logIn(index % 2 === 0 ? storage : other, account, limit)),
      );
      equal(entered.filter((id) => id === undefined).length, 0, "log-ins that were refused");
      equal((await activeOf(storage, account)).length, limit, "the active families");
    });
  });
}
