// Tokens whose signature was checked before. Bounded in entries and characters; an entry says nothing of expiry or revocation: both are checked on each hit.
import type { ReadToken } from "./read-token.ts";

/** Bounds of the cache: an entry takes some 1 KB, and one that is missed costs a signature. */
export const verifiedTokenCacheBounds: { readonly entries: number; readonly characters: number } = Object.freeze({
  entries: 10_000,
  characters: 8_000_000,
});

/** Verified tokens by their whole text. */
export interface VerifiedTokenCache<T> {
  get(token: string, epoch: number): T | undefined;
  set(token: string, value: T, epoch: number): void;
}

/**
 * Two generations of a map: when the young one is half of the bounds it becomes the old one, and the old one goes.
 * A new epoch (the set of verifying keys changed) empties both.
 */
export function createVerifiedTokenCache<T = ReadToken>(
  bounds: typeof verifiedTokenCacheBounds = verifiedTokenCacheBounds,
): VerifiedTokenCache<T> {
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  let characters = 0;
  let keptEpoch = -1;

  const enter = (epoch: number): void => {
    if (epoch === keptEpoch) return;
    keptEpoch = epoch;
    young = new Map();
    old = new Map();
    characters = 0;
  };
  const put = (token: string, value: T): void => {
    if (young.size >= bounds.entries / 2 || characters + token.length > bounds.characters / 2) {
      old = young;
      young = new Map();
      characters = 0;
    }
    young.set(token, value);
    characters += token.length;
  };

  return {
    get(token, epoch) {
      enter(epoch);
      const value = young.get(token);
      if (value !== undefined) return value;
      const kept = old.get(token);
      if (kept !== undefined) put(token, kept);
      return kept;
    },
    set(token, value, epoch) {
      // The keys may have changed while the signature was checked: then this verdict is of yesterday.
      if (epoch !== keptEpoch) return;
      put(token, value);
    },
  };
}
