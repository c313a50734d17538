// What a verifier remembers, what it asks of the store and when, and what was taken back.
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { MemoryStorage } from "../../memory.ts";
import type { Storage } from "../../ports.ts";
import { bendStorage } from "../conformance/bend-storage.ts";
import { utf8 } from "../kernel/bytes.ts";
import type { JwsKeys } from "../keys/jws.ts";
import { nodeJwsKeys } from "../node/node-jws.ts";
import type { IdentityProvider } from "../provider.ts";
import { allGenerations, type RevocationEntry } from "../revocation/revocation-store.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import { familyCreatedAt } from "../token-family/token-identifier.ts";

const operator = { kind: "operator" } as const;
type Options = NonNullable<Parameters<typeof createTestRealm>[0]>;

async function verdict(provider: IdentityProvider, token: string | undefined): Promise<string> {
  try {
    await provider.verifyAccessToken(token);
    return "good";
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

async function signedUp(options: Options = {}) {
  const realm = createTestRealm(options);
  const { account, tokens } = await realm.provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
  return { ...realm, account, tokens: tokens! };
}

/** Keys that count the signatures they check, and check none while they are held. */
function countingKeys() {
  const counts = { checked: 0 };
  let gate: Promise<void> | undefined;
  const jws: JwsKeys = {
    generate: (algorithm) => nodeJwsKeys.generate(algorithm),
    async importJwk(algorithm, jwk) {
      const key = await nodeJwsKeys.importJwk(algorithm, jwk);
      return {
        algorithm,
        sign: (input) => key.sign(input),
        verify: (input, signature) => {
          counts.checked += 1;
          const result = key.verify(input, signature);
          return gate === undefined ? result : gate.then(() => result);
        },
      };
    },
  };
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    return () => {
      gate = undefined;
      resolve();
    };
  };
  return { jws, counts, hold };
}

const platformOf = (jws: JwsKeys) => ({
  name: "test",
  argon2id: async () => new Uint8Array(32),
  jws,
  hashConcurrency: 1,
});

async function counted() {
  const keys = countingKeys();
  return { ...(await signedUp({ platform: platformOf(keys.jws) })), ...keys };
}

const add = (storage: Storage, target: RevocationEntry["target"], realm = "main") =>
  storage.transact((tx) => tx.revocations.add([{ realm, target, expiresAt: Number.MAX_SAFE_INTEGER }]));

/** A storage of another process that counts what is asked of it; the feed can be kept from being read. */
function watched(memory: MemoryStorage, feed: "immediate" | "polled" = "immediate") {
  const asked: string[] = [];
  let gate: Promise<void> | undefined;
  const count = <Arguments extends readonly unknown[], Result>(
    name: string,
    ask: (...words: Arguments) => Promise<Result>,
  ): ((...words: Arguments) => Promise<Result>) => {
    return async (...words) => {
      asked.push(name);
      if (name === "feed") await gate;
      return ask(...words);
    };
  };
  const storage = bendStorage(memory.attach({ feed }), {
    read: ({ accounts, families, revocations, keys }) => ({
      accounts: { byId: count("account", async (at) => accounts.byId(at)) },
      families: { byId: count("family", (at) => families.byId(at)) },
      revocations: {
        since: count("feed", (at) => revocations.since(at)),
        concerning: count("entries", (at) => revocations.concerning(at)),
      },
      keys: { list: count("keys", (at) => keys.list(at)) },
    }),
  });
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    return resolve;
  };
  /** What was asked since the last time. */
  const take = () => asked.splice(0).sort();
  return { storage, take, hold };
}

describe("a token that is known", () => {
  it("is answered at once, without a look at its signature", async () => {
    const { provider, tokens, counts } = await counted();
    const first = await provider.verifyAccessToken(tokens.accessToken);
    expect(counts.checked).toBe(1);
    const second = provider.verifyAccessToken(tokens.accessToken);
    expect(second).not.toBeInstanceOf(Promise);
    expect(second).toEqual(first);
    expect(counts.checked).toBe(1);
  });

  it("class 7: is refused from the second on that it expires, by the millisecond", async () => {
    const { provider, tokens, clock } = await signedUp();
    const { expiresAt } = await provider.verifyAccessToken(tokens.accessToken);
    clock.step(expiresAt * 1000 - 1 - clock.now());
    expect(await verdict(provider, tokens.accessToken)).toBe("good");
    clock.step(1);
    expect(() => provider.verifyAccessToken(tokens.accessToken)).toThrow(
      expect.objectContaining({ code: "access_token_expired" }),
    );
  });

  it("class 7: is refused at once when its session has ended here", async () => {
    const { provider, tokens } = await signedUp();
    expect(await verdict(provider, tokens.accessToken)).toBe("good");
    await provider.logOut(tokens.refreshToken);
    for (let index = 0; index < 2; index++)
      expect(await verdict(provider, tokens.accessToken)).toBe("access_token_revoked");
  });

  it("is checked again when a key has come, and stays good", async () => {
    const { provider, tokens, counts } = await counted();
    await provider.verifyAccessToken(tokens.accessToken);
    await provider.rotateKey({}, operator);
    expect(await verdict(provider, tokens.accessToken)).toBe("good");
    expect(counts.checked).toBe(2);
  });

  it("class 7: waits for the keys where those in memory are older than two reads of them: the process slept", async () => {
    const { provider, tokens, clock } = await signedUp();
    await provider.verifyAccessToken(tokens.accessToken);
    clock.advance(119_999);
    expect(provider.verifyAccessToken(tokens.accessToken)).not.toBeInstanceOf(Promise);
    clock.advance(120_001);
    const waiting = provider.verifyAccessToken(tokens.accessToken);
    expect(waiting).toBeInstanceOf(Promise);
    await waiting;
    expect(provider.verifyAccessToken(tokens.accessToken)).not.toBeInstanceOf(Promise);
  });

  it("class 7: is refused when its key was retired, also where that happened while its signature was checked", async () => {
    const { provider, tokens, hold } = await counted();
    const release = hold();
    const underWay = verdict(provider, tokens.accessToken);
    const [key] = await provider.listKeys();
    await provider.retireKey(key!.kid, operator);
    release();
    await underWay;
    expect(await verdict(provider, tokens.accessToken)).toBe("access_token_signature_invalid");
  });

  it("no token at all is missing, and never known", async () => {
    const { provider } = await signedUp();
    for (const missing of [undefined, "", undefined, ""])
      expect(await verdict(provider, missing)).toBe("access_token_missing");
  });
});

describe("what is asked of the store", () => {
  const process = async (policy: Options["policy"] = {}, feed: "immediate" | "polled" = "immediate") => {
    const at = await signedUp({ policy });
    const { storage, take, hold } = watched(at.storage, feed);
    const { jws, counts } = countingKeys();
    const other = at.again({ storage, policy, platform: platformOf(jws) });
    const start = async () => {
      await other.start();
      // The index is loaded in the background.
      await expect.poll(() => other.status().ready).toBe(true);
      take();
    };
    return { ...at, other, start, take, hold, counts };
  };

  it("nothing at all, while the index is current", async () => {
    const { other, start, take, tokens } = await process();
    await start();
    for (let index = 0; index < 3; index++) expect(await verdict(other, tokens.accessToken)).toBe("good");
    expect(take()).toEqual([]);
    await other.close();
  });

  it("nothing of revocations where a realm takes no access token back: it lives until it expires", async () => {
    const { other, start, take, tokens, storage } = await process({ accessRevocation: "none" });
    // Of a time when the realm did.
    await add(storage, { familyId: tokens.familyId, throughGeneration: allGenerations });
    await start();
    expect(await verdict(other, tokens.accessToken)).toBe("good");
    expect(await verdict(other, tokens.accessToken)).toBe("good");
    expect(take()).toEqual([]);
    await other.close();
  });

  it("the family, what names it and the account, each time, where a realm is strict", async () => {
    const { other, start, take, tokens } = await process({ accessRevocation: "strict" });
    await start();
    for (let index = 0; index < 2; index++) {
      expect(await verdict(other, tokens.accessToken)).toBe("good");
      expect(take()).toEqual(["account", "entries", "family"]);
    }
    await other.close();
  });

  it("the same before the index is loaded, so that nobody waits for that; not afterwards", async () => {
    const { other, take, hold, tokens, provider } = await process();
    const release = hold();
    await other.start();
    take();
    expect(await verdict(other, tokens.accessToken)).toBe("good");
    expect(take()).toEqual(["account", "entries", "family"]);
    await provider.logOut(tokens.refreshToken);
    expect(await verdict(other, tokens.accessToken)).toBe("access_token_revoked");
    release();
    await expect.poll(() => other.status().ready).toBe(true);
    take();
    expect(await verdict(other, tokens.accessToken)).toBe("access_token_revoked");
    expect(take()).toEqual([]);
    await other.close();
  });

  it("class 7: the feed, where another process has committed: what it took back is refused, known or not", async () => {
    const { other, start, take, tokens, provider, counts } = await process();
    await start();
    const second = await provider.logIn({ identifier: "kim", password: testPassword });
    for (const token of [tokens.accessToken, second.tokens.accessToken])
      expect(await verdict(other, token)).toBe("good");
    take();
    await provider.logOut(tokens.refreshToken);
    expect(await verdict(other, tokens.accessToken)).toBe("access_token_revoked");
    expect(take()).toEqual(["feed"]);
    expect(await verdict(other, second.tokens.accessToken)).toBe("good");
    expect(take()).toEqual([]);
    // Two tokens, whose signatures were checked once each.
    expect(counts.checked).toBe(2);
    await other.close();
  });

  it("class 7: the feed and then the keys, where another process retired one: the signature is judged again", async () => {
    const { other, start, take, tokens, provider } = await process();
    await start();
    expect(await verdict(other, tokens.accessToken)).toBe("good");
    const [key] = await provider.listKeys();
    await provider.retireKey(key!.kid, operator);
    expect(await verdict(other, tokens.accessToken)).toBe("access_token_signature_invalid");
    expect(take()).toContain("feed");
    await other.close();
  });
});

describe("class 7: what the strict path finds", () => {
  const strict = () => signedUp({ policy: { accessRevocation: "strict" } });

  it("a session that began before the realm's cut is over, one of the same millisecond is not", async () => {
    const { provider, storage, tokens } = await strict();
    const createdAt = familyCreatedAt(tokens.familyId);
    await add(storage, { familiesBefore: createdAt });
    expect(await verdict(provider, tokens.accessToken)).toBe("good");
    await add(storage, { familiesBefore: createdAt + 1 });
    expect(await verdict(provider, tokens.accessToken)).toBe("access_token_revoked");
  });

  it("generations that were taken back are over, and no later one", async () => {
    const { provider, storage, tokens } = await strict();
    const next = await provider.refresh(tokens.refreshToken);
    expect(await verdict(provider, tokens.accessToken)).toBe("good");
    await add(storage, { familyId: tokens.familyId, throughGeneration: 0 });
    expect(await verdict(provider, tokens.accessToken)).toBe("access_token_revoked");
    expect(await verdict(provider, next.tokens.accessToken)).toBe("good");
    await add(storage, { familyId: tokens.familyId, throughGeneration: allGenerations });
    expect(await verdict(provider, next.tokens.accessToken)).toBe("access_token_revoked");
  });

  it("a session that ended is over although the feed has forgotten it, and one that was purged, too", async () => {
    const { storage, again, tokens } = await strict();
    const family = { revokedAt: 1, revokedReason: "administrator" } as const;
    const found = async (bend: (at: { readonly realm: string; readonly id: string }) => Promise<unknown>) => {
      const bent = bendStorage(storage.attach(), { read: () => ({ families: { byId: bend as never } }) });
      const provider = again({ storage: bent });
      const result = await verdict(provider, tokens.accessToken);
      await provider.close();
      return result;
    };
    const row = (at: Parameters<typeof storage.read.families.byId>[0]) => storage.read.families.byId(at);
    expect(await found(row)).toBe("good");
    expect(await found(async () => undefined)).toBe("access_token_revoked");
    expect(await found(async (at) => ({ ...(await row(at)), ...family }))).toBe("access_token_revoked");
    expect(await found(async (at) => ({ ...(await row(at)), revokedAt: 1, revokedReason: "logged_out" }))).toBe(
      "access_token_revoked",
    );
  });

  it("a log-out spares the access token before the index is loaded, too, where the realm says so; nothing else does", async () => {
    const policy = { logoutEndsAccess: false };
    const { provider, storage, again, tokens, account } = await signedUp({ policy });
    const second = await provider.logIn({ identifier: "kim", password: testPassword });
    const { storage: bent, hold } = watched(storage);
    const release = hold();
    const other = again({ storage: bent, policy });
    await provider.logOut(tokens.refreshToken);
    expect(await verdict(other, tokens.accessToken)).toBe("good");
    await provider.revokeAccountTokens(account.id, operator);
    await storage.transact((tx) => tx.revocations.purge({ before: Number.MAX_SAFE_INTEGER, limit: 10 }));
    expect(await verdict(other, second.tokens.accessToken)).toBe("access_token_revoked");
    release();
    await other.close();
  });

  it("an account that waits for approval may hold tokens where the realm gives it some, a declined one none", async () => {
    const policy = { accessRevocation: "strict", signUp: "approval", tokensForPending: true } as const;
    const { provider, account, tokens } = await signedUp({ policy });
    expect(await verdict(provider, tokens.accessToken)).toBe("good");
    await provider.administerAccount(account.id, { status: "declined" }, operator);
    expect(await verdict(provider, tokens.accessToken)).toBe("access_token_account_disabled");
  });
});

describe("the bearer", () => {
  it("class 7: who is gone is inactive to a resource server, though the realm takes no access token back", async () => {
    const client = { id: "api", secret: "a secret of the resource server" };
    const { provider, tokens } = await signedUp({ policy: { accessRevocation: "none" }, resourceServers: [client] });
    const token = tokens.accessToken;
    expect(await provider.introspect({ token, client })).toMatchObject({ active: true });
    await provider.withdraw(await provider.verifyAccessToken(token), {});
    expect(await verdict(provider, token)).toBe("good");
    expect(await provider.introspect({ token, client })).toEqual({ active: false });
  });

  it("has the roles of the token where it carries a list of words, and otherwise none that it names", async () => {
    const secret = "a secret that the realm goes on with, long enough";
    const signing = { algorithm: "HS256", secrets: [{ secret: utf8(secret) }] } as const;
    const { provider, tokens } = await signedUp({ signing });
    const payload = JSON.parse(Buffer.from(tokens.accessToken.split(".")[1]!, "base64url").toString()) as object;
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const rolesOf = async (roles: unknown) => {
      const input = `${encode({ alg: "HS256", typ: "at+jwt" })}.${encode({ ...payload, roles })}`;
      const signature = createHmac("sha256", secret).update(input).digest("base64url");
      return (await provider.verifyAccessToken(`${input}.${signature}`)).roles;
    };
    expect(await rolesOf(["USER", "ADMIN"])).toEqual(["USER", "ADMIN"]);
    expect(await rolesOf([])).toEqual([]);
    for (const none of ["ADMIN", { 0: "ADMIN", length: 1 }, ["USER", 7], [null], 1, null, undefined])
      expect([none, await rolesOf(none)]).toEqual([none, undefined]);
  });
});
