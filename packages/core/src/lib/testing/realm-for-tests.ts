// A realm for tests: memory, a clock that is set by hand, signatures by node:crypto, and a password hash that costs nothing and counts.
import { createHash } from "node:crypto";
import type { MemoryStorage } from "../../memory.ts";
import { createMemoryStorage } from "../../memory.ts";
import { createIdentityProvider } from "../identity-provider.ts";
import type { Clock } from "../kernel/clock.ts";
import { nodeJwsKeys } from "../node/node-jws.ts";
import type { Argon2id } from "../passwords/argon2.ts";
import type { IdentityProvider } from "../provider.ts";
import type { IdentityProviderOptions } from "../provider-options.ts";

/** A clock that stands still until it is told. */
export interface TestClock extends Clock {
  /** Time passes: both the time of day and the monotonic clock. */
  advance(milliseconds: number): void;
  /** Somebody sets the time of day; the monotonic clock goes on. */
  step(milliseconds: number): void;
}

/** A clock at an arbitrary instant with odd milliseconds. */
export function createTestClock(start = 1_790_000_000_345): TestClock {
  let now = start;
  let monotonic = 1000;
  return {
    now: () => now,
    monotonic: () => monotonic,
    advance(milliseconds) {
      now += milliseconds;
      monotonic += milliseconds;
    },
    step(milliseconds) {
      now += milliseconds;
    },
  };
}

/** A counting stand-in for Argon2id: a digest, so that tests hash thousands of times. */
export function createFakeArgon2id(): { readonly argon2id: Argon2id; readonly calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    argon2id: async (password, salt, { tagLength }) => {
      calls++;
      return new Uint8Array(createHash("sha512").update(salt).update(password).digest().subarray(0, tagLength));
    },
  };
}

/** The password of every account here. */
export const testPassword = "correct horse battery staple";

/** A realm and what a test turns. */
export interface TestRealm {
  readonly provider: IdentityProvider;
  readonly storage: MemoryStorage;
  readonly clock: TestClock;
  readonly hashes: () => number;
  /** The same realm as another process sees it, or after a restart. */
  again(options?: Partial<IdentityProviderOptions>): IdentityProvider;
}

/** Creates a realm on an empty memory storage. */
export function createTestRealm(options: Partial<IdentityProviderOptions> = {}): TestRealm {
  const storage = createMemoryStorage();
  const clock = createTestClock();
  const { argon2id, calls } = createFakeArgon2id();
  const make = (differences: Partial<IdentityProviderOptions>): IdentityProvider =>
    createIdentityProvider({
      issuer: "https://id.example/v1",
      storage,
      masterKey: Uint8Array.from({ length: 32 }, (_, index) => index + 1),
      platform: { name: "test", argon2id, jws: nodeJwsKeys, hashConcurrency: 64 },
      clock,
      ...options,
      ...differences,
    });
  return {
    provider: make({}),
    storage,
    clock,
    hashes: calls,
    again: (differences = {}) => make({ storage: storage.attach(), ...differences }),
  };
}
