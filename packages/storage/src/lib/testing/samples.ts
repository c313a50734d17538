// Accounts and families to work with. For tests only.
import type { NewAccount, NewTokenFamily, Storage } from "@latchkey/core/ports";

/** The instant of the samples, in milliseconds since the epoch. */
export const noon = 1_700_000_000_000;

/** An account with one user name. */
export function newAccount(id: string, changes: Partial<NewAccount> = {}): NewAccount {
  return {
    realm: "main",
    id,
    status: "active",
    roles: ["USER"],
    identifiers: [{ kind: "username", value: id.toUpperCase(), key: id }],
    attributes: { nickname: "Nick" },
    passwordHash: "hash",
    createdAt: noon,
    ...changes,
  };
}

/** The n-th family id. */
export function familyId(index: number): string {
  return (noon + index).toString(16).padStart(12, "0") + "00112233ff";
}

/** The n-th family of an account. */
export function newFamily(index: number, accountId: string, changes: Partial<NewTokenFamily> = {}): NewTokenFamily {
  return {
    realm: "main",
    id: familyId(index),
    accountId,
    accountVersion: 1,
    createdAt: noon + index,
    idleExpiresAt: noon + 1_000_000,
    expiresAt: noon + 2_000_000,
    clientId: "latchkey",
    device: "a device",
    address: "203.0.113.7",
    ...changes,
  };
}

/** Creates the account `ann` with family 1. */
export async function givenAnn(storage: Storage): Promise<void> {
  await storage.transact(async (tx) => {
    await tx.accounts.create(newAccount("ann"));
    await tx.families.create(newFamily(1, "ann"));
  });
}
