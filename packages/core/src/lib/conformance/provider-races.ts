// What a provider promises when use cases meet (design §4.1): whatever the order, nothing of the time before lives on.
import type { IdentityProvider, IssuedTokens } from "../provider.ts";
import { ensure, equal } from "./assert.ts";
import { range, stagger } from "./kit.ts";
import {
  ensureDead,
  operator,
  outcomeOf,
  passwords,
  presenting,
  quickHash,
  refreshing,
  somebody,
  type Person,
  type ProviderCases,
  type ProviderScene,
} from "./provider-kit.ts";

/** Registers the races. */
export function providerRaceCases(cases: ProviderCases): void {
  refreshRaces(cases);
  endingLogIns(cases);
  logOutEverywhere(cases);
  familyLimits(cases);
  cacheFills(cases);
}

/** Starts both, the one or the other a little earlier: by some hashes and some turns, so that every statement of the one meets every statement of the other. */
async function meet<A, B>(round: number, first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
  const delay = async (): Promise<void> => {
    for (let hash = 0; hash < (round >> 1) % 4; hash++) await quickHash(salt, salt, quickHashParameters);
    await stagger((round % 7) * 3);
  };
  return Promise.all(round % 2 === 0 ? [delay().then(first), second()] : [first(), delay().then(second)]);
}

const salt = new Uint8Array(16);
const quickHashParameters = { memoryKiB: 8, passes: 1, parallelism: 1, tagLength: 32 };

/** Runs the rounds with somebody new for every fifty, so that no account collects sessions without end. */
async function eachRound(scene: ProviderScene, race: (round: number, person: Person) => Promise<void>): Promise<void> {
  const { rounds } = scene;
  for (let done = 0; done < rounds; done += 50) {
    const person = await somebody(scene);
    for (const index of range(Math.min(50, rounds - done))) await race(done + index, person);
  }
}

/** The tokens of a log-in or refresh, or why there are none. */
async function attempt(
  call: Promise<IssuedTokens>,
): Promise<{ readonly tokens?: IssuedTokens; readonly outcome: string }> {
  let tokens: IssuedTokens | undefined;
  const outcome = await outcomeOf(
    call.then((issued) => {
      tokens = issued;
    }),
  );
  return tokens === undefined ? { outcome } : { tokens, outcome };
}

async function refreshed(provider: IdentityProvider, { refreshToken }: IssuedTokens): Promise<IssuedTokens> {
  return (await provider.refresh(refreshToken)).tokens;
}

function refreshRaces({ race }: ProviderCases): void {
  race(
    "RT-13 revoke racing refresh: after the revoke's answer no refresh token of the family works anywhere, and no access token beyond the bound",
    async (scene) => {
      const { provider, second } = scene;
      await eachRound(scene, async (round, person) => {
        const tokens = await person.logIn();
        const [refresh] = await meet(
          round,
          () => attempt(refreshed(round % 3 === 0 ? provider : second, tokens)),
          () => provider.logOut(tokens.refreshToken),
        );
        ensure(
          ["ok", "refresh_token_revoked"].includes(refresh.outcome),
          `the refresh is ok or revoked, not ${refresh.outcome}`,
        );
        for (const dead of [tokens, refresh.tokens])
          if (dead) await ensureDead(scene, dead, provider, "after the log-out");
      });
    },
  );

  race("refresh × role change: an access token that is active carries the new roles", async (scene) => {
    const { provider, second } = scene;
    await eachRound(scene, async (round, person) => {
      const tokens = await person.logIn();
      const roles = [round % 2 === 0 ? "ADMIN" : "USER", `ROUND-${round}`];
      const [refresh] = await meet(
        round,
        () => attempt(refreshed(second, tokens)),
        () => provider.administerAccount(person.id, { roles }, operator),
      );
      equal(await presenting(provider, tokens), "access_token_revoked", "the access token of the time before");
      // A refresh that met the change in between is told that its family is of another time; nothing is lost by asking again.
      const retried = refresh.tokens ?? (await refreshed(second, tokens));
      if ((await presenting(provider, retried)) === "ok") {
        equal((await provider.verifyAccessToken(retried.accessToken)).roles, roles, "the roles of an active token");
      }
      const renewed = await refreshed(provider, retried);
      equal((await provider.verifyAccessToken(renewed.accessToken)).roles, roles, "the roles after the next refresh");
    });
  });
}

const causes: readonly (readonly [
  string,
  readonly string[],
  (provider: IdentityProvider, person: Person, own: IssuedTokens) => Promise<unknown>,
])[] = [
  [
    "password change",
    ["credentials_invalid"],
    async (provider, _, own) =>
      provider.changePassword(await provider.verifyAccessToken(own.accessToken), {
        currentPassword: passwords.first,
        newPassword: passwords.second,
      }),
  ],
  [
    "disable",
    ["account_disabled"],
    (provider, { id }) => provider.administerAccount(id, { status: "disabled" }, operator),
  ],
  [
    "withdraw",
    ["credentials_invalid"],
    async (provider, _, own) => provider.withdraw(await provider.verifyAccessToken(own.accessToken), {}),
  ],
];

function endingLogIns({ race }: ProviderCases): void {
  for (const [name, refusals, cause] of causes) {
    race(`log-in × ${name}: no session of the time before lives on`, async (scene) => {
      const { provider, second, rounds } = scene;
      for (const round of range(rounds)) {
        const person = await somebody(scene);
        const [own, before] = [await person.logIn(), await person.logIn()];
        const [logIn] = await meet(
          round,
          () => attempt(person.logIn(second)),
          () => cause(provider, person, own),
        );
        const expected = ["ok", ...refusals];
        ensure(expected.includes(logIn.outcome), `the log-in is ${expected.join(" or ")}, not ${logIn.outcome}`);
        await ensureDead(scene, before, provider, "of the time before");
        if (logIn.tokens) await ensureDead(scene, logIn.tokens, provider, "of the log-in in between");
      }
    });
  }
}

function logOutEverywhere({ race }: ProviderCases): void {
  race(
    "log-in × log-out-all: sessions of the time before are dead, and one in between is all dead or all alive",
    async (scene) => {
      const { provider, second } = scene;
      await eachRound(scene, async (round, person) => {
        const before = await person.logIn();
        const principal = await provider.verifyAccessToken(before.accessToken);
        const [logIn] = await meet(
          round,
          () => attempt(person.logIn(second)),
          () => provider.logOutEverywhere(principal),
        );
        await ensureDead(scene, before, provider, "of the time before");
        ensure(logIn.tokens !== undefined, `the log-in is ok, not ${logIn.outcome}`);
        if ((await refreshing(second, logIn.tokens)) === "ok") {
          equal(await presenting(second, logIn.tokens), "ok", "the access token of a session that lives");
        } else {
          await ensureDead(scene, logIn.tokens, provider, "of a session that was ended");
        }
      });
    },
  );
}

function familyLimits({ race }: ProviderCases): void {
  const most = 2;
  race(
    "8 parallel log-ins leave as many sessions as the limit allows",
    async (scene) => {
      const { provider, second, rounds } = scene;
      for (const _ of range(Math.ceil(rounds / 8))) {
        const person = await somebody(scene);
        const tokens = await Promise.all(range(8).map((index) => person.logIn(index % 2 === 0 ? provider : second)));
        equal((await provider.listAccountSessions(person.id)).items.length, most, "the number of sessions");
        const alive: boolean[] = [];
        for (const each of tokens) alive.push(await isAlive(scene, each));
        equal(alive.filter(Boolean).length, most, "the number of refresh tokens that work");
      }
    },
    { maxFamiliesPerAccount: most },
  );
}

async function isAlive(scene: ProviderScene, tokens: IssuedTokens): Promise<boolean> {
  if ((await refreshing(scene.second, tokens)) === "ok") return true;
  await ensureDead(scene, tokens, undefined, "of a session beyond the limit");
  return false;
}

function cacheFills({ race }: ProviderCases): void {
  race("a cache fill racing a revoke: what was verified meanwhile is refused afterwards (class 7)", async (scene) => {
    const { provider, second } = scene;
    await eachRound(scene, async (round, person) => {
      const tokens = await person.logIn(second);
      const fills = async () => Promise.all([provider, second, provider].map((process) => presenting(process, tokens)));
      const [seen] = await meet(round, fills, () => provider.logOut(tokens.refreshToken));
      for (const outcome of seen) {
        ensure(["ok", "access_token_revoked"].includes(outcome), `a verification is ok or revoked, not ${outcome}`);
      }
      await ensureDead(scene, tokens, provider, "after the log-out");
    });
  });
}
