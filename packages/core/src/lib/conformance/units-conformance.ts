// What every store promises of units of work: all or nothing, seen by nobody before the commit and by everybody after it.
import { CommitOutcomeUnknownError, StoreUnavailableError } from "../errors/store-error.ts";
import type { Storage, Stores } from "../../ports.ts";
import { ensure, equal, rejects } from "./assert.ts";
import { during, range, type Cases, type Suite } from "./kit.ts";
import { rollbackCases } from "./rollbacks-conformance.ts";
import {
  accountNow,
  day,
  familyNow,
  fresh,
  givenAccount,
  givenFamily,
  named,
  newAccount,
  newFamily,
  newKey,
  newRevocation,
  noon,
} from "./samples.ts";

/** The conformance suite of units of work. */
export const unitsSuite: Suite = {
  title: "units of work",
  groups: [commits, rollbackCases, visibility, freshness, isolation, availability],
};

function commits({ check }: Cases): void {
  check(
    "returning commits: transact resolves with the result, and every process sees the rows",
    async ({ storage, other, realm }) => {
      const account = newAccount(realm);
      const result = await storage.transact(async (tx) => {
        await tx.accounts.create(account);
        return { any: ["result"] };
      });
      equal(result, { any: ["result"] }, "the result");
      for (const { read } of [storage, other]) {
        ensure((await read.accounts.byId({ realm, id: account.id })) !== undefined, "the account is committed");
      }
    },
  );

  check("RT-09 revocation on reuse is committed although the request fails", async ({ storage, realm }) => {
    const family = await givenFamily(storage, await givenAccount(storage, realm));
    const result = await storage.transact(async (tx) => {
      await tx.families.revoke({ realm, id: family.id, at: noon, reason: "reuse" });
      await tx.revocations.add([newRevocation(realm)]);
      await tx.events.append({ realm, type: "family.reuse_detected", at: noon, actor: "anonymous" });
      return { refused: "refresh_token_reused" };
    });
    equal(result, { refused: "refresh_token_reused" }, "the refusal");
    equal((await familyNow(storage, family)).revokedReason, "reuse", "the family");
    equal((await storage.read.events.list({ realm, limit: 9 })).length, 1, "the number of events");
  });

  check("a unit reads what it has written", async ({ storage, realm }) => {
    const name = named(fresh());
    const given = newAccount(realm, { identifiers: [name] });
    await storage.transact(async (tx) => {
      const created = await tx.accounts.create(given);
      ensure(created.outcome === "created", "the account is created");
      const family = newFamily(created.account);
      await tx.families.create(family);
      equal(await tx.accounts.lock({ realm, id: given.id }), created.account, "the locked account");
      equal((await tx.accounts.byIdentifier({ realm, ...name }))?.account, created.account, "the account by name");
      equal((await tx.accounts.byNumber({ realm, number: created.account.number }))?.id, given.id, "by number");
      equal((await tx.accounts.list({ realm, limit: 9 })).length, 1, "the listed accounts");
      equal((await tx.families.byId(family))?.generation, 0, "the family");
      const revoked = await tx.families.revokeOfAccount({ realm, accountId: given.id, at: noon, reason: "withdrawn" });
      equal(revoked, [{ id: family.id, generation: 0 }], "the revoked family");
      await tx.accounts.withdraw({ realm, id: given.id, at: noon });
      equal(await tx.accounts.byId({ realm, id: given.id }), undefined, "the withdrawn account");
      const again = await tx.accounts.create(newAccount(realm, { identifiers: [name] }));
      equal(again.outcome, "created", "the creation of an account with the name that became free");
    });
    equal((await storage.read.accounts.list({ realm, limit: 9 })).length, 1, "the committed accounts");
  });
}

function visibility({ check }: Cases): void {
  check("readers outside a unit see committed rows only", async ({ storage, other, realm }) => {
    const account = await givenAccount(storage, realm);
    const hidden = newAccount(realm);
    const looks: unknown[] = [];
    const look = (): void => {
      for (const { read } of [storage, other]) {
        looks.push(
          read.accounts.byId({ realm, id: hidden.id }),
          read.families.listActive({ realm, accountId: account.id, now: noon, limit: 9 }).then((found) => found[0]),
          read.keys.list({ realm }).then((found) => found[0]),
        );
      }
    };
    // The reads start while the unit's rows are uncommitted and are not awaited in it.
    await storage.transact(async (tx) => {
      await tx.accounts.create(hidden);
      look();
      await tx.families.create(newFamily(account));
      look();
      await tx.keys.add(newKey(realm));
      look();
      for (const number of range(5)) await tx.accounts.byNumber({ realm, number });
      return tx.abort("nothing of it");
    });
    for (const found of await Promise.all(looks)) equal(found, undefined, "what a reader saw of an aborted unit");
  });

  check("readers never see the later half of a unit without the earlier", async ({ storage, other, realm }) => {
    const pairs = range(40).map(() => [newAccount(realm), newAccount(realm)] as const);
    const write = async (): Promise<void> => {
      for (const [earlier, later] of pairs) {
        await storage.transact(async (tx) => {
          await tx.accounts.create(earlier);
          await tx.accounts.create(later);
        });
      }
    };
    await during(write(), async () => {
      const accounts = await other.read.accounts.list({ realm, limit: 99 });
      equal(accounts.length % 2, 0, "accounts without the other of their unit");
    });
  });
}

function freshness({ check }: Cases): void {
  check("every process reads the newest committed rows, also where it has read older ones", async (scene) => {
    const { storage, other, realm } = scene;
    const account = await givenAccount(storage, realm);
    const family = await givenFamily(storage, account);
    const { id } = account;
    const name = { realm, kind: "username", key: account.identifiers["username"]! };
    const look = async ({ read }: Storage): Promise<unknown> => [
      await read.accounts.byId({ realm, id }),
      (await read.accounts.byNumber({ realm, number: account.number }))?.roles,
      (await read.accounts.byIdentifier(name))?.account.roles,
      (await read.accounts.withPassword({ realm, id }))?.account.roles,
      (await read.accounts.list({ realm, limit: 9 })).map(({ roles }) => roles),
      await read.families.byId(family),
      (await read.families.listActive({ realm, accountId: id, now: noon, limit: 9 })).length,
      (await read.keys.list({ realm })).length,
      (await read.events.list({ realm, limit: 9 })).length,
    ];
    for (const process of [storage, other]) {
      equal(await look(process), [account, ["USER"], ["USER"], ["USER"], [["USER"]], family, 1, 0, 0], "before");
    }
    await storage.transact(async (tx) => {
      await tx.accounts.change({ realm, id, changes: { roles: ["ADMIN"], raiseSecurityVersion: true }, at: noon });
      await tx.families.revoke({ realm, id: family.id, at: noon, reason: "administrator" });
      await tx.keys.add(newKey(realm));
      await tx.events.append({ realm, type: "account.roles_changed", at: noon, actor: "administrator" });
    });
    const changed = { ...account, roles: ["ADMIN"], securityVersion: account.securityVersion + 1 };
    const revoked = { ...family, revokedAt: noon, revokedReason: "administrator" };
    for (const process of [storage, other]) {
      equal(await look(process), [changed, ["ADMIN"], ["ADMIN"], ["ADMIN"], [["ADMIN"]], revoked, 0, 1, 1], "after");
    }
  });
}

function isolation({ check }: Cases): void {
  check("units that lock one account follow one another: no update is lost", async ({ storage, other, realm }) => {
    const account = await givenAccount(storage, realm, { attributes: { count: 0 } });
    const { id } = account;
    await Promise.all(
      range(30).map((index) =>
        (index % 2 === 0 ? storage : other).transact(async (tx) => {
          const locked = await tx.accounts.lock({ realm, id });
          const count = Number(locked?.attributes["count"]) + 1;
          const changes = { attributes: { count }, raiseSecurityVersion: true };
          await tx.accounts.change({ realm, id, changes, at: noon });
        }),
      ),
    );
    const { attributes, securityVersion } = await accountNow(storage, account);
    equal([attributes["count"], securityVersion], [30, account.securityVersion + 30], "the counter and the version");
  });

  check("a store that is kept beyond its unit is refused and writes nothing", async ({ storage, realm }) => {
    const kept: Stores[] = [];
    await storage.transact(async (tx) => {
      kept.push(tx);
      await tx.accounts.byNumber({ realm, number: 1 });
    });
    const failing = storage.transact(async (tx) => {
      kept.push(tx);
      await tx.accounts.byNumber({ realm, number: 1 });
      throw new Error("rolled back");
    });
    await failing.catch(() => undefined);
    for (const tx of kept) {
      await rejects(tx.accounts.create(newAccount(realm)), () => true, "a store after its unit");
      await rejects(tx.events.append({ realm, type: "key.created", at: noon, actor: "system" }), () => true, "events");
    }
    await givenAccount(storage, realm);
    equal((await storage.read.accounts.list({ realm, limit: 9 })).length, 1, "the number of accounts");
    equal(await storage.read.events.list({ realm, limit: 9 }), [], "the events");
  });

  check("a failing unit harms only itself", async ({ storage, realm }) => {
    const results = await Promise.allSettled(
      range(20).map((index) =>
        storage.transact(async (tx) => {
          await tx.accounts.create(newAccount(realm));
          if (index % 3 === 0) throw new Error("of this unit");
        }),
      ),
    );
    const kept = results.filter(({ status }) => status === "fulfilled").length;
    equal(kept, 13, "the units that were kept");
    equal((await storage.read.accounts.list({ realm, limit: 99 })).length, kept, "the number of accounts");
  });
}

function availability({ check }: Cases): void {
  check("ping answers where the store can be asked", async ({ storage, other }) => {
    await storage.ping();
    await other.ping();
  });

  check(
    "RT-20 a store that cannot be asked says so and never answers for it; the data stays",
    async ({ storage, other, realm }) => {
      const family = await givenFamily(storage, await givenAccount(storage, realm));
      await other.close();
      await other.close();
      const rotate = { realm, familyId: family.id, generation: 0, now: noon, idleExpiresAt: noon + day };
      const unavailable = (error: unknown) =>
        error instanceof StoreUnavailableError && !(error instanceof CommitOutcomeUnknownError);
      await rejects(other.ping(), unavailable, "ping");
      await rejects(other.families.rotate(rotate), unavailable, "rotate");
      await rejects(
        other.transact((tx) => tx.accounts.create(newAccount(realm))),
        unavailable,
        "transact",
      );
      await rejects(other.read.accounts.byId({ realm, id: family.accountId }), unavailable, "a read of accounts");
      await rejects(other.read.families.byId(family), unavailable, "a read of families");
      await rejects(other.read.revocations.since({ seq: 0, limit: 1 }), unavailable, "a read of revocations");
      await rejects(other.read.keys.list({ realm }), unavailable, "a read of keys");
      if (other !== storage) equal(await familyNow(storage, family), family, "the family in the process that goes on");
    },
  );
}
