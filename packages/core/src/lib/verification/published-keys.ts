// The keys that an issuer publishes (RFC 7517): given as they are, or fetched when first needed, when old, and for a kid that they lack.
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors, jwksCache } from "jose";
import type { ExportedJWKSCache, JWTVerifyGetKey } from "jose";
import type { Clock } from "../kernel/clock.ts";
import type { JsonObject } from "../kernel/json.ts";

/** Where the keys come from. */
export interface PublishedKeysOptions {
  readonly url: string;
  /** The keys themselves, instead of a URL. */
  readonly jwks: { readonly keys: readonly JsonObject[] } | undefined;
  readonly maxAgeSeconds: number;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** Keys to verify with. */
export interface PublishedKeys {
  /** The key for a header; fetches where that may help. */
  readonly get: JWTVerifyGetKey;
  /** Changes with the set of keys: what an earlier one vouched for is to be checked again. */
  readonly epoch: () => number;
  /** Whether the set is young enough to be trusted without asking. */
  readonly fresh: () => boolean;
}

/** At most one request a second, whether the last one brought keys or failed: a stream of forged kids is no stream of requests. */
const cooldownMilliseconds = 1000;

/** Prepares the keys; nothing is fetched yet. @throws TypeError for a URL that is none */
export function publishedKeys(options: PublishedKeysOptions): PublishedKeys {
  if (options.jwks !== undefined)
    return { get: createLocalJWKSet({ keys: [...options.jwks.keys] }), epoch: () => 0, fresh: () => true };
  // Taken out of its object: a runtime's own fetch refuses to be called as a method.
  const { clock, maxAgeSeconds, fetch: ask } = options;
  // jose writes here at the very moment when it begins to use a set.
  const applied: Partial<ExportedJWKSCache> = {};
  let failure: { readonly error: unknown; readonly at: number } | undefined;
  const remote = createRemoteJWKSet(new URL(options.url), {
    cacheMaxAge: maxAgeSeconds * 1000,
    cooldownDuration: cooldownMilliseconds,
    [jwksCache]: applied as Record<string, never>,
    [customFetch]: (address, init) => {
      if (failure !== undefined && clock.monotonic() - failure.at < cooldownMilliseconds) throw failure.error;
      return ask(address, init);
    },
  });
  return {
    get: async (header, token) => {
      try {
        return await remote(header, token);
      } catch (error) {
        if (isFetchFailure(error) && error !== failure?.error) failure = { error, at: clock.monotonic() };
        throw error;
      }
    },
    epoch: countChanges(() => applied.jwks),
    fresh: () => remote.fresh,
  };
}

function isFetchFailure(error: unknown): boolean {
  return !(
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

function countChanges(current: () => unknown): () => number {
  let epoch = 0;
  let seen: unknown;
  let text: string | undefined;
  return () => {
    const value = current();
    if (value !== seen) {
      seen = value;
      const next = JSON.stringify(value);
      if (next !== text) epoch++;
      text = next;
    }
    return epoch;
  };
}
