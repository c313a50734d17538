// The token families' part of the storage port.
import type { Account } from "../accounts/account.ts";
import type { NewEvent } from "../events/event-store.ts";
import type { RevocationReason, TokenFamily } from "./token-family.ts";

/** A family to create, at generation 0. */
export type NewTokenFamily = Omit<TokenFamily, "generation" | "rotatedAt" | "revokedAt" | "revokedReason">;

/** The presented refresh token and what its successor would be. Times are milliseconds since the epoch. */
export interface RotateCommand {
  readonly realm: string;
  readonly familyId: string;
  /** The presented generation. */
  readonly generation: number;
  readonly now: number;
  /** The successor's idle expiry; the store keeps the earlier of it and the family's absolute expiry. */
  readonly idleExpiresAt: number;
  /** Written in the unit of the rotation where this command advances the family, with the family's account; nothing is written for a loser. */
  readonly event?: Omit<NewEvent, "accountId">;
}

/**
 * `won` says whether this command advanced the family. The rows are the newest committed ones, read after the decision:
 * a loser sees what beat it. `account` is absent where the family or its account is unknown (or withdrawn).
 */
export interface RotationOutcome {
  readonly won: boolean;
  readonly family: TokenFamily | undefined;
  readonly account: Account | undefined;
}

/** Rotation: an atomic unit of its own, outside {@link FamilyStore}. */
export interface FamilyRotation {
  /**
   * One conditional UPDATE decides: the generation is the presented one, the family is neither revoked nor expired (idle and absolute expiry are *after* `now`),
   * and its `accountVersion` equals the account's security version. It sets generation + 1, `rotatedAt = now`, `idleExpiresAt = min(command's, expiresAt)`.
   * Resolves after the commit is durable. Throws `StoreUnavailableError` (nothing changed) or `CommitOutcomeUnknownError`.
   */
  rotate(command: RotateCommand): Promise<RotationOutcome>;
  /**
   * After an unknown COMMIT: moves `rotatedAt` from `attemptedAt` to `now` where the family is at `generation`, unrevoked, and was rotated at `attemptedAt`.
   * Says whether a row changed.
   */
  reanchor(at: {
    readonly realm: string;
    readonly familyId: string;
    readonly generation: number;
    readonly attemptedAt: number;
    readonly now: number;
  }): Promise<boolean>;
}

/** Reads of families. */
export interface FamilyReader {
  /** By its id, whether alive or not. */
  byId(at: { readonly realm: string; readonly id: string }): Promise<TokenFamily | undefined>;
  /** Families of an account that are neither revoked nor expired at `now`, newest first by (createdAt, id) descending. */
  listActive(query: {
    readonly realm: string;
    readonly accountId: string;
    readonly now: number;
    readonly after?: { readonly createdAt: number; readonly id: string };
    readonly limit: number;
  }): Promise<readonly TokenFamily[]>;
}

/** A revoked family and the newest generation it had. */
export interface RevokedFamily {
  readonly id: string;
  readonly generation: number;
}

/** Writes of families inside a unit of work. The caller has locked the account. */
export interface FamilyStore extends FamilyReader {
  /** Creates a family. An id that is taken is a defect, and throws. */
  create(family: NewTokenFamily): Promise<void>;
  /** Revokes one unrevoked family; `undefined` where it is unknown or already revoked. */
  revoke(at: {
    readonly realm: string;
    readonly id: string;
    readonly at: number;
    readonly reason: RevocationReason;
  }): Promise<RevokedFamily | undefined>;
  /** Revokes an account's unrevoked families, but for `except`. */
  revokeOfAccount(at: {
    readonly realm: string;
    readonly accountId: string;
    readonly except?: string;
    readonly at: number;
    readonly reason: RevocationReason;
  }): Promise<readonly RevokedFamily[]>;
  /** Revokes at most `limit` unrevoked families of the realm that were created before `createdBefore`; returns how many. Takes no account locks. */
  revokeOfRealm(at: {
    readonly realm: string;
    readonly createdBefore: number;
    readonly at: number;
    readonly reason: RevocationReason;
    readonly limit: number;
  }): Promise<number>;
  /** Sets `accountVersion` of an account's unrevoked families and returns them with their newest generation. */
  restamp(at: {
    readonly realm: string;
    readonly accountId: string;
    readonly accountVersion: number;
  }): Promise<readonly RevokedFamily[]>;
  /** Deletes at most `limit` families whose idle expiry lies before `before`; returns how many. */
  purge(at: { readonly before: number; readonly limit: number }): Promise<number>;
}
