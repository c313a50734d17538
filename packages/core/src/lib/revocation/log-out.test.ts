// What a log-out leaves behind: families, entries of the feed and events, under each policy of a realm.
import { describe, expect, it } from "vitest";
import { bendStorage } from "../conformance/bend-storage.ts";
import type { IdentityProvider } from "../provider.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import { allGenerations } from "./revocation-store.ts";

const operator = { kind: "operator" } as const;
const context = { address: "203.0.113.7", requestId: "request-1" };
const hour = 3_600_000;

const signedUp = async (policy: NonNullable<Parameters<typeof createTestRealm>[0]>["policy"] = {}) => {
  const realm = createTestRealm({ policy });
  const { account, tokens } = await realm.provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
  const logIn = async () => (await realm.provider.logIn({ identifier: "kim", password: testPassword })).tokens;
  const entries = () => realm.storage.read.revocations.since({ seq: 0, limit: 100 });
  const verdict = async (accessToken: string) => {
    try {
      await realm.provider.verifyAccessToken(accessToken);
      return "accepted";
    } catch (error) {
      return (error as { readonly code: string }).code;
    }
  };
  return { ...realm, account, tokens: tokens!, logIn, entries, verdict };
};

const eventsOf = async (
  provider: IdentityProvider,
  type: "family.logged_out" | "family.all_revoked" | "token.revoked",
) =>
  (await provider.listEvents({ type })).items.map(({ actor, accountId, familyId, detail, requestId }) => ({
    actor,
    accountId,
    familyId,
    ...(detail && { detail }),
    requestId,
  }));

describe("a log-out", () => {
  it("kills every access token of the session for as long as one can live, and is recorded once", async () => {
    const { provider, account, tokens, clock, entries } = await signedUp();
    await provider.logOut(tokens.refreshToken, context);
    const expiresAt = clock.now() + 300_000 + hour;
    const { familyId } = tokens;
    expect(await entries()).toEqual([
      { seq: 1, realm: "main", target: { familyId, throughGeneration: allGenerations }, expiresAt },
    ]);
    await provider.logOut(tokens.refreshToken, context);
    await provider.logOutByAccessToken(tokens.accessToken, context);
    await provider.revokeToken(tokens.refreshToken, context);
    expect(await entries()).toHaveLength(1);
    const { requestId } = context;
    expect(await eventsOf(provider, "family.logged_out")).toEqual([
      { actor: "account", accountId: account.id, familyId, requestId },
    ]);
    expect(await eventsOf(provider, "token.revoked")).toEqual([]);
  });

  it("by an access token ends its session, and is recorded", async () => {
    const { provider, account, tokens, storage, clock } = await signedUp();
    await provider.logOutByAccessToken(tokens.accessToken, context);
    const { familyId } = tokens;
    expect(await storage.read.families.byId({ realm: "main", id: familyId })).toMatchObject({
      revokedAt: clock.now(),
      revokedReason: "logged_out",
    });
    const { requestId } = context;
    expect(await eventsOf(provider, "family.logged_out")).toEqual([
      { actor: "account", accountId: account.id, familyId, requestId },
    ]);
  });

  it("takes a refresh token that has expired", async () => {
    const { provider, tokens, clock } = await signedUp();
    clock.advance(15 * 24 * hour);
    await provider.logOut(tokens.refreshToken);
    expect(await eventsOf(provider, "family.logged_out")).toHaveLength(1);
  });

  it("of a session that was purged is no error", async () => {
    const { tokens, storage, again } = await signedUp();
    const purged = again({
      storage: bendStorage(storage.attach(), { read: () => ({ families: { byId: async () => undefined } }) }),
    });
    await purged.logOut(tokens.refreshToken);
    expect(await eventsOf(purged, "family.logged_out")).toEqual([]);
  });
});

describe("a realm where a log-out leaves access tokens alone", () => {
  it("kills them when a session ends for any other reason", async () => {
    const { provider, account, tokens, logIn, verdict } = await signedUp({ logoutEndsAccess: false });
    await provider.logOut(tokens.refreshToken);
    expect(await verdict(tokens.accessToken)).toBe("accepted");
    await expect(provider.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
    const handedBack = await logIn();
    await provider.revokeToken(handedBack.refreshToken);
    expect(await verdict(handedBack.accessToken)).toBe("access_token_revoked");
    const everywhere = await logIn();
    await provider.revokeAccountTokens(account.id, operator);
    expect(await verdict(everywhere.accessToken)).toBe("access_token_revoked");
  });
});

it("a realm without revocation of access tokens writes none to the feed, and ends refresh tokens all the same", async () => {
  const { provider, tokens, entries, verdict } = await signedUp({ accessRevocation: "none" });
  await provider.logOut(tokens.refreshToken);
  expect(await entries()).toEqual([]);
  expect(await verdict(tokens.accessToken)).toBe("accepted");
  await expect(provider.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
});

describe("a realm where a log-out wants a live token", () => {
  const policy = { logOutNeedsLiveToken: true };

  it("takes the newest token once", async () => {
    const { provider, account, tokens, verdict, storage, clock } = await signedUp(policy);
    const { tokens: newest } = await provider.refresh(tokens.refreshToken);
    await expect(provider.logOut(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_reused" });
    expect(await verdict(newest.accessToken)).toBe("accepted");
    await provider.logOut(newest.refreshToken, context);
    expect(await verdict(newest.accessToken)).toBe("access_token_revoked");
    expect(await storage.read.families.byId({ realm: "main", id: tokens.familyId })).toMatchObject({
      revokedAt: clock.now(),
      revokedReason: "logged_out",
    });
    await expect(provider.logOut(newest.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
    const { requestId } = context;
    expect(await eventsOf(provider, "family.logged_out")).toEqual([
      { actor: "account", accountId: account.id, familyId: tokens.familyId, requestId },
    ]);
  });

  it("refuses one that has expired, or whose session was purged before or meanwhile", async () => {
    const { provider, tokens, storage, again, clock } = await signedUp(policy);
    const gone = { families: { byId: async () => undefined } };
    for (const bends of [{ read: () => gone }, { tx: () => gone }]) {
      const purged = again({ storage: bendStorage(storage.attach(), bends) });
      await expect(purged.logOut(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_unknown" });
    }
    clock.advance(15 * 24 * hour);
    await expect(provider.logOut(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_expired" });
  });

  it("lets one of two at once succeed (class 1)", async () => {
    const { provider, tokens } = await signedUp(policy);
    const answers = await Promise.allSettled([
      provider.logOut(tokens.refreshToken),
      provider.logOut(tokens.refreshToken),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("the end of every session of an account", () => {
  it("is recorded with how many there were, and writes nothing to the feed where there was none", async () => {
    const { provider, account, logIn, entries } = await signedUp();
    await logIn();
    await provider.revokeAccountTokens(account.id, operator, context);
    await provider.revokeAccountTokens(account.id, operator, context);
    expect((await eventsOf(provider, "family.all_revoked")).map(({ detail, actor }) => ({ detail, actor }))).toEqual([
      { detail: { families: 0 }, actor: "operator" },
      { detail: { families: 2 }, actor: "operator" },
    ]);
    expect(await entries()).toHaveLength(2);
  });

  it("is refused for an account that nobody has", async () => {
    const { provider } = await signedUp();
    await expect(provider.revokeAccountTokens("2222222222222222222222", operator)).rejects.toMatchObject({
      code: "account_unknown",
    });
    expect(await eventsOf(provider, "family.all_revoked")).toEqual([]);
  });
});

it("class 7: a realm's cut ends the rows of more families than one unit takes", async () => {
  const { provider, account, storage, clock, tokens } = await signedUp();
  const { id, ...family } = (await storage.read.families.byId({ realm: "main", id: tokens.familyId }))!;
  await storage.transact(async (tx) => {
    for (let count = 0; count < 1001; count++)
      await tx.families.create({ ...family, id: `${id.slice(0, 12)}${count.toString(16).padStart(10, "0")}` });
  });
  clock.advance(1);
  await provider.revokeRealmTokens(operator, context);
  expect((await provider.listEvents({ type: "realm.tokens_revoked" })).items).toMatchObject([
    { actor: "operator", at: clock.now(), requestId: context.requestId },
  ]);
  const alive = await storage.read.families.listActive({
    realm: "main",
    accountId: account.id,
    now: clock.now(),
    limit: 2000,
  });
  expect(alive).toEqual([]);
});
