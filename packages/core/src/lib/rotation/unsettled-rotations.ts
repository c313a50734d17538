// Rotations whose COMMIT was not answered. Their answer never left, so their leeway has not begun: before such a family is judged again, its row is re-anchored.
import type { Storage } from "../../ports.ts";

/** A rotation that may or may not be committed. */
export interface UnsettledRotation {
  readonly familyId: string;
  /** The generation that it would have made. */
  readonly generation: number;
  /** Milliseconds since the epoch: the row's `rotatedAt` if it was committed. */
  readonly attemptedAt: number;
}

/** Remembers unsettled rotations of one realm. */
export interface UnsettledRotations {
  add(rotation: UnsettledRotation): void;
  /** Settles a family's rotations; `undefined` where there are none, which is nearly always. @throws StoreUnavailableError; then they stay unsettled. */
  settle(familyId: string, now: number): Promise<void> | undefined;
}

const mostFamilies = 10_000;

/** An empty memory, of at most 10,000 families: beyond, the oldest is forgotten and its owner logs in again. */
export function createUnsettledRotations(realm: string, storage: Storage): UnsettledRotations {
  const families = new Map<string, readonly UnsettledRotation[]>();
  const settleAll = async (familyId: string, rotations: readonly UnsettledRotation[], now: number): Promise<void> => {
    for (const { generation, attemptedAt } of rotations) {
      await storage.families.reanchor({ realm, familyId, generation, attemptedAt, now });
    }
    families.delete(familyId);
  };
  return {
    add(rotation) {
      families.set(rotation.familyId, [...(families.get(rotation.familyId) ?? []), rotation]);
      if (families.size > mostFamilies) families.delete(families.keys().next().value!);
    },
    settle(familyId, now) {
      const rotations = families.get(familyId);
      return rotations && settleAll(familyId, rotations, now);
    },
  };
}
