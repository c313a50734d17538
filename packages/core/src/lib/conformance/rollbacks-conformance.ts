// What every store promises of a unit that is given up: whatever it wrote, and wherever it stopped, nothing of it remains.
import type { Account, Stores } from "../../ports.ts";
import { equal, rejects } from "./assert.ts";
import { range, type Cases, type Scene } from "./kit.ts";
import {
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

/** Registers the cases of rollbacks. */
export function rollbackCases(cases: Cases): void {
  rollbacks(cases);
  faults(cases);
}

function rollbacks({ check }: Cases): void {
  check("throwing rolls back, and transact rejects with the same error", async (scene) => {
    const { storage, realm } = scene;
    const account = await givenAccount(storage, realm);
    const before = await snapshot(scene, account);
    const error = new Error("of the work");
    const failing = storage.transact(async (tx) => {
      for (const statement of statements(account)) await statement(tx);
      throw error;
    });
    await rejects(failing, (thrown) => thrown === error, "a unit that throws");
    equal(await snapshot(scene, account), before, "what is stored");
  });

  check("abort rolls back, and transact resolves with its outcome", async (scene) => {
    const { storage, realm } = scene;
    const account = await givenAccount(storage, realm);
    const before = await snapshot(scene, account);
    const outcome = await storage.transact(async (tx): Promise<unknown> => {
      for (const statement of statements(account)) await statement(tx);
      return tx.abort({ refused: true });
    });
    equal(outcome, { refused: true }, "the outcome");
    equal(await snapshot(scene, account), before, "what is stored");
  });

  check("abort rolls back even where the work swallows what it throws", async (scene) => {
    const { storage, realm } = scene;
    const account = await givenAccount(storage, realm);
    const before = await snapshot(scene, account);
    const outcome = await storage.transact(async (tx) => {
      for (const statement of statements(account)) await statement(tx);
      try {
        tx.abort("aborted");
      } catch {
        return "returned";
      }
      return "not left";
    });
    equal(outcome, "aborted", "the outcome");
    equal(await snapshot(scene, account), before, "what is stored");
  });
}

// One statement of each kind that a use case may make.
function statements({
  realm,
  id,
  securityVersion,
  ...account
}: Account): readonly ((tx: Stores) => Promise<unknown>)[] {
  const family = newFamily({ realm, id, securityVersion, ...account });
  const key = newKey(realm);
  const changes = { roles: ["ADMIN"], setIdentifiers: [named(fresh())], raiseSecurityVersion: true };
  return [
    (tx) => tx.accounts.admit({ realm, id, securityVersion, statuses: ["active"], at: noon + 1 }),
    (tx) => tx.families.create(family),
    (tx) => tx.accounts.create(newAccount(realm)),
    (tx) => tx.accounts.change({ realm, id, changes, at: noon + 2 }),
    (tx) => tx.families.restamp({ realm, accountId: id, accountVersion: securityVersion + 1 }),
    (tx) => tx.families.revoke({ realm, id: family.id, at: noon + 3, reason: "logged_out" }),
    (tx) => tx.families.revokeOfAccount({ realm, accountId: id, at: noon + 3, reason: "administrator" }),
    (tx) => tx.keys.add(key),
    (tx) => tx.keys.retire({ realm, kid: key.kid, at: noon + 4 }),
    (tx) => tx.revocations.add([newRevocation(realm)]),
    (tx) => tx.events.append({ realm, type: "account.updated", at: noon, actor: "account" }),
    (tx) => tx.accounts.withdraw({ realm, id, at: noon + 5 }),
    (tx) => tx.keys.remove({ realm, kid: key.kid }),
  ];
}

async function snapshot({ storage: { read }, realm }: Scene, { id }: Account): Promise<unknown> {
  return {
    accounts: await read.accounts.list({ realm, limit: 99 }),
    password: await read.accounts.withPassword({ realm, id }),
    families: await read.families.listActive({ realm, accountId: id, now: noon, limit: 99 }),
    keys: await read.keys.list({ realm }),
    head: await read.revocations.head(),
    events: await read.events.list({ realm, limit: 99 }),
  };
}

function faults({ check }: Cases): void {
  check("RT-10 a failed request consumes nothing (a fault after each statement)", async (scene) => {
    const { storage, realm } = scene;
    const account = await givenAccount(storage, realm);
    await givenFamily(storage, account);
    const before = await snapshot(scene, account);
    const count = statements(account).length;
    for (const last of range(count)) {
      const fault = new Error(`after statement ${last}`);
      const failing = storage.transact(async (tx) => {
        for (const statement of statements(account).slice(0, last + 1)) await statement(tx);
        throw fault;
      });
      await rejects(failing, (thrown) => thrown === fault, `a unit with a fault after statement ${last}`);
      equal(await snapshot(scene, account), before, `what is stored after a fault after statement ${last}`);
    }
    await storage.transact(async (tx) => {
      for (const statement of statements(account)) await statement(tx);
    });
    const after = await storage.read.accounts.byId({ realm, id: account.id });
    equal(after, undefined, "the account after the same unit without a fault");
  });
}
