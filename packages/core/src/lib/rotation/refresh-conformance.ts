// What a provider promises of refresh tokens (RFC 9700 §2.2.2, §4.14.2), in the words of the project's standards.
import { ensure, equal } from "../conformance/assert.ts";
import { range } from "../conformance/kit.ts";
import {
  ensureDead,
  outcomeOf,
  presenting,
  refreshing,
  resourceServer,
  somebody,
  type ProviderCases,
  type ProviderScene,
} from "../conformance/provider-kit.ts";
import type { IdentityProvider, IssuedTokens } from "../provider.ts";

/** Registers the cases of refresh tokens. */
export function refreshCases(cases: ProviderCases): void {
  parallelUses(cases);
  singleUse(cases);
  leeway(cases);
  reuse(cases);
  clocks(cases);
  lifetimes(cases);
}

async function fiftyUses(tokens: IssuedTokens, processes: readonly IdentityProvider[]): Promise<void> {
  const answers = await Promise.all(
    range(50).map((index) => processes[index % processes.length]!.refresh(tokens.refreshToken)),
  );
  const successors = new Set(answers.map((answer) => answer.tokens.refreshToken));
  equal(successors.size, 1, "the number of different refresh tokens in 50 answers");
  ensure(!successors.has(tokens.refreshToken), "the successor is another token");
  for (const process of processes) {
    equal(await presenting(process, answers[7]!.tokens), "ok", "the use of an access token of a retry");
  }
}

function parallelUses({ check }: ProviderCases): void {
  check(
    "RT-01 50 parallel uses of one token: one successor exists, every 2xx carries the same refresh token, no 5xx",
    async (scene) => {
      await fiftyUses(await (await somebody(scene)).logIn(), [scene.provider]);
    },
  );

  check("RT-02 the same with two server processes on one database", async (scene) => {
    await fiftyUses(await (await somebody(scene)).logIn(), [scene.provider, scene.second]);
  });
}

async function fiftyOutcomes({ provider, second }: ProviderScene, tokens: IssuedTokens) {
  let successor: IssuedTokens | undefined;
  const outcomes = await Promise.all(
    range(50).map((index) =>
      outcomeOf(
        (index % 2 === 0 ? provider : second).refresh(tokens.refreshToken).then((answer) => {
          successor = answer.tokens;
        }),
      ),
    ),
  );
  ensure(successor !== undefined, "one of 50 uses succeeds");
  return { outcomes, successor };
}

function singleUse({ check }: ProviderCases): void {
  check(
    "RT-03 leeway 0: exactly one 200, the rest refused, and by policy the family is then revoked",
    async (scene) => {
      const tokens = await (await somebody(scene)).logIn();
      const { outcomes, successor } = await fiftyOutcomes(scene, tokens);
      equal(outcomes.filter((outcome) => outcome === "ok").length, 1, "the number of successes");
      const refusals = new Set(outcomes.filter((outcome) => outcome !== "ok"));
      refusals.delete("refresh_token_revoked");
      equal([...refusals], ["refresh_token_reused"], "the refusals, those after the revocation aside");
      equal(await refreshing(scene.second, successor), "refresh_token_revoked", "the successor");
    },
    { leewaySeconds: 0 },
  );

  check(
    "RT-03 leeway 0 where the policy revokes nothing: the rest are refused and the successor lives",
    async (scene) => {
      const tokens = await (await somebody(scene)).logIn();
      const { outcomes, successor } = await fiftyOutcomes(scene, tokens);
      equal(outcomes.filter((outcome) => outcome === "ok").length, 1, "the number of successes");
      equal(outcomes.filter((outcome) => outcome === "refresh_token_reused").length, 49, "the number of refusals");
      equal(await refreshing(scene.second, successor), "ok", "the successor");
    },
    { leewaySeconds: 0, revokeFamilyOnReuse: false },
  );
}

function leeway({ check }: ProviderCases): void {
  check(
    "RT-04 a retry within the leeway after a lost answer succeeds, in any process, with the same successor",
    async (scene) => {
      const { provider, second, clock } = scene;
      const tokens = await (await somebody(scene)).logIn();
      const lost = await provider.refresh(tokens.refreshToken);
      clock.advance(9999);
      const here = await provider.refresh(tokens.refreshToken);
      equal(here.tokens.refreshToken, lost.tokens.refreshToken, "the successor in the same process");
      const retry = await second.refresh(tokens.refreshToken);
      equal(retry.tokens.refreshToken, lost.tokens.refreshToken, "the successor in the other process");
      equal(retry.tokens.familyId, tokens.familyId, "the family");
      equal(await presenting(provider, retry.tokens), "ok", "the access token of the retry");
      equal(await refreshing(provider, retry.tokens), "ok", "the use of the successor");
    },
  );

  check("RT-06 grandparent within the leeway is reuse", async (scene) => {
    const { provider } = scene;
    const tokens = await (await somebody(scene)).logIn();
    const parent = (await provider.refresh(tokens.refreshToken)).tokens;
    const newest = (await provider.refresh(parent.refreshToken)).tokens;
    equal(await refreshing(provider, tokens), "refresh_token_reused", "the grandparent");
    await ensureDead(scene, newest, provider, "of a family with reuse");
  });

  check("RT-07 leeway anchored at first use, never slides", async (scene) => {
    const { provider, second, clock } = scene;
    const tokens = await (await somebody(scene)).logIn();
    await provider.refresh(tokens.refreshToken);
    for (const process of [second, provider, second]) {
      clock.advance(3333);
      equal(await refreshing(process, tokens), "ok", "a retry within 10 s of the first use");
    }
    clock.advance(1);
    equal(await refreshing(provider, tokens), "refresh_token_reused", "a retry 10 s after the first use");
  });

  check("RT-08 the parent is dead once the successor was used", async (scene) => {
    const { provider, second } = scene;
    const tokens = await (await somebody(scene)).logIn();
    const successor = (await provider.refresh(tokens.refreshToken)).tokens;
    const newest = (await second.refresh(successor.refreshToken)).tokens;
    const again = (await provider.refresh(successor.refreshToken)).tokens;
    equal(again.refreshToken, newest.refreshToken, "the retry of the successor, which is a parent now");
    equal(await refreshing(provider, tokens), "refresh_token_reused", "the parent");
    equal(await refreshing(second, newest), "refresh_token_revoked", "the newest token afterwards");
  });
}

function reuse({ check }: ProviderCases): void {
  check(
    "RT-05 replay after it: refused, every refresh token of the family dead, its access tokens inactive, an event written",
    async (scene) => {
      const { provider, second, clock } = scene;
      const tokens = await (await somebody(scene)).logIn();
      const chain = [tokens];
      for (const _ of range(3)) chain.push((await provider.refresh(chain.at(-1)!.refreshToken)).tokens);
      clock.advance(10_000);
      equal(await refreshing(second, chain[2]!), "refresh_token_reused", "the replay");
      for (const dead of chain) {
        await ensureDead(scene, dead, second, "of a family with reuse");
        const introspected = await second.introspect({ token: dead.accessToken, client: resourceServer });
        equal(introspected, { active: false }, "the introspection of an access token");
        const refresh = await second.introspect({ token: dead.refreshToken, client: resourceServer });
        equal(refresh, { active: false }, "the introspection of a refresh token");
      }
      const events = await provider.listEvents({ type: "family.reuse_detected" });
      equal(
        events.items.map(({ familyId }) => familyId),
        [tokens.familyId],
        "the families of the events",
      );
    },
  );

  check("RT-09 revocation on reuse is committed although the request fails", async (scene) => {
    const { provider, clock } = scene;
    const tokens = await (await somebody(scene)).logIn();
    const successor = (await provider.refresh(tokens.refreshToken)).tokens;
    clock.advance(10_000);
    equal(await refreshing(provider, tokens), "refresh_token_reused", "the replay");
    const family = await scene.other.read.families.byId({ realm: scene.realm, id: tokens.familyId });
    equal(family?.revokedReason, "reuse", "why the stored family is revoked");
    equal(await refreshing(scene.again(), successor), "refresh_token_revoked", "the successor after a restart");
  });

  check(
    "RT-14 two log-ins of one account are two families: reuse on one device never logs out another (class 3)",
    async (scene) => {
      const { provider, second, clock } = scene;
      const person = await somebody(scene);
      const [stolen, safe] = [await person.logIn(), await person.logIn(second)];
      ensure(stolen.familyId !== safe.familyId, "two log-ins are two families");
      await provider.refresh(stolen.refreshToken);
      clock.advance(10_000);
      equal(await refreshing(provider, stolen), "refresh_token_reused", "the replay on one device");
      equal(await presenting(provider, safe), "ok", "the other device's access token");
      equal(await refreshing(provider, safe), "ok", "the other device's refresh token");
    },
  );

  check("RT-12 restart: a rotated token stays rotated", async (scene) => {
    const tokens = await (await somebody(scene)).logIn();
    await scene.provider.refresh(tokens.refreshToken);
    scene.clock.advance(10_000);
    equal(await refreshing(scene.again(), tokens), "refresh_token_reused", "the use after a restart");
  });
}

function clocks({ check }: ProviderCases): void {
  check(
    "RT-11 two rotations within one second, and clock steps of ±1 h: replay still detected",
    async (scene) => {
      const { provider, clock } = scene;
      const person = await somebody(scene);
      for (const hours of [0, 1, -1, -2]) {
        const tokens = await person.logIn();
        const successor = (await provider.refresh(tokens.refreshToken)).tokens;
        const newest = (await provider.refresh(successor.refreshToken)).tokens;
        clock.step(hours * 3_600_000);
        equal(await refreshing(provider, successor), "refresh_token_reused", `the replay, the clock set by ${hours} h`);
        equal(await refreshing(provider, newest), "refresh_token_revoked", "the newest token");
      }
    },
    // Tokens of the time before a step back would be of the future.
    { leewaySeconds: 0, clockToleranceSeconds: 36_000 },
  );
}

function lifetimes({ check }: ProviderCases): void {
  check(
    "RT-17 the absolute lifetime holds despite sliding",
    async (scene) => {
      const { provider, clock } = scene;
      let { refreshToken, refreshExpiresInSeconds } = await (await somebody(scene)).logIn();
      equal(refreshExpiresInSeconds, 100, "the seconds of a first token");
      for (const seconds of [100, 100, 70, 10]) {
        clock.advance(60_000);
        ({ refreshToken, refreshExpiresInSeconds } = (await provider.refresh(refreshToken)).tokens);
        equal(refreshExpiresInSeconds, seconds, "the seconds of a later token");
      }
      clock.advance(10_000);
      const late = await outcomeOf(provider.refresh(refreshToken));
      equal(late, "refresh_token_expired", "a refresh at the absolute end");
    },
    { refreshIdleSeconds: 100, refreshAbsoluteSeconds: 250 },
  );

  check(
    "a family that rests for its idle lifetime expires, and an expired token revokes nothing",
    async (scene) => {
      const { provider, clock } = scene;
      const person = await somebody(scene);
      const [rested, used] = [await person.logIn(), await person.logIn()];
      clock.advance(99_000);
      equal(await refreshing(provider, used), "ok", "a second before the end");
      clock.advance(1000);
      equal(await refreshing(provider, rested), "refresh_token_expired", "at the end");
      const family = await scene.storage.read.families.byId({ realm: scene.realm, id: rested.familyId });
      equal(family?.revokedAt, null, "when the expired family was revoked");
    },
    { refreshIdleSeconds: 100, refreshAbsoluteSeconds: 1000 },
  );
}
