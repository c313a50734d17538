// What handing a token back leaves in the audit log and the feed, and that a fault is not taken for an unknown token.
import { describe, expect, it } from "vitest";
import { IdentityError } from "../errors/identity-error.ts";
import { StoreUnavailableError } from "../errors/store-error.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import { ofThisRealm } from "./revoke-token.ts";

const context = { requestId: "request-1" };

const signedUp = async () => {
  const realm = createTestRealm();
  const { account, tokens } = await realm.provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
  const events = async () =>
    (await realm.provider.listEvents({ type: "token.revoked" })).items.map(
      ({ actor, accountId, familyId, detail, requestId }) => ({ actor, accountId, familyId, detail, requestId }),
    );
  const recorded = { actor: "account", accountId: account.id, familyId: tokens!.familyId, requestId: "request-1" };
  return { ...realm, tokens: tokens!, events, recorded };
};

describe("a token that is handed back", () => {
  it("RV-02: an access token dies through its generation, and is recorded once", async () => {
    const { provider, storage, tokens, events, recorded } = await signedUp();
    const { tokens: next } = await provider.refresh(tokens.refreshToken);
    await provider.revokeToken(next.accessToken, context);
    await provider.revokeToken(next.accessToken, context);
    await provider.revokeToken(tokens.accessToken, context);
    expect(await events()).toEqual([{ ...recorded, detail: { generation: 1 } }]);
    const [entry, ...more] = await storage.read.revocations.since({ seq: 0, limit: 10 });
    expect(entry?.target).toEqual({ familyId: tokens.familyId, throughGeneration: 1 });
    expect(more).toEqual([]);
  });

  it("RV-02: a refresh token ends its session, though it has expired, and is recorded once", async () => {
    const { provider, storage, clock, tokens, events, recorded } = await signedUp();
    clock.advance(15 * 86_400_000);
    await provider.revokeToken(tokens.refreshToken, context);
    await provider.revokeToken(tokens.refreshToken, context);
    expect(await events()).toEqual([{ ...recorded, detail: undefined }]);
    expect(await storage.read.families.byId({ realm: "main", id: tokens.familyId })).toMatchObject({
      revokedReason: "token_revoked",
    });
  });
});

it("RT-20: a fault is not taken for a token of somebody else (class 12)", async () => {
  const readingFails = (error: Error) =>
    ofThisRealm(async () => {
      throw error;
    });
  expect(await readingFails(new IdentityError("access_token_expired"))).toBeUndefined();
  expect(await readingFails(new IdentityError("refresh_token_malformed"))).toBeUndefined();
  for (const fault of [new StoreUnavailableError("away"), new IdentityError("store_unavailable"), new Error("defect")])
    await expect(readingFails(fault)).rejects.toBe(fault);
});

it("RT-20: nor where it is thrown at once; what is read at once is answered at once (class 12)", () => {
  const throwing = (error: Error) =>
    ofThisRealm((): string => {
      throw error;
    });
  expect(throwing(new IdentityError("access_token_expired"))).toBeUndefined();
  for (const fault of [new StoreUnavailableError("away"), new IdentityError("store_unavailable"), new Error("defect")])
    expect(() => throwing(fault)).toThrow(fault);
  expect(ofThisRealm(() => "read")).toBe("read");
});
