// How a suite about the identity provider gets one: two processes on one storage, a clock that is set by hand, a password hash that costs next to nothing.
import { IdentityError, type IdentityErrorCode } from "../errors/identity-error.ts";
import { concatBytes } from "../kernel/bytes.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Argon2id } from "../passwords/argon2.ts";
import type { Actor, IdentityProvider, IssuedTokens } from "../provider.ts";
import type { IdentityProviderOptions } from "../provider-options.ts";
import type { RealmPolicyDifferences } from "../realm-policy.ts";
import type { Storage } from "../../ports.ts";
import { ConformanceFailure, ensure } from "./assert.ts";
import type { Cases, Scene } from "./kit.ts";
import { fresh, noon } from "./samples.ts";

/** What the kit decides of a provider; the rest (platform, signing, claims) is its maker's. */
export interface ProviderSetup
  extends
    Required<Pick<IdentityProviderOptions, "realm" | "issuer" | "storage" | "masterKey" | "clock">>,
    Pick<IdentityProviderOptions, "policy" | "resourceServers" | "messageSender"> {
  /** In place of Argon2id, so that thousands of log-ins are raced: a digest. A maker that leaves it out is only slow. */
  readonly quickHash: Argon2id;
}

/** Makes the provider to prove. The kit closes it. */
export type MakeProvider = (setup: ProviderSetup) => IdentityProvider;

/** A clock that stands still until it is told. */
export interface StageClock extends Clock {
  /** Time passes. */
  advance(milliseconds: number): void;
  /** The time of day is set; the monotonic clock goes on. */
  step(milliseconds: number): void;
}

/** A resource server that may introspect. */
export const resourceServer: { readonly id: string; readonly secret: string } = Object.freeze({
  id: "resource-server",
  secret: "a secret of enough length",
});

/** The password of every account of the kit, and another. */
export const passwords: { readonly first: string; readonly second: string } = Object.freeze({
  first: "correct horse battery staple",
  second: "the quick brown fox jumps",
});

/** Somebody who administers. */
export const operator: Actor = Object.freeze({ kind: "operator" });

/** What a case about a provider gets. */
export interface ProviderScene extends Scene {
  readonly provider: IdentityProvider;
  /** The same realm in a second process. */
  readonly second: IdentityProvider;
  readonly clock: StageClock;
  /** One-time codes that were sent, where the policy sends any. */
  readonly codes: readonly string[];
  /** The same realm in one more process: after a restart, or on a storage that fails. */
  again(given?: { readonly storage?: Storage }): IdentityProvider;
}

/** Registers cases about providers. */
export interface ProviderCases {
  check(title: string, run: (scene: ProviderScene) => Promise<void>, policy?: RealmPolicyDifferences): void;
  race(title: string, run: (scene: ProviderScene) => Promise<void>, policy?: RealmPolicyDifferences): void;
}

/** Turns cases about storages into cases about providers on them. */
export function providerCases(cases: Cases, makeProvider: MakeProvider): ProviderCases {
  const onStage =
    (run: (scene: ProviderScene) => Promise<void>, policy: RealmPolicyDifferences = {}) =>
    (scene: Scene): Promise<void> =>
      perform(scene, makeProvider, policy, run);
  return {
    check: (title, run, policy) => cases.check(title, onStage(run, policy)),
    race: (title, run, policy) => cases.race(title, onStage(run, policy)),
  };
}

async function perform(
  scene: Scene,
  makeProvider: MakeProvider,
  policy: RealmPolicyDifferences,
  run: (scene: ProviderScene) => Promise<void>,
): Promise<void> {
  const clock = createStageClock();
  const made: IdentityProvider[] = [];
  const codes: string[] = [];
  const make = (storage: Storage): IdentityProvider => {
    const provider = makeProvider({
      realm: scene.realm,
      issuer: "https://id.example/v1",
      storage,
      masterKey: Uint8Array.from({ length: 32 }, (_, index) => index + 1),
      clock,
      policy,
      resourceServers: [resourceServer],
      ...(policy.logInWithCode !== undefined && {
        messageSender: { send: async ({ code }) => void codes.push(code!) },
      }),
      quickHash,
    });
    made.push(provider);
    return provider;
  };
  const [provider, second] = [make(scene.storage), make(scene.other)];
  try {
    await provider.start();
    await second.start();
    await run({ ...scene, provider, second, clock, codes, again: ({ storage = scene.storage } = {}) => make(storage) });
  } finally {
    await Promise.all(made.map((each) => each.close()));
  }
}

function createStageClock(): StageClock {
  let now = noon + 345;
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

/** A digest in the place of Argon2id: it leaves the event loop as a hash does, and comes back soon. */
export const quickHash: Argon2id = async (password, salt, { tagLength }) => {
  const digest = await crypto.subtle.digest("SHA-512", concatBytes(salt, password));
  return new Uint8Array(digest).subarray(0, tagLength);
};

/** `ok`, or the code of the refusal. Anything thrown that is no refusal fails the case: it would be a 5xx. */
export async function outcomeOf(call: Promise<unknown>): Promise<"ok" | IdentityErrorCode> {
  try {
    await call;
    return "ok";
  } catch (error) {
    if (error instanceof IdentityError) return error.code;
    throw new ConformanceFailure(`an IdentityError, if any: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

/** The outcome of presenting a refresh token. */
export function refreshing(provider: IdentityProvider, tokens: IssuedTokens): ReturnType<typeof outcomeOf> {
  return outcomeOf(provider.refresh(tokens.refreshToken));
}

/** The outcome of presenting an access token. */
export function presenting(provider: IdentityProvider, tokens: IssuedTokens): ReturnType<typeof outcomeOf> {
  return outcomeOf((async () => provider.verifyAccessToken(tokens.accessToken))());
}

/** An account with a password, and how to log it in. */
export interface Person {
  readonly id: string;
  readonly name: string;
  logIn(at?: IdentityProvider, password?: string): Promise<IssuedTokens>;
}

/** Creates an account. */
export async function somebody({ provider }: ProviderScene): Promise<Person> {
  const name = fresh("person");
  const input = { identifiers: { username: name }, password: passwords.first };
  const { id } = await provider.createAccount(input, operator);
  return {
    id,
    name,
    logIn: async (at = provider, password = passwords.first) => (await at.logIn({ identifier: name, password })).tokens,
  };
}

// A process that has not loaded its index yet asks the store, and says of an account that is gone or switched off that it is.
const deadOutcomes: ReadonlySet<string> = new Set([
  "access_token_revoked",
  "access_token_account_unknown",
  "access_token_account_disabled",
]);

/**
 * Makes sure that tokens are dead: the refresh token everywhere at once, the access token at once where the change was answered,
 * (`answering`, where one process did it) and in the other process within the bound: at once where the store tells of changes, otherwise a second later.
 */
export async function ensureDead(
  { provider, second, clock, other }: ProviderScene,
  tokens: IssuedTokens,
  answering: IdentityProvider | undefined,
  what: string,
): Promise<void> {
  for (const process of [provider, second]) {
    const refresh = await refreshing(process, tokens);
    ensure(refresh !== "ok" && refresh !== "store_unavailable", `the refresh token ${what} is refused, not ${refresh}`);
  }
  const here = answering && (await presenting(answering, tokens));
  ensure(
    here === undefined || deadOutcomes.has(here),
    `the access token ${what} is revoked where it was answered, not ${here}`,
  );
  if (other.feed.changeToken() === undefined) clock.advance(1001);
  for (const process of [provider, second]) {
    const there = await presenting(process, tokens);
    ensure(deadOutcomes.has(there), `the access token ${what} is revoked in the other process, not ${there}`);
  }
}
