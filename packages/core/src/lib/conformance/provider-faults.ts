// What a provider promises when the store fails: a failed request consumes nothing, a fault of ours is never the caller's, a retry is safe.
import type { IdentityProvider, IssuedTokens, Principal } from "../provider.ts";
import { ensure, equal } from "./assert.ts";
import { withFaults, type FaultPlan } from "./faults.ts";
import {
  operator,
  outcomeOf,
  passwords,
  presenting,
  refreshing,
  resourceServer,
  somebody,
  type Person,
  type ProviderCases,
  type ProviderScene,
} from "./provider-kit.ts";
import { fresh } from "./samples.ts";

/** Registers the cases of a store that fails. */
export function faultCases(cases: ProviderCases): void {
  eachStatement(cases);
  lostCommits(cases);
  outages(cases);
}

interface Victim {
  readonly person: Person;
  readonly tokens: IssuedTokens;
  /** Whose refresh is a replay now. */
  readonly replayed: IssuedTokens;
  readonly principal: Principal;
}

const useCases: readonly (readonly [string, (provider: IdentityProvider, victim: Victim) => Promise<unknown>])[] = [
  ["a refresh", (provider, { tokens }) => provider.refresh(tokens.refreshToken)],
  ["a replay", (provider, { replayed }) => provider.refresh(replayed.refreshToken)],
  ["a log-in", (provider, { person }) => person.logIn(provider)],
  ["a failed log-in", (provider, { person }) => person.logIn(provider, passwords.second)],
  ["a sign-up", (provider) => provider.signUp({ identifiers: { username: fresh() }, password: passwords.first })],
  ["a log-out", (provider, { tokens }) => provider.logOut(tokens.refreshToken)],
  ["a log-out everywhere", (provider, { principal }) => provider.logOutEverywhere(principal)],
  [
    "a change of the password",
    (provider, { principal }) =>
      provider.changePassword(principal, { currentPassword: passwords.first, newPassword: passwords.second }),
  ],
  [
    "a change of roles",
    (provider, { person }) => provider.administerAccount(person.id, { roles: ["ADMIN"] }, operator),
  ],
  ["a disabling", (provider, { person }) => provider.administerAccount(person.id, { status: "disabled" }, operator)],
  ["an update", (provider, { principal }) => provider.updateAccount(principal, { attributes: { nickname: "R" } })],
  ["a withdrawal", (provider, { principal }) => provider.withdraw(principal, { password: passwords.first })],
];

async function victimOf(scene: ProviderScene): Promise<Victim> {
  const person = await somebody(scene);
  const [tokens, replayed] = [await person.logIn(), await person.logIn()];
  await scene.provider.refresh(replayed.refreshToken);
  scene.clock.advance(10_000);
  return { person, tokens, replayed, principal: await scene.provider.verifyAccessToken(tokens.accessToken) };
}

async function everything({ storage: { read }, realm, clock }: ProviderScene, { person }: Victim): Promise<unknown> {
  const { id } = person;
  return {
    account: await read.accounts.withPassword({ realm, id }),
    count: (await read.accounts.list({ realm, limit: 1000 })).length,
    families: await read.families.listActive({ realm, accountId: id, now: clock.now(), limit: 99 }),
    head: await read.revocations.head(),
    events: (await read.events.list({ realm, limit: 1 }))[0]?.seq,
  };
}

function eachStatement({ check }: ProviderCases): void {
  for (const [name, useCase] of useCases) {
    check(`RT-10 ${name} that fails consumes nothing (a fault after each statement)`, async (scene) => {
      const plan: FaultPlan = {};
      const failing = scene.again({ storage: withFaults(scene.storage, plan) });
      await failing.start();
      for (let statements = 0; ; statements++) {
        ensure(statements < 50, "a use case has fewer than 50 statements");
        const victim = await victimOf(scene);
        const before = await everything(scene, victim);
        plan.statementsBeforeFault = statements;
        const outcome = await outcomeOf(useCase(failing, victim));
        const reached = plan.statementsBeforeFault < 0;
        plan.statementsBeforeFault = undefined;
        if (!reached) {
          ensure(statements > 0, "a use case has at least one statement");
          ensure(outcome !== "store_unavailable", "the use case without a fault is answered");
          return;
        }
        equal(outcome, "store_unavailable", `the outcome with a fault after statement ${statements}`);
        equal(await everything(scene, victim), before, `what is stored after a fault after statement ${statements}`);
        equal(await presenting(failing, victim.tokens), "ok", "the access token in the process of the fault");
      }
    });
  }
}

function lostCommits({ check }: ProviderCases): void {
  for (const unknownCommit of ["carried out", "lost"] as const) {
    check(
      `a rotation whose COMMIT was not answered and was ${unknownCommit}: the leeway starts when it is asked again`,
      async (scene) => {
        const { clock, provider } = scene;
        const plan: FaultPlan = {};
        const failing = scene.again({ storage: withFaults(scene.storage, plan) });
        const tokens = await (await somebody(scene)).logIn();
        plan.unknownCommit = unknownCommit;
        equal(await refreshing(failing, tokens), "store_unavailable", "the answer to the lost COMMIT");
        clock.advance(60_000);
        const retry = await failing.refresh(tokens.refreshToken);
        clock.advance(9000);
        const again = await provider.refresh(tokens.refreshToken);
        equal(again.tokens.refreshToken, retry.tokens.refreshToken, "the successor within the new leeway");
        clock.advance(1000);
        equal(await refreshing(failing, tokens), "refresh_token_reused", "a use after it");
      },
    );
  }
}

function outages({ check }: ProviderCases): void {
  check("RT-20 a transient database error is 503 with a safe retry, never 400 (class 12)", async (scene) => {
    const plan: FaultPlan = {};
    const failing = scene.again({ storage: withFaults(scene.storage, plan) });
    await failing.start();
    const { person, tokens, principal } = await victimOf(scene);
    const client = resourceServer;
    plan.down = true;
    const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
      ["refresh", () => failing.refresh(tokens.refreshToken)],
      ["logIn", () => person.logIn(failing)],
      ["signUp", () => failing.signUp({ identifiers: { username: fresh() }, password: passwords.first })],
      ["logOut", () => failing.logOut(tokens.refreshToken)],
      ["logOutByAccessToken", () => failing.logOutByAccessToken(tokens.accessToken)],
      ["revokeToken", () => failing.revokeToken(tokens.refreshToken)],
      ["introspect an access token", () => failing.introspect({ token: tokens.accessToken, client })],
      ["introspect a refresh token", () => failing.introspect({ token: tokens.refreshToken, client })],
      ["readAccount", async () => failing.readAccount(principal)],
      ["listSessions", () => failing.listSessions(principal)],
      ["getAccount", () => failing.getAccount(person.id)],
      ["listAccounts", () => failing.listAccounts({})],
    ];
    for (const [name, call] of calls) equal(await outcomeOf(call()), "store_unavailable", `the outcome of ${name}`);
    plan.down = false;
    equal(await refreshing(failing, tokens), "ok", "the retry of the refresh");
    equal(await outcomeOf(person.logIn(failing)), "ok", "the retry of the log-in");
  });

  check("a provider that starts while the store is away refuses, and serves once it is back", async (scene) => {
    const plan: FaultPlan = { down: true };
    const tokens = await (await somebody(scene)).logIn();
    const starting = scene.again({ storage: withFaults(scene.storage, plan) });
    equal(await outcomeOf(starting.start()), "store_unavailable", "the start");
    equal(await refreshing(starting, tokens), "store_unavailable", "a refresh");
    equal(await presenting(starting, tokens), "store_unavailable", "an access token");
    plan.down = false;
    equal(await presenting(starting, tokens), "ok", "the access token afterwards");
    equal(await refreshing(starting, tokens), "ok", "the refresh afterwards");
  });
}
