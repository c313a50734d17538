// What a provider promises when something is taken back: tokens do not outlive their cause, in any process, and a restart forgets nothing.
import { ensure, equal } from "../conformance/assert.ts";
import {
  ensureDead,
  operator,
  outcomeOf,
  passwords,
  presenting,
  refreshing,
  somebody,
  type Person,
  type ProviderCases,
  type ProviderScene,
} from "../conformance/provider-kit.ts";
import type { IssuedTokens } from "../provider.ts";

/** Registers the cases of endings. */
export function endingCases(cases: ProviderCases): void {
  causes(cases);
  survivors(cases);
  restarts(cases);
  dumps(cases);
}

type Ending = (scene: ProviderScene, tokens: IssuedTokens, person: Person) => Promise<unknown>;

const endings: readonly (readonly [string, Ending])[] = [
  ["log-out", ({ provider }, tokens) => provider.logOut(tokens.refreshToken)],
  ["log-out by the access token", ({ provider }, tokens) => provider.logOutByAccessToken(tokens.accessToken)],
  [
    "log-out everywhere",
    async ({ provider }, tokens) => provider.logOutEverywhere(await provider.verifyAccessToken(tokens.accessToken)),
  ],
  ["revocation of the refresh token (RFC 7009)", ({ provider }, tokens) => provider.revokeToken(tokens.refreshToken)],
  ["disabled account", ({ provider }, _, { id }) => provider.administerAccount(id, { status: "disabled" }, operator)],
  ["password set by an operator", ({ provider }, _, { id }) => provider.setPassword(id, passwords.second, operator)],
  ["tokens revoked by an operator", ({ provider }, _, { id }) => provider.revokeAccountTokens(id, operator)],
  [
    "changed password (other families)",
    async ({ provider }, _, person) =>
      provider.changePassword(await provider.verifyAccessToken((await person.logIn()).accessToken), {
        currentPassword: passwords.first,
        newPassword: passwords.second,
      }),
  ],
  [
    "withdrawn account",
    async ({ provider }, tokens) => provider.withdraw(await provider.verifyAccessToken(tokens.accessToken), {}),
  ],
  [
    "session ended by its owner",
    async ({ provider }, tokens, person) => {
      const owner = await provider.verifyAccessToken((await person.logIn()).accessToken);
      const { items } = await provider.listSessions(await provider.verifyAccessToken(tokens.accessToken));
      const session = items.find(({ current }) => current);
      ensure(session !== undefined, "the session is listed");
      await provider.endSession(owner, session.id);
    },
  ],
  [
    "all tokens of the realm revoked",
    async ({ provider, clock }) => {
      clock.advance(1);
      await provider.revokeRealmTokens(operator);
    },
  ],
];

function causes({ check }: ProviderCases): void {
  for (const [cause, end] of endings) {
    check(`RT-18 ${cause}: refresh refused, access token dead, everywhere (class 7)`, async (scene) => {
      const { provider, second } = scene;
      const person = await somebody(scene);
      const first = await person.logIn();
      const tokens = (await second.refresh(first.refreshToken)).tokens;
      // Both processes have seen the tokens, and may remember them.
      for (const process of [provider, second]) {
        equal(await presenting(process, first), "ok", "the first access token before");
        equal(await presenting(process, tokens), "ok", "the access token before");
      }
      await end(scene, tokens, person);
      await ensureDead(scene, tokens, provider, `after "${cause}"`);
      await ensureDead(scene, first, provider, `of a former generation after "${cause}"`);
    });
  }
}

function survivors({ check }: ProviderCases): void {
  check("RT-18 changed password: the family that changed it lives on, other accounts are untouched", async (scene) => {
    const { provider, second } = scene;
    const person = await somebody(scene);
    const [own, other] = [await person.logIn(), await (await somebody(scene)).logIn()];
    const principal = await provider.verifyAccessToken(own.accessToken);
    const change = { currentPassword: passwords.first, newPassword: passwords.second };
    await provider.changePassword(principal, change);
    for (const tokens of [own, other])
      equal(await refreshing(second, tokens), "ok", "the refresh of a family that lives on");
    equal(await outcomeOf(person.logIn()), "credentials_invalid", "a log-in with the old password");
    equal(await outcomeOf(person.logIn(second, passwords.second)), "ok", "a log-in with the new password");
  });

  check("RV-07 log-out and revocation are idempotent, by any generation of the family", async (scene) => {
    const { provider, second } = scene;
    const tokens = await (await somebody(scene)).logIn();
    const successor = (await provider.refresh(tokens.refreshToken)).tokens;
    for (const process of [provider, second, provider]) {
      equal(await outcomeOf(process.logOut(tokens.refreshToken)), "ok", "a log-out by a former generation");
      equal(await outcomeOf(process.logOut(successor.refreshToken)), "ok", "a log-out by the newest generation");
      equal(await outcomeOf(process.revokeToken(successor.refreshToken)), "ok", "a revocation");
    }
    await ensureDead(scene, successor, provider, "after log-out");
    const events = await provider.listEvents({ type: "family.logged_out" });
    equal(events.items.length, 1, "the number of log-outs that are recorded");
  });

  check("changed roles kill the access tokens that carry the old ones, and keep the refresh token", async (scene) => {
    const { provider, second } = scene;
    const person = await somebody(scene);
    const tokens = await person.logIn();
    await provider.administerAccount(person.id, { roles: ["ADMIN"] }, operator);
    equal(await presenting(provider, tokens), "access_token_revoked", "the access token of the old roles");
    const renewed = (await second.refresh(tokens.refreshToken)).tokens;
    equal((await second.verifyAccessToken(renewed.accessToken)).roles, ["ADMIN"], "the roles of the new access token");
  });
}

function restarts({ check }: ProviderCases): void {
  check("RV-08 a revocation survives a restart, also before the index is loaded", async (scene) => {
    const tokens = await (await somebody(scene)).logIn();
    await scene.provider.logOut(tokens.refreshToken);
    const restarted = scene.again();
    equal(await presenting(restarted, tokens), "access_token_revoked", "the access token at once");
    equal(await refreshing(restarted, tokens), "refresh_token_revoked", "the refresh token");
    equal(await presenting(restarted, tokens), "access_token_revoked", "the access token later");
  });
}

function dumps({ check }: ProviderCases): void {
  check("RT-19 a database dump yields no usable token, password or key", async (scene) => {
    const { provider, storage, realm, clock } = scene;
    const person = await somebody(scene);
    const tokens = (await provider.refresh((await person.logIn()).refreshToken)).tokens;
    const { read } = storage;
    const id = person.id;
    const dump = JSON.stringify([
      await read.accounts.withPassword({ realm, id }),
      await read.families.listActive({ realm, accountId: id, now: clock.now(), limit: 9 }),
      await read.keys.list({ realm }),
      await read.events.list({ realm, limit: 99 }),
    ]);
    const secrets = [tokens.accessToken, tokens.refreshToken, passwords.first].flatMap((secret) => [
      secret,
      ...secret.split(".").filter((part) => part.length > 20),
    ]);
    for (const secret of secrets)
      ensure(!dump.includes(secret), "the dump holds no token, no part of one and no password");
    ensure(!/\\?"d\\?":/.test(dump), "the dump holds no private key in clear");
    const texts = new Set(dump.match(/[A-Za-z0-9._~+/=$-]{16,}/g));
    for (const text of texts) {
      const outcomes = [
        await outcomeOf(provider.refresh(text)),
        await outcomeOf(Promise.resolve().then(() => provider.verifyAccessToken(text))),
      ];
      ensure(!outcomes.includes("ok"), "no stored text is a token");
    }
  });
}
