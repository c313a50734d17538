// What is taken back, in memory: family → the newest dead generation, in an open-addressing table of 32-bit words (20 bytes a slot),
// so that a verifier answers in the same time with none and with a million entries. Knows no store and no clock.
import { familyCreatedAt } from "../token-family/token-identifier.ts";
import type { NewRevocation } from "./revocation-store.ts";

const wordsPerSlot = 5;
const smallest = 1024;
// Above this share of used slots the table is rebuilt, without what has expired.
const fullest = 0.6;

/** The revoked families of one realm. */
export interface RevocationIndex {
  /** Takes an entry in; the larger generation of two wins. `now` in milliseconds since the epoch lets expired entries leave when the table grows. */
  add(entry: NewRevocation, now: number): void;
  /** Whether the access token of this family and generation is revoked. */
  isRevoked(familyId: string, generation: number): boolean;
  /** Families that are named. */
  readonly size: number;
}

/** An empty index. */
export function createRevocationIndex(): RevocationIndex {
  let slots = smallest;
  let table = new Uint32Array(slots * wordsPerSlot);
  let size = 0;
  let realmCut = 0;

  const place = (a: number, b: number, c: number): number => {
    let slot = hash(a, b, c) & (slots - 1);
    for (;;) {
      const at = slot * wordsPerSlot;
      // Expiry is never 0 in a used slot.
      if (table[at + 4] === 0 || (table[at] === a && table[at + 1] === b && table[at + 2] === c)) return at;
      slot = (slot + 1) & (slots - 1);
    }
  };

  const put = (a: number, b: number, c: number, generation: number, expiry: number): void => {
    const at = place(a, b, c);
    if (table[at + 4] === 0) {
      table.set([a, b, c, generation, expiry], at);
      size++;
      return;
    }
    table[at + 3] = Math.max(table[at + 3]!, generation);
    table[at + 4] = Math.max(table[at + 4]!, expiry);
  };

  const rebuild = (nowSeconds: number): void => {
    const old = table;
    let alive = 0;
    for (let at = 0; at < old.length; at += wordsPerSlot) if (old[at + 4]! > nowSeconds) alive++;
    slots = smallest;
    while (alive > slots * fullest * 0.5) slots *= 2;
    table = new Uint32Array(slots * wordsPerSlot);
    size = 0;
    for (let at = 0; at < old.length; at += wordsPerSlot) {
      if (old[at + 4]! > nowSeconds) put(old[at]!, old[at + 1]!, old[at + 2]!, old[at + 3]!, old[at + 4]!);
    }
  };

  return {
    add(entry, now) {
      const { target } = entry;
      if ("familiesBefore" in target) {
        realmCut = Math.max(realmCut, target.familiesBefore);
        return;
      }
      if (size + 1 > slots * fullest) rebuild(Math.floor(now / 1000));
      const expiry = Math.min(Math.ceil(entry.expiresAt / 1000), 0xffff_ffff);
      put(
        word(target.familyId, 0),
        word(target.familyId, 8),
        word(target.familyId, 16),
        target.throughGeneration,
        expiry,
      );
    },
    isRevoked(familyId, generation) {
      if (realmCut > 0 && familyCreatedAt(familyId) < realmCut) return true;
      if (size === 0) return false;
      const at = place(word(familyId, 0), word(familyId, 8), word(familyId, 16));
      return table[at + 4] !== 0 && generation <= table[at + 3]!;
    },
    get size() {
      return size;
    },
  };
}

const word = (hex: string, from: number): number => Number.parseInt(hex.slice(from, from + 8), 16);

function hash(a: number, b: number, c: number): number {
  let mixed = Math.imul(a ^ (b >>> 15), 0x9e37_79b1) ^ Math.imul(b, 0x85eb_ca6b) ^ Math.imul(c, 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb_352d);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
