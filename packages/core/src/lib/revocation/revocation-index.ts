// What is taken back, in memory: family → the newest dead generation, in an open-addressing table of 32-bit words (20 bytes a slot),
// so that a verifier answers in the same time with none and with a million entries. Slots lie in the order of hashes, so that a rebuild writes one after the other. Knows no store and no clock.
import { familyCreatedAt } from "../token-family/token-identifier.ts";
import type { NewRevocation } from "./revocation-store.ts";

const wordsPerSlot = 5;
const generationWord = 3;
const expiryWord = 4;
const smallest = 1024;
const nine = 57;
// Above this share of used slots the table is rebuilt, without what has expired: 29 to 43 bytes an entry.
const fullest = 0.7;
const growth = 1.5;

/** The revoked families of one realm. */
export class RevocationIndex {
  #slots = smallest;
  #table: Uint32Array = new Uint32Array(smallest * wordsPerSlot);
  #size = 0;
  #realmCut = 0;

  /** Families that are named. */
  get size(): number {
    return this.#size;
  }

  /** Takes an entry in; the larger generation of two wins. `now` in milliseconds since the epoch lets expired entries leave when the table grows. */
  add({ target, expiresAt }: NewRevocation, now: number): void {
    if ("familiesBefore" in target) {
      this.#realmCut = Math.max(this.#realmCut, target.familiesBefore);
      return;
    }
    if (this.#size + 1 > this.#slots * fullest) this.#rebuild(Math.floor(now / 1000));
    // Expiry is never 0 in a used slot.
    const expiry = Math.min(Math.max(Math.ceil(expiresAt / 1000), 1), 0xffff_ffff);
    this.#put(
      wordOf(target.familyId, 0),
      wordOf(target.familyId, 8),
      wordOf(target.familyId, 16),
      target.throughGeneration,
      expiry,
    );
  }

  /** Whether the access token of this family and generation is revoked. */
  isRevoked(familyId: string, generation: number): boolean {
    if (this.#realmCut > 0 && familyCreatedAt(familyId) < this.#realmCut) return true;
    if (this.#size === 0) return false;
    const at = this.#place(wordOf(familyId, 0), wordOf(familyId, 8), wordOf(familyId, 16));
    return this.#table[at + expiryWord] !== 0 && generation <= this.#table[at + generationWord]!;
  }

  /** Where the family is, or the free slot where it would be. */
  #place(a: number, b: number, c: number): number {
    const table = this.#table;
    // By the hash's upper end: any number of slots will do, and the order of the slots is that of the hashes.
    let slot = Math.floor((hash(a, b, c) / 0x1_0000_0000) * this.#slots);
    for (;;) {
      const at = slot * wordsPerSlot;
      if (table[at + expiryWord] === 0 || (table[at] === a && table[at + 1] === b && table[at + 2] === c)) return at;
      slot = slot + 1 === this.#slots ? 0 : slot + 1;
    }
  }

  #put(a: number, b: number, c: number, generation: number, expiry: number): void {
    const at = this.#place(a, b, c);
    const table = this.#table;
    if (table[at + expiryWord] === 0) {
      table[at] = a;
      table[at + 1] = b;
      table[at + 2] = c;
      table[at + generationWord] = generation;
      table[at + expiryWord] = expiry;
      this.#size++;
      return;
    }
    table[at + generationWord] = Math.max(table[at + generationWord]!, generation);
    table[at + expiryWord] = Math.max(table[at + expiryWord]!, expiry);
  }

  #rebuild(nowSeconds: number): void {
    const old = this.#table;
    const lives = (at: number): boolean => old[at + expiryWord]! > nowSeconds;
    let alive = 0;
    for (let at = 0; at < old.length; at += wordsPerSlot) if (lives(at)) alive++;
    this.#slots = Math.max(smallest, Math.ceil((alive / fullest) * growth));
    this.#table = new Uint32Array(this.#slots * wordsPerSlot);
    this.#size = 0;
    for (let at = 0; at < old.length; at += wordsPerSlot) {
      if (lives(at)) this.#put(old[at]!, old[at + 1]!, old[at + 2]!, old[at + generationWord]!, old[at + expiryWord]!);
    }
  }
}

/** Up to eight hexadecimal digits as a number. With `parseInt` a look-up takes nearly twice as long, and there is one for each token that is verified. */
function wordOf(hex: string, from: number): number {
  const end = Math.min(from + 8, hex.length);
  let word = 0;
  for (let at = from; at < end; at++) {
    const code = hex.charCodeAt(at);
    word = (word << 4) | (code <= nine ? code & 15 : (code & 15) + 9);
  }
  return word >>> 0;
}

function hash(a: number, b: number, c: number): number {
  let mixed = Math.imul(a ^ (b >>> 15), 0x9e37_79b1) ^ Math.imul(b, 0x85eb_ca6b) ^ Math.imul(c, 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb_352d);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
