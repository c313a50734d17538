import { describe, expect, it } from "vitest";
import type { RevocationReader, Storage } from "../ports.ts";
import { StoreUnavailableError } from "./errors/store-error.ts";
import { createIdentityProvider } from "./identity-provider.ts";
import type { Principal } from "./provider.ts";
import { createTestRealm, testPassword } from "./testing/realm-for-tests.ts";

const verify = async (
  provider: { verifyAccessToken(token: string): Principal | Promise<Principal> },
  token: string,
): Promise<Principal> => provider.verifyAccessToken(token);
const signedUp = async (options: Parameters<typeof createTestRealm>[0] = {}) => {
  const realm = createTestRealm(options);
  const { account, tokens } = await realm.provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
  return { ...realm, account, tokens: tokens! };
};

describe("options", () => {
  const storage = createTestRealm().storage;
  it.each([
    ["realm", { realm: "Main" }],
    ["issuer", { issuer: "not a url" }],
    ["issuer", { issuer: "https://id.example/?x" }],
    ["masterKey", {}],
    ["accessLifetimeSeconds", { policy: { accessLifetimeSeconds: 0 } }],
    ["refreshAbsoluteSeconds", { policy: { refreshAbsoluteSeconds: 10 } }],
    ["logInWith", { policy: { logInWith: ["card"] } }],
    ["logoutEndsAccess", { policy: { accessRevocation: "strict" as const, logoutEndsAccess: false } }],
    ["passwordPeppers", { passwordPeppers: [{ id: "p1", secret: new Uint8Array(15) }] }],
    ["passwordPeppers", { passwordPeppers: [{ id: "too long", secret: new Uint8Array(16) }] }],
    ["resourceServers", { resourceServers: [{ id: "api", secret: "short" }] }],
  ])("name %s where it makes no sense", (option, options) => {
    expect(() => createIdentityProvider({ issuer: "https://id.example", storage, ...options })).toThrow(
      new RegExp(option),
    );
  });
});

describe("a new password that is easily guessed is refused with the reason", () => {
  const refusal = (field: string, problem: string) => ({
    code: "password_unacceptable",
    fields: { [field]: [{ problem }] },
  });

  it("at sign-up, at a change, and when an operator sets it; nothing changes", async () => {
    const { provider, tokens, account } = await signedUp();
    const identifiers = { username: "rabbit-keeper", email: "lee@example.com" };
    for (const [password, problem] of [
      ["passwordpassword", "common"],
      ["RabbitKeeper2026", "context_word"],
      ["example!12345678", "context_word"],
    ] as const)
      await expect(provider.signUp({ identifiers, password })).rejects.toMatchObject(refusal("password", problem));
    const principal = await verify(provider, tokens.accessToken);
    const input = { currentPassword: testPassword, newPassword: "kimkimkimkimkimkim" };
    await expect(provider.changePassword(principal, input)).rejects.toMatchObject(refusal("new_password", "common"));
    await expect(provider.setPassword(account.id, "1qaz2wsx3edc4rfv", { kind: "operator" })).rejects.toMatchObject(
      refusal("password", "common"),
    );
    expect(await provider.logIn({ identifier: "kim", password: testPassword })).toBeTruthy();
  });

  it("and taken where the realm's rule does not ask", async () => {
    const { provider } = createTestRealm({ policy: { passwordRule: { minimum: 8, maximum: 64 } } });
    expect(await provider.signUp({ identifiers: { username: "kim" }, password: "password" })).toBeTruthy();
  });
});

describe("log-in", () => {
  it("class 13: costs one hash for a wrong password, an unknown name and a name that cannot be", async () => {
    const { provider, hashes } = await signedUp();
    for (const identifier of ["kim", "lee", "no@name", "\u0000"]) {
      const before = hashes();
      await expect(provider.logIn({ identifier, password: "wrong wrong wrong" })).rejects.toMatchObject({
        code: "credentials_invalid",
      });
      expect(hashes() - before).toBe(1);
    }
  });

  it("tells a status only to whoever knows the password", async () => {
    const { provider, account } = await signedUp();
    await provider.administerAccount(account.id, { status: "disabled" }, { kind: "operator" });
    await expect(provider.logIn({ identifier: "kim", password: "wrong wrong wrong" })).rejects.toMatchObject({
      code: "credentials_invalid",
    });
    await expect(provider.logIn({ identifier: "KIM", password: testPassword })).rejects.toMatchObject({
      code: "account_disabled",
    });
  });

  it("keeps the number of families at the realm's limit, the newest win", async () => {
    const { provider, clock } = await signedUp({ policy: { maxFamiliesPerAccount: 2 } });
    const logIns = [];
    for (let count = 0; count < 4; count++, clock.advance(1))
      logIns.push((await provider.logIn({ identifier: "kim", password: testPassword })).tokens);
    await expect(provider.refresh(logIns[1]!.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
    await provider.refresh(logIns[2]!.refreshToken);
    await provider.refresh(logIns[3]!.refreshToken);
    expect((await provider.listSessions(await verify(provider, logIns[3]!.accessToken))).items).toHaveLength(2);
  });
});

describe("an account that waits for approval", () => {
  it("RT-10: keeps the refresh token that it may not use yet", async () => {
    const { provider, account, tokens } = await signedUp({ policy: { signUp: "approval", tokensForPending: true } });
    expect((await verify(provider, tokens.accessToken)).familyId).toBeDefined();
    await expect(provider.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "account_pending" });
    await expect(provider.logIn({ identifier: "kim", password: testPassword })).rejects.toMatchObject({
      code: "account_pending",
    });
    await provider.administerAccount(account.id, { status: "active" }, { kind: "operator" });
    await provider.refresh(tokens.refreshToken);
  });
});

describe("revocation", () => {
  it("class 7: reaches families that are older than a shortened lifetime", async () => {
    const { tokens, clock, again } = await signedUp();
    clock.advance(60 * 86_400_000);
    const day = { policy: { refreshIdleSeconds: 86_400, refreshAbsoluteSeconds: 86_400 } };
    const { tokens: old } = await again().logIn({ identifier: "kim", password: testPassword });
    clock.advance(10 * 86_400_000);
    const provider = again(day);
    const { tokens: late } = await provider.refresh(old.refreshToken);
    await verify(provider, late.accessToken);
    await provider.logOut(late.refreshToken);
    await expect(verify(provider, late.accessToken)).rejects.toMatchObject({ code: "access_token_revoked" });
    await expect(provider.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_expired" });
  });

  it("a log-out is refused by the answering process and by another one at once, known to its cache or not", async () => {
    const { provider, again, tokens } = await signedUp();
    const other = again();
    await verify(other, tokens.accessToken);
    await provider.logOut(tokens.refreshToken);
    for (const process of [provider, other, again()]) {
      await expect(verify(process, tokens.accessToken)).rejects.toMatchObject({ code: "access_token_revoked" });
      await expect(process.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
    }
    await provider.logOut(tokens.refreshToken);
    await provider.logOutByAccessToken(tokens.accessToken);
  });

  it("changed roles kill the access tokens that carry the old ones, and no session", async () => {
    const { provider, account, tokens } = await signedUp();
    await provider.administerAccount(account.id, { roles: ["USER", "ADMIN"] }, { kind: "operator" });
    await expect(verify(provider, tokens.accessToken)).rejects.toMatchObject({ code: "access_token_revoked" });
    const { tokens: next } = await provider.refresh(tokens.refreshToken);
    expect((await verify(provider, next.accessToken)).roles).toEqual(["USER", "ADMIN"]);
  });

  it("class 7: a new password ends every other family; withdrawal ends all and frees the name, never the number", async () => {
    const { provider, account, tokens } = await signedUp();
    const { tokens: second } = await provider.logIn({ identifier: "kim", password: testPassword });
    const bearer = await verify(provider, tokens.accessToken);
    await provider.changePassword(bearer, { currentPassword: testPassword, newPassword: "another long password" });
    await expect(provider.refresh(second.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
    const { tokens: kept } = await provider.refresh(tokens.refreshToken);
    await expect(provider.withdraw(bearer, { password: testPassword })).rejects.toMatchObject({
      fields: { password: [{ problem: "incorrect" }] },
    });
    await provider.withdraw(bearer, { password: "another long password" });
    await expect(verify(provider, kept.accessToken)).rejects.toMatchObject({ code: "access_token_revoked" });
    await expect(provider.refresh(kept.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
    const again = await provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
    expect(again.account.number).toBeGreaterThan(account.number);
  });

  it("a realm's cut ends every family that exists and none that follows", async () => {
    const { provider, tokens, clock } = await signedUp();
    clock.advance(1);
    await provider.revokeRealmTokens({ kind: "operator" });
    await expect(verify(provider, tokens.accessToken)).rejects.toMatchObject({ code: "access_token_revoked" });
    await expect(provider.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
    const { tokens: next } = await provider.logIn({ identifier: "kim", password: testPassword });
    await verify(provider, next.accessToken);
  });

  it("RV-02, RV-04, RV-07: a handed-back token dies, whichever it is and however often; an unknown one is no error", async () => {
    const { provider, tokens } = await signedUp();
    await provider.revokeToken(tokens.accessToken);
    await provider.revokeToken(tokens.accessToken);
    await expect(verify(provider, tokens.accessToken)).rejects.toMatchObject({ code: "access_token_revoked" });
    const { tokens: next } = await provider.refresh(tokens.refreshToken);
    await provider.revokeToken(next.refreshToken);
    await provider.revokeToken(next.refreshToken);
    await expect(provider.refresh(next.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
    await provider.revokeToken("whatever");
  });
});

describe("a store that fails", () => {
  const failing = (storage: Storage, isDown: () => boolean): Storage => {
    const fail = async (): Promise<never> => {
      throw new StoreUnavailableError("the database is away");
    };
    const since: RevocationReader["since"] = (at) => (isDown() ? fail() : storage.read.revocations.since(at));
    return {
      ...storage,
      feed: { ...storage.feed, changeToken: () => undefined },
      read: {
        ...storage.read,
        revocations: {
          ...storage.read.revocations,
          since,
          concerning: (at) => (isDown() ? fail() : storage.read.revocations.concerning(at)),
        },
      },
      transact: (work) => (isDown() ? fail() : storage.transact(work)),
      families: { ...storage.families, rotate: (command) => (isDown() ? fail() : storage.families.rotate(command)) },
    };
  };

  it("class 11, class 12, RT-20: is 'unavailable', never 'not revoked' and never the caller's mistake", async () => {
    let down = false;
    const { storage, again, tokens, clock } = await signedUp();
    const provider = again({ storage: failing(storage.attach(), () => down) });
    await verify(provider, tokens.accessToken);
    down = true;
    clock.advance(900);
    await verify(provider, tokens.accessToken);
    clock.advance(200);
    await expect(verify(provider, tokens.accessToken)).rejects.toMatchObject({
      code: "store_unavailable",
      retryAfterSeconds: 1,
    });
    await expect(provider.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(provider.introspect({ token: tokens.accessToken, client: undefined })).rejects.toMatchObject({
      code: "client_unauthenticated",
    });
    expect(provider.status().ready).toBe(false);
    down = false;
    await verify(provider, tokens.accessToken);
    await provider.refresh(tokens.refreshToken);
  });
});

describe("introspection (RFC 7662)", () => {
  const client = { id: "api", secret: "a secret of a resource server" };
  const resourceServers = [client];

  it("IN-01: wants a resource server that proves who it is", async () => {
    const { provider, tokens } = await signedUp({ resourceServers });
    for (const wrong of [
      undefined,
      { id: "api", secret: "" },
      { id: "api", secret: "wrong" },
      { id: "", secret: "" },
      { id: "other", secret: client.secret },
    ]) {
      await expect(provider.introspect({ token: tokens.accessToken, client: wrong })).rejects.toMatchObject({
        code: "client_unauthenticated",
      });
    }
  });

  it("IN-02, IN-03: says active only of what is, and nothing else of the rest", async () => {
    const { provider, tokens, account, clock } = await signedUp({ resourceServers });
    const ask = (token: string) => provider.introspect({ token, client });
    expect(await ask(tokens.accessToken)).toMatchObject({
      active: true,
      kind: "access_token",
      account: { id: account.id },
      clientId: "latchkey",
    });
    expect(await ask(tokens.refreshToken)).toMatchObject({ active: true, kind: "refresh_token" });
    const { tokens: next } = await provider.refresh(tokens.refreshToken);
    for (const dead of [tokens.refreshToken, "", "x.y.z"]) expect(await ask(dead)).toEqual({ active: false });
    clock.advance(300_000);
    expect(await ask(next.accessToken)).toEqual({ active: false });
    await provider.administerAccount(account.id, { status: "disabled" }, { kind: "operator" });
    expect(await ask(next.refreshToken)).toEqual({ active: false });
  });
});

describe("keys", () => {
  it("a retired key's tokens die at once here and in another process, and the sessions live on", async () => {
    const { provider, again, tokens } = await signedUp();
    const other = again();
    await verify(other, tokens.accessToken);
    const { kid } = (await provider.listKeys()).find(({ use }) => use === "access")!;
    await provider.retireKey(kid, { kind: "operator" });
    for (const process of [provider, other]) {
      await expect(verify(process, tokens.accessToken)).rejects.toMatchObject({
        code: "access_token_signature_invalid",
      });
    }
    const { tokens: next } = await other.refresh(tokens.refreshToken);
    await verify(provider, next.accessToken);
    expect((await provider.jwks()).keys.some((key) => key["kid"] === kid)).toBe(false);
  });
});

describe("a change of the master key", () => {
  it("logs nobody out: keys are encrypted anew, in one unit with its event, and the old master key opens nothing", async () => {
    const { provider, again, storage, tokens, account } = await signedUp({ onBackgroundError: () => {} });
    const former = new Uint8Array(32).map((_, at) => at + 1);
    const masterKey = former.toReversed();
    const publicKeys = (await provider.jwks()).keys;
    const retiring = (await provider.listKeys()).find(({ use }) => use === "access")!;
    const both = again({ masterKey, formerMasterKeys: [former] });
    expect(await both.rewrapKeys({ kind: "operator" })).toBe(2);
    expect(await both.rewrapKeys({ kind: "operator" })).toBe(0);
    const [event] = await storage.read.events.list({ realm: "main", limit: 1 });
    expect(event).toMatchObject({ type: "key.rewrapped", actor: "operator", detail: { keys: 2 } });
    const alone = again({ masterKey });
    expect((await verify(alone, tokens.accessToken)).subject).toEqual({ id: account.id });
    expect((await alone.refresh(tokens.refreshToken)).account.id).toBe(account.id);
    expect((await alone.jwks()).keys).toEqual(publicKeys);
    await alone.retireKey(retiring.kid, { kind: "operator" });
    await expect(again({ masterKey: former }).start()).rejects.toThrow(/master key does not open/);
  });

  it("class 1: keys that change meanwhile are read again", async () => {
    const { again, storage } = await signedUp();
    const former = new Uint8Array(32).map((_, at) => at + 1);
    const options = { masterKey: former.toReversed(), formerMasterKeys: [former] };
    const counts = await Promise.all(
      [again(options), again(options)].map((one) => one.rewrapKeys({ kind: "operator" })),
    );
    expect(new Set(counts)).toEqual(new Set([0, 2]));
    const events = await storage.read.events.list({ realm: "main", type: "key.rewrapped", limit: 9 });
    expect(events).toHaveLength(1);
  });
});

describe("keys that another process retires", () => {
  it("sign nothing more here, from the next request on", async () => {
    const { provider, again } = await signedUp();
    const other = again();
    await other.start();
    const { kid } = (await provider.listKeys()).find(({ use }) => use === "access")!;
    await provider.retireKey(kid, { kind: "operator" });
    const { tokens } = await other.logIn({ identifier: "kim", password: testPassword });
    await verify(provider, tokens.accessToken);
    expect((await other.jwks()).keys.map((key) => key["kid"])).not.toContain(kid);
  });
});

describe("purge", () => {
  it("OP-09: deletes what has expired in bounded units, and nothing that lives", async () => {
    const { provider, clock, storage } = await signedUp();
    for (let count = 0; count < 6; count++) await provider.logIn({ identifier: "kim", password: testPassword });
    clock.advance(15 * 86_400_000);
    const { tokens } = await provider.logIn({ identifier: "kim", password: testPassword });
    const batches: number[] = [];
    expect(await provider.purge({ batch: 3, onBatch: ({ families }) => batches.push(families) })).toMatchObject({
      families: 7,
    });
    expect(batches.slice(0, 3)).toEqual([3, 6, 7]);
    await provider.refresh(tokens.refreshToken);
    expect(await storage.read.events.list({ realm: "main", limit: 100 })).not.toHaveLength(0);
  });

  it.each([
    ["no more at once where a unit takes long", 11, [100, 200, 251]],
    ["more at once where it is quick", 1, [100, 250, 251]],
  ])("OP-09: takes %s", async (_what, took, expected) => {
    const { again, clock, storage } = await signedUp();
    const paced: Storage = {
      ...storage,
      transact: async (work) => {
        clock.advance(took);
        return storage.transact(work);
      },
    };
    const provider = again({ storage: paced });
    for (let count = 0; count < 250; count++) await provider.logIn({ identifier: "kim", password: testPassword });
    clock.advance(15 * 86_400_000);
    const families: number[] = [];
    await provider.purge({ onBatch: (counts) => families.push(counts.families) });
    expect([...new Set(families)]).toEqual(expected);
  });
});
