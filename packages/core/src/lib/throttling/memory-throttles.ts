// The throttles' part of the memory storage. Units run one after another, so a tally that is read is held.
import { frozen } from "../memory/frozen.ts";
import { rowKey, Table, type Rows } from "../memory/table.ts";
import type { Unit } from "../memory/units.ts";
import type { Tally, TallyPlace, ThrottleReader, ThrottleStore } from "./throttle-store.ts";

/** The tallies of a memory storage. */
export interface MemoryThrottles {
  readonly reader: ThrottleReader;
  within(unit: Unit): ThrottleStore;
}

/** Creates the throttles' part of a memory storage. */
export function createMemoryThrottles(): MemoryThrottles {
  const tallies = new Table<Tally>();
  return {
    reader: readerOver(tallies),
    within(unit) {
      const draft = unit.draft(tallies);
      return {
        ...readerOver(draft),
        hold: async ({ realm, key }) => {
          const found = draft.get(rowKey(realm, key));
          if (found !== undefined) return found;
          const empty = frozen({ realm, key, count: 0, readyAt: 0, expiresAt: 0 });
          draft.set(rowKey(realm, key), empty);
          return empty;
        },
        put: async (tally) => draft.set(rowKey(tally.realm, tally.key), frozen({ ...tally })),
        purge: async ({ before, limit }) => {
          const gone = [...draft.all()].filter(({ expiresAt }) => expiresAt < before).slice(0, limit);
          for (const { realm, key } of gone) draft.delete(rowKey(realm, key));
          return gone.length;
        },
      };
    },
  };
}

function readerOver(tallies: Rows<Tally>): ThrottleReader {
  return { find: async ({ realm, key }: TallyPlace) => tallies.get(rowKey(realm, key)) };
}
