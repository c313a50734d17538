// The families' part of the memory storage. The reference that the other stores are compared with: keep it obvious.
import type { AccountReader } from "../accounts/account-store.ts";
import { rowKey, Table, type Draft, type Rows } from "../memory/table.ts";
import type { Unit } from "../memory/units.ts";
import type { FamilyReader, FamilyRotation, FamilyStore, RotateCommand, RotationOutcome } from "./family-store.ts";
import type { RevocationReason, TokenFamily } from "./token-family.ts";

/** The token families of a memory storage. */
export interface MemoryFamilies {
  readonly reader: FamilyReader;
  within(unit: Unit): FamilyStore;
  /** Rotation inside a unit; the storage gives each call one of its own. */
  rotation(unit: Unit, accounts: AccountReader): FamilyRotation;
}

/** Creates the families' part of a memory storage. */
export function createMemoryFamilies(): MemoryFamilies {
  const families = new Table<TokenFamily>(ownerOf);
  return {
    reader: readerOver(families),
    within: (unit) => storeOver(unit.draft(families)),
    rotation: (unit, accounts) => rotationOver(unit.draft(families), accounts),
  };
}

function ownerOf({ realm, accountId }: { readonly realm: string; readonly accountId: string }): string {
  return rowKey(realm, accountId);
}

function keyOf({ realm, id }: { readonly realm: string; readonly id: string }): string {
  return rowKey(realm, id);
}

function put(families: Draft<TokenFamily>, family: TokenFamily): TokenFamily {
  const kept = Object.freeze({ ...family });
  families.set(keyOf(kept), kept);
  return kept;
}

function isLive(family: TokenFamily, now: number): boolean {
  return family.revokedAt === null && family.idleExpiresAt > now && family.expiresAt > now;
}

type Age = Pick<TokenFamily, "createdAt" | "id">;

function newestFirst(left: Age, right: Age): number {
  if (left.createdAt !== right.createdAt) return right.createdAt - left.createdAt;
  return left.id > right.id ? -1 : Number(left.id < right.id);
}

function readerOver(families: Rows<TokenFamily>): FamilyReader {
  return {
    byId: async (at) => families.get(keyOf(at)),
    listActive: async ({ now, after, limit, ...owner }) =>
      families
        .inGroup(ownerOf(owner))
        .filter((family) => isLive(family, now) && (after === undefined || newestFirst(family, after) > 0))
        .sort(newestFirst)
        .slice(0, limit),
  };
}

function storeOver(families: Draft<TokenFamily>): FamilyStore {
  const unrevoked = (owner: { readonly realm: string; readonly accountId: string }) =>
    families.inGroup(ownerOf(owner)).filter(({ revokedAt }) => revokedAt === null);
  const revoke = (family: TokenFamily, at: number, reason: RevocationReason) =>
    put(families, { ...family, revokedAt: at, revokedReason: reason });
  const summary = ({ id, generation }: TokenFamily) => ({ id, generation });
  return {
    ...readerOver(families),
    create: async (family) => {
      if (families.get(keyOf(family)) !== undefined) throw new TypeError(`There is a family ${family.id} already`);
      put(families, {
        ...family,
        generation: 0,
        rotatedAt: family.createdAt,
        revokedAt: null,
        revokedReason: null,
      });
    },
    revoke: async ({ at, reason, ...key }) => {
      const family = families.get(keyOf(key));
      return family?.revokedAt === null ? summary(revoke(family, at, reason)) : undefined;
    },
    revokeOfAccount: async ({ except, at, reason, ...owner }) =>
      unrevoked(owner)
        .filter(({ id }) => id !== except)
        .map((family) => summary(revoke(family, at, reason))),
    revokeOfRealm: async ({ realm, createdBefore, at, reason, limit }) => {
      const older = [...families.all()].filter(
        (family) => family.realm === realm && family.revokedAt === null && family.createdAt < createdBefore,
      );
      return older.slice(0, limit).map((family) => revoke(family, at, reason)).length;
    },
    restamp: async ({ accountVersion, ...owner }) =>
      unrevoked(owner).map((family) => summary(put(families, { ...family, accountVersion }))),
    purge: async ({ before, limit }) => {
      const gone = [...families.all()].filter(({ idleExpiresAt }) => idleExpiresAt < before).slice(0, limit);
      for (const family of gone) families.delete(keyOf(family));
      return gone.length;
    },
  };
}

function rotationOver(families: Draft<TokenFamily>, accounts: AccountReader): FamilyRotation {
  return {
    rotate: (command) => rotate(families, accounts, command),
    reanchor: async ({ realm, familyId, generation, attemptedAt, now }) => {
      const family = families.get(rowKey(realm, familyId));
      if (family === undefined || family.revokedAt !== null) return false;
      if (family.generation !== generation || family.rotatedAt !== attemptedAt) return false;
      put(families, { ...family, rotatedAt: now });
      return true;
    },
  };
}

async function rotate(
  families: Draft<TokenFamily>,
  accounts: AccountReader,
  { realm, familyId, generation, now, idleExpiresAt }: RotateCommand,
): Promise<RotationOutcome> {
  const family = families.get(rowKey(realm, familyId));
  const account = family && (await accounts.byId({ realm, id: family.accountId }));
  const won =
    family?.generation === generation && isLive(family, now) && family.accountVersion === account?.securityVersion;
  if (!won) return { won, family, account };
  const successor = {
    ...family,
    generation: generation + 1,
    rotatedAt: now,
    idleExpiresAt: Math.min(idleExpiresAt, family.expiresAt),
  };
  return { won, family: put(families, successor), account };
}
