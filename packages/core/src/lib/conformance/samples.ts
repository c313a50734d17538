// Data for the cases. Times are fixed, so that expiry is tested at the millisecond and never by waiting.
import { encodeBase57 } from "../kernel/base57.ts";
import { toHex } from "../kernel/bytes.ts";
import { systemRandom } from "../kernel/random.ts";
import { allGenerations } from "../../ports.ts";
import type {
  Account,
  Identifier,
  KeyRecord,
  NewAccount,
  NewRevocation,
  NewTokenFamily,
  Storage,
  TokenFamily,
} from "../../ports.ts";
import { ensure } from "./assert.ts";

/** The instant at which the cases play: no case purges what is alive then. */
export const noon = 1_790_000_000_000;

/** A day in milliseconds. */
export const day = 86_400_000;

/** An identifier whose key is its value. */
export function named(value: string, kind = "username"): Identifier {
  return { kind, value, key: value };
}

/** Something that nothing else is called. */
export function fresh(prefix = "name"): string {
  return `${prefix}-${encodeBase57(systemRandom(8))}`;
}

/** An account to create: base57 of 16 bytes as its id, one user name, a password. */
export function newAccount(realm: string, given: Partial<NewAccount> = {}): NewAccount {
  return {
    realm,
    id: encodeBase57(systemRandom(16)),
    status: "active",
    roles: ["USER"],
    identifiers: [named(fresh())],
    attributes: {},
    passwordHash: "$argon2id$v=19$m=256,t=2,p=1$c2FsdA$aGFzaA",
    createdAt: noon,
    ...given,
  };
}

/** Creates an account in a unit of its own. */
export async function givenAccount(storage: Storage, realm: string, given: Partial<NewAccount> = {}): Promise<Account> {
  const created = await storage.transact((tx) => tx.accounts.create(newAccount(realm, given)));
  ensure(created.outcome === "created", "an account with a name of its own is created");
  return created.account;
}

/** A family to create for an account, idle after 14 days and over after 90. */
export function newFamily(account: Account, given: Partial<NewTokenFamily> = {}): NewTokenFamily {
  const createdAt = given.createdAt ?? noon;
  return {
    realm: account.realm,
    id: createdAt.toString(16).padStart(12, "0") + toHex(systemRandom(5)),
    accountId: account.id,
    accountVersion: account.securityVersion,
    createdAt,
    idleExpiresAt: noon + 14 * day,
    expiresAt: noon + 90 * day,
    clientId: "latchkey",
    device: null,
    address: null,
    ...given,
  };
}

/** Creates a family in a unit of its own and reads it back. */
export async function givenFamily(
  storage: Storage,
  account: Account,
  given: Partial<NewTokenFamily> = {},
): Promise<TokenFamily> {
  const family = newFamily(account, given);
  await storage.transact((tx) => tx.families.create(family));
  return familyNow(storage, family);
}

/** The committed row of a family that must be there. */
export async function familyNow(
  storage: Storage,
  { realm, id }: { readonly realm: string; readonly id: string },
): Promise<TokenFamily> {
  const found = await storage.read.families.byId({ realm, id });
  ensure(found !== undefined, "a family that was created is found");
  return found;
}

/** The committed row of an account that must be there. */
export async function accountNow(
  storage: Storage,
  { realm, id }: { readonly realm: string; readonly id: string },
): Promise<Account> {
  const found = await storage.read.accounts.byId({ realm, id });
  ensure(found !== undefined, "an account that was created is found");
  return found;
}

/** A revocation of one family. */
export function newRevocation(realm: string, given: Partial<NewRevocation> = {}): NewRevocation {
  return {
    realm,
    target: { familyId: toHex(systemRandom(11)), throughGeneration: allGenerations },
    expiresAt: noon + day,
    ...given,
  };
}

/** A key to add. */
export function newKey(realm: string, given: Partial<KeyRecord> = {}): KeyRecord {
  return {
    realm,
    kid: fresh("kid"),
    use: "access",
    ordinal: 1,
    algorithm: "EdDSA",
    publicJwk: { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
    encryptedPrivateJwk: "sealed",
    createdAt: noon,
    activatesAt: noon,
    retiredAt: null,
    ...given,
  };
}
