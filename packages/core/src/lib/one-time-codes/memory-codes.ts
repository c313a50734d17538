// The one-time codes' part of the memory storage.
import { frozen } from "../memory/frozen.ts";
import { rowKey, Table, type Rows } from "../memory/table.ts";
import type { Unit } from "../memory/units.ts";
import type { CodePlace, CodeReader, CodeStore, OneTimeCode } from "./code-store.ts";

/** The codes of a memory storage. */
export interface MemoryCodes {
  readonly reader: CodeReader;
  within(unit: Unit): CodeStore;
}

/** Creates the codes' part of a memory storage. */
export function createMemoryCodes(): MemoryCodes {
  const codes = new Table<OneTimeCode>();
  return {
    reader: readerOver(codes),
    within(unit) {
      const draft = unit.draft(codes);
      return {
        ...readerOver(draft),
        put: async (code) => draft.set(keyOf(code), frozen({ ...code, usedAt: null })),
        attempt: async ({ id, accountVersion, digest, now, ...place }) => {
          const code = draft.get(keyOf(place));
          if (code?.id !== id || code.accountVersion !== accountVersion) return false;
          if (code.usedAt !== null || code.expiresAt <= now || code.attemptsLeft <= 0) return false;
          const matches = code.digest === digest;
          const usedAt = matches ? now : null;
          draft.set(keyOf(place), frozen({ ...code, attemptsLeft: code.attemptsLeft - 1, usedAt }));
          return matches;
        },
        purge: async ({ before, limit }) => {
          const gone = [...draft.all()].filter(({ expiresAt }) => expiresAt < before).slice(0, limit);
          for (const code of gone) draft.delete(keyOf(code));
          return gone.length;
        },
      };
    },
  };
}

const keyOf = ({ realm, accountId, purpose }: CodePlace): string => rowKey(realm, accountId, purpose);

function readerOver(codes: Rows<OneTimeCode>): CodeReader {
  return { current: async (place) => codes.get(keyOf(place)) };
}
