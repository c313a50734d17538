// The revocations' part of the memory storage: a log whose numbers are taken when the unit commits.
import { frozen } from "../memory/frozen.ts";
import { rowKey, Table, type Draft } from "../memory/table.ts";
import type { Unit } from "../memory/units.ts";
import type { NewRevocation, RevocationEntry, RevocationReader, RevocationStore } from "./revocation-store.ts";

/** The revocations of a memory storage. */
export interface MemoryRevocations {
  readonly reader: RevocationReader;
  /** `onCommitted` is called with the unit's entries after its commit and before `transact` resolves. */
  within(unit: Unit, onCommitted: (entries: readonly RevocationEntry[]) => void): RevocationStore;
  /** The newest committed number. */
  head(): number;
}

const headKey = "head";

/** Creates the revocations' part of a memory storage. */
export function createMemoryRevocations(): MemoryRevocations {
  const entries = new Table<RevocationEntry>(({ realm, target }) =>
    "familyId" in target ? rowKey(realm, target.familyId) : rowKey(realm),
  );
  const heads = new Table<number>();
  const head = (): number => heads.get(headKey) ?? 0;
  const reader: RevocationReader = {
    since: async ({ seq, limit }) => {
      const found: RevocationEntry[] = [];
      for (let next = seq + 1; next <= head() && found.length < limit; next++) {
        const entry = entries.get(next);
        if (entry !== undefined) found.push(entry);
      }
      return found;
    },
    concerning: async ({ realm, familyId }) =>
      [...entries.inGroup(rowKey(realm)), ...entries.inGroup(rowKey(realm, familyId))].sort((a, b) => a.seq - b.seq),
    head: async () => head(),
  };
  return {
    reader,
    head,
    within(unit, onCommitted) {
      const added: NewRevocation[] = [];
      return {
        ...reader,
        add: async (given) => {
          if (added.length === 0) unit.last(() => number(unit, unit.draft(entries), unit.draft(heads)));
          added.push(...given);
        },
        purge: async ({ before, limit }) => {
          const draft = unit.draft(entries);
          const gone = [...draft.all()].filter(({ expiresAt }) => expiresAt < before).slice(0, limit);
          for (const { seq } of gone) draft.delete(seq);
          return gone.length;
        },
      };

      function number(of: Unit, draft: Draft<RevocationEntry>, counter: Draft<number>): void {
        const first = head() + 1;
        const numbered = added.map((entry, index) => frozen({ ...entry, seq: first + index }));
        for (const entry of numbered) draft.set(entry.seq, entry);
        counter.set(headKey, head() + numbered.length);
        if (numbered.length > 0) of.afterwards(() => onCommitted(numbered));
      }
    },
  };
}
