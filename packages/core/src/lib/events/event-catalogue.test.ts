// A whole life of a realm, held against the catalogue: nothing is recorded that it does not describe.
import { describe, expect, it } from "vitest";
import { eventCatalogue } from "../../index.ts";
import type { IdentityProvider } from "../provider.ts";
import { mostKeys } from "./counted-events.ts";
import { createMessageBox } from "../testing/message-box.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";

const operator = { kind: "operator" } as const;
const context = { address: "203.0.113.7", userAgent: "a\r\nb\u0000".padEnd(999, "x"), requestId: "request-1" };
const newPassword = "another horse battery staple";

async function live(provider: IdentityProvider, deliver: () => Promise<string>): Promise<readonly string[]> {
  const identifiers = { username: "kim", mobile: "+821012345678" };
  const { account, tokens } = await provider.signUp({ identifiers, password: testPassword }, context);
  await provider.importAccounts([{ identifiers: { username: "lee" } }], operator, {}, context);
  const principal = async (token: string) => provider.verifyAccessToken(token);
  const logIn = async (password = testPassword) =>
    (await provider.logIn({ identifier: "kim", password }, context)).tokens;
  const refused = (work: Promise<unknown>) => work.catch(() => undefined);
  await refused(provider.logIn({ identifier: "kim", password: "wrong wrong wrong" }, context));
  await refused(provider.logIn({ identifier: "nobody", password: "wrong wrong wrong" }, context));
  await provider.requestCode({ identifier: identifiers.mobile }, context);
  const code = await deliver();
  await refused(provider.logInWithCode({ identifier: identifiers.mobile, code: code === "0" ? "1" : "0" }, context));
  await provider.logInWithCode({ identifier: identifiers.mobile, code }, context);
  await provider.updateAccount(await principal(tokens!.accessToken), { attributes: { nickname: "Kim" } }, context);
  const second = await logIn();
  await provider.revokeToken(second.accessToken, context);
  await provider.logOut(second.refreshToken, context);
  const third = await logIn();
  await provider.refresh(third.refreshToken, context);
  const { items } = await provider.listSessions(await principal(tokens!.accessToken));
  const session = items.find(({ current }) => !current);
  await provider.endSession(await principal(tokens!.accessToken), session!.id, context);
  const bearer = await principal(tokens!.accessToken);
  await provider.changePassword(bearer, { currentPassword: testPassword, newPassword }, context);
  await provider.setPassword(account.id, testPassword, operator, context);
  await provider.administerAccount(account.id, { status: "disabled", roles: ["USER", "EDITOR"] }, operator, context);
  await refused(provider.logIn({ identifier: "kim", password: testPassword }, context));
  await provider.administerAccount(account.id, { status: "active" }, operator, context);
  await provider.revokeAccountTokens(account.id, operator, context);
  await provider.rotateKey({}, operator);
  const { kid } = (await provider.listKeys()).find(({ state }) => state === "current")!;
  await provider.retireKey(kid, operator);
  await provider.revokeRealmTokens(operator, context);
  for (let failure = 0; failure < 10; failure++)
    await provider.authenticateClient({ id: "somebody", secret: "a wrong secret" }, context).catch(() => {});
  await provider.resetThrottle({ address: "203.0.113.7" }, operator, context);
  const last = await logIn();
  provider.recordRefusal({ code: "forbidden", operation: "listAccounts", principal: bearer }, context);
  await provider.recordConfiguration({ contract: "latchkey" });
  await provider.withdraw(await principal(last.accessToken), {}, context);
  const all = [tokens!, second, third, last].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]);
  return [
    ...all.flatMap((token) => [token, token.split(".")[2]!]),
    testPassword,
    newPassword,
    "wrong wrong wrong",
    code,
  ];
}

describe("the events of a life", () => {
  it("are the catalogue's, with its actors and details, in UTC, bounded, and hold no secret (ASVS 16.2.1, 16.2.5, 16.4.1)", async () => {
    const box = createMessageBox();
    const throttling = { failuresPerAddress: { most: 10, seconds: 900 } };
    const policy = { logInWithCode: ["mobile"], recordRefreshes: true, throttling } as const;
    const { provider } = createTestRealm({ policy, messageSender: box });
    const secrets = await live(provider, async () => {
      await provider.deliverMessages();
      return box.code();
    });
    const { items } = await provider.listEvents({ limit: 100 });
    expect(items.map(({ seq }) => seq)).toEqual(items.map((_, index) => items.length - index));
    for (const { type, actor, detail = {}, ...event } of items) {
      const described = eventCatalogue[type as keyof typeof eventCatalogue];
      expect([type, described.actors.includes(actor)]).toEqual([type, true]);
      expect([type, Object.keys(detail).filter((name) => !Object.hasOwn(described.detail, name))]).toEqual([type, []]);
      if (type.startsWith("key.") || type === "realm.configured") continue;
      expect(event).toMatchObject({ realm: "main", address: "203.0.113.7", requestId: "request-1" });
      expect(event.userAgent).toBe("a  b ".padEnd(256, "x"));
    }
    expect(secrets.filter((secret) => JSON.stringify(items).includes(secret))).toEqual([]);
    const seen = new Set(items.map(({ type }) => type));
    const elsewhere = ["family.reuse_detected", "message.undeliverable", "key.rewrapped"];
    expect(Object.keys(eventCatalogue).filter((type) => !seen.has(type) && !elsewhere.includes(type))).toEqual([]);
    await provider.close();
  });
});

describe("the list of events", () => {
  it("names the session as the list of sessions does, and refuses filters that make no sense", async () => {
    const { provider, clock } = createTestRealm();
    const { account, tokens } = await provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
    const [session] = (await provider.listSessions(await provider.verifyAccessToken(tokens!.accessToken))).items;
    clock.advance(1000);
    await provider.logOut(tokens!.refreshToken);
    const list = async (query: Parameters<IdentityProvider["listEvents"]>[0]) =>
      (await provider.listEvents({ accountId: account.id, ...query })).items.map(({ type }) => type);
    expect(await list({})).toEqual(["family.logged_out", "account.signed_up"]);
    expect((await provider.listEvents({ type: "family.logged_out" })).items[0]).toMatchObject({
      sessionId: session!.id,
    });
    expect(await list({ from: clock.now() })).toEqual(["family.logged_out"]);
    expect(await list({ until: clock.now() })).toEqual(["account.signed_up"]);
    const fields = { type: [expect.anything()], from: [expect.anything()], until: [expect.anything()] };
    await expect(list({ type: "account.renamed", from: Number.NaN, until: -1 })).rejects.toMatchObject({
      code: "request_malformed",
      fields,
    });
    await provider.close();
  });
});

describe("a flood of refusals", () => {
  const refusal = { code: "forbidden", operation: "listAccounts" } as const;
  const refused = async (provider: IdentityProvider) =>
    (await provider.listEvents({ type: "authorization.refused", limit: 100 })).items.toReversed();

  it("class 9: is two events a minute for each caller: the first at once, then the count of the others (ASVS 16.3.2)", async () => {
    const { provider, clock } = createTestRealm();
    for (let turn = 0; turn < 200; turn++) provider.recordRefusal(refusal, { address: "203.0.113.7" });
    provider.recordRefusal(refusal, { address: "203.0.113.8" });
    await provider.start();
    expect((await refused(provider)).map(({ address }) => address)).toEqual(["203.0.113.7", "203.0.113.8"]);
    clock.advance(60_000);
    provider.recordRefusal(refusal, { address: "203.0.113.7" });
    await provider.close();
    const detail = { operation: "listAccounts", reason: "forbidden" };
    expect((await refused(provider)).map((event) => event.detail)).toEqual([
      detail,
      detail,
      { ...detail, count: 199 },
      detail,
    ]);
  });

  it("class 9: from more callers than are kept apart is counted together, without their names", async () => {
    const { provider } = createTestRealm();
    for (let turn = 0; turn < mostKeys + 300; turn++) provider.recordRefusal(refusal, { address: `2001:db8::${turn}` });
    await provider.close();
    const { items } = await provider.listEvents({ type: "authorization.refused", limit: 2 });
    expect(items.map(({ address, detail }) => [address, detail!["count"]])).toEqual([
      [undefined, 299],
      [undefined, undefined],
    ]);
    expect(items[1]!.seq).toBe(mostKeys + 1);
  });

  it("does not tell everyday refusals, nor the name of a client that nobody has, which may be a secret", async () => {
    const resourceServers = [{ id: "api", secret: "a-secret-of-the-api" }];
    const { provider } = createTestRealm({ resourceServers });
    provider.recordRefusal({ code: "access_token_expired", operation: "readAccount" });
    for (const clientId of ["api", "a-secret-of-the-api"])
      provider.recordRefusal({ code: "client_unauthenticated", operation: "introspect", clientId });
    await provider.close();
    const detail = { operation: "introspect", reason: "client_unauthenticated" };
    expect((await refused(provider)).map((event) => event.detail)).toEqual([{ ...detail, client_id: "api" }, detail]);
  });
});

describe("the configuration at a start", () => {
  it("is an event where it differs from the one before, and not at each start (ASVS 16.3.3)", async () => {
    const { provider, again } = createTestRealm();
    const setup = { contract: "latchkey" };
    expect(await provider.recordConfiguration(setup)).toBe(true);
    expect(await again().recordConfiguration(setup)).toBe(false);
    expect(await again({ policy: { leewaySeconds: 0 } }).recordConfiguration(setup)).toBe(true);
    expect(await again().recordConfiguration({ contract: "baro" })).toBe(true);
    const { items } = await provider.listEvents({ type: "realm.configured" });
    expect(items.map(({ detail }) => [detail!["policy"], detail!["setup"]])).toEqual([
      [{}, { contract: "baro" }],
      [{ leewaySeconds: 0 }, setup],
      [{}, setup],
    ]);
    expect(new Set(items.map(({ detail }) => detail!["digest"])).size).toBe(3);
  });
});

describe("retention", () => {
  it("deletes a realm's events after its own number of days, and no other's", async () => {
    const short = createTestRealm({ policy: { eventRetentionDays: 30 } });
    const long = createTestRealm({ realm: "other", storage: short.storage, clock: short.clock });
    for (const { provider } of [short, long])
      await provider.signUp({ identifiers: { username: "kim" }, password: testPassword, issueTokens: false });
    const count = async ({ provider }: typeof short) =>
      (await provider.listEvents({ type: "account.signed_up" })).items.length;
    short.clock.advance(31 * 86_400_000);
    for (const { provider } of [short, long]) await provider.purge();
    expect([await count(short), await count(long)]).toEqual([0, 1]);
    short.clock.advance(370 * 86_400_000);
    await long.provider.purge();
    expect(await count(long)).toBe(0);
  });
});
