// The keys' part of the memory storage.
import { frozen } from "../memory/frozen.ts";
import { rowKey, Table, type Rows } from "../memory/table.ts";
import type { Unit } from "../memory/units.ts";
import type { KeyReader, KeyRecord, KeyStore } from "./key-store.ts";

/** The keys of a memory storage. */
export interface MemoryKeys {
  readonly reader: KeyReader;
  within(unit: Unit): KeyStore;
}

/** Creates the keys' part of a memory storage. */
export function createMemoryKeys(): MemoryKeys {
  const keys = new Table<KeyRecord>(({ realm }) => realm);
  return {
    reader: readerOver(keys),
    within(unit) {
      const draft = unit.draft(keys);
      return {
        ...readerOver(draft),
        add: async (key) => {
          const taken = draft
            .inGroup(key.realm)
            .some(({ kid, use, ordinal }) => kid === key.kid || (use === key.use && ordinal === key.ordinal));
          if (!taken) draft.set(rowKey(key.realm, key.kid), frozen(key));
          return !taken;
        },
        retire: async ({ realm, kid, at }) => {
          const key = draft.get(rowKey(realm, kid));
          if (key?.retiredAt !== null) return false;
          draft.set(rowKey(realm, kid), frozen({ ...key, retiredAt: at }));
          return true;
        },
        rewrap: async ({ realm, kid, from, to }) => {
          const key = draft.get(rowKey(realm, kid));
          if (key?.encryptedPrivateJwk !== from) return false;
          draft.set(rowKey(realm, kid), frozen({ ...key, encryptedPrivateJwk: to }));
          return true;
        },
        remove: async ({ realm, kid }) => {
          const known = draft.get(rowKey(realm, kid)) !== undefined;
          draft.delete(rowKey(realm, kid));
          return known;
        },
      };
    },
  };
}

function readerOver(keys: Rows<KeyRecord>): KeyReader {
  return { list: async ({ realm }) => keys.inGroup(realm) };
}
