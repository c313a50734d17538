// What rotation says of every row it may find, of those that wait for approval, and what it leaves in the audit log.
import { describe, expect, it } from "vitest";
import { bendStorage } from "../conformance/bend-storage.ts";
import { StoreUnavailableError } from "../errors/store-error.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import type { RotationOutcome } from "../token-family/family-store.ts";
import { judgeRotation } from "./rotate-refresh-token.ts";

const now = 1_790_000_000_345;
const leewaySeconds = 10;

type Family = NonNullable<RotationOutcome["family"]>;
type Account = NonNullable<RotationOutcome["account"]>;

// A loser's view of a family at generation 5 that somebody else rotated this instant.
const family: Family = {
  realm: "main",
  id: "0123456789abcdef012345",
  accountId: "2222222222222222222222",
  accountVersion: 3,
  generation: 5,
  createdAt: now - 86_400_000,
  rotatedAt: now,
  idleExpiresAt: now + 1,
  expiresAt: now + 1,
  revokedAt: null,
  revokedReason: null,
  clientId: "latchkey",
  device: null,
  address: null,
};
const account: Account = {
  realm: "main",
  id: family.accountId,
  number: 1,
  status: "active",
  roles: ["USER"],
  securityVersion: 3,
  identifiers: { username: "kim" },
  attributes: {},
  createdAt: family.createdAt,
  updatedAt: family.createdAt,
  lastLogInAt: null,
};

describe("the judgement of a rotation", () => {
  const judge = (presented: number, changes: Partial<Family> = {}, outcome: Partial<RotationOutcome> = {}) =>
    judgeRotation(
      { won: false, family: { ...family, ...changes }, account, ...outcome },
      { generation: presented },
      now,
      leewaySeconds,
    ).verdict;

  it.each([
    ["rotated", () => judge(5, { generation: 6 }, { won: true })],
    ["unknown: the family was purged", () => judge(4, {}, { family: undefined, account: undefined })],
    ["unknown: a generation that was never made", () => judge(6)],
    ["revoked", () => judge(5, { revokedAt: now })],
    ["revoked: the account is gone", () => judge(4, {}, { account: undefined })],
    ["revoked: the account is gone, whoever won", () => judge(5, {}, { won: true, account: undefined })],
    ["revoked: by a change of the account, older version", () => judge(4, { accountVersion: 2 })],
    ["revoked: by a change of the account, newer version", () => judge(4, { accountVersion: 4 })],
    ["revoked: rather than expired", () => judge(5, { revokedAt: now, expiresAt: now })],
    ["expired: the newest token at rest", () => judge(5)],
    [
      "expired: absolutely, at this very millisecond; an old token is no reuse then",
      () => judge(3, { expiresAt: now }),
    ],
    ["expired: absolutely, not unknown", () => judge(6, { expiresAt: now })],
    ["retry", () => judge(4)],
    ["retry: at the last millisecond", () => judge(4, { rotatedAt: now - 9999 })],
    ["retry: the clock was set back", () => judge(4, { rotatedAt: now + 9999 })],
    ["reused: when the leeway has passed", () => judge(4, { rotatedAt: now - 10_000 })],
    ["reused: when the clock was set back by more", () => judge(4, { rotatedAt: now + 10_000 })],
    ["reused: a grandparent", () => judge(3)],
  ])("RT-04 to RT-08: %s", (expected, verdict) => {
    expect(verdict()).toBe(expected.split(":")[0]);
  });
});

const signedUp = async (options: Parameters<typeof createTestRealm>[0] = {}) => {
  const realm = createTestRealm(options);
  const { account: person, tokens } = await realm.provider.signUp({
    identifiers: { username: "kim" },
    password: testPassword,
  });
  return { ...realm, person, tokens: tokens! };
};

describe("an account that waits for approval", () => {
  const approval = { signUp: "approval", tokensForPending: true } as const;

  it("RT-10: refreshes where the realm lets it", async () => {
    const { provider, tokens } = await signedUp({ policy: { ...approval, refreshForPending: true } });
    expect((await provider.refresh(tokens.refreshToken)).account.status).toBe("pending");
  });

  it("RT-10: a session whose account is gone is revoked, and no fault", async () => {
    const { provider, person, tokens } = await signedUp({ policy: approval });
    await provider.administerAccount(person.id, { status: "active" }, { kind: "operator" });
    const { accessToken } = (await provider.refresh(tokens.refreshToken)).tokens;
    await provider.withdraw(await provider.verifyAccessToken(accessToken), { password: testPassword });
    await expect(provider.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
  });
});

it("a store that is away, unlike an unknown COMMIT, gives a token no second leeway (class 2)", async () => {
  const { provider, storage, again, clock, tokens } = await signedUp();
  let down = true;
  const failing = again({
    storage: bendStorage(storage.attach(), {
      families: ({ rotate }) => ({
        rotate: async (command) => {
          if (down) throw new StoreUnavailableError("the database is away");
          return rotate(command);
        },
      }),
    }),
  });
  await expect(failing.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "store_unavailable" });
  down = false;
  await provider.refresh(tokens.refreshToken);
  clock.advance(leewaySeconds * 1000);
  await expect(failing.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_reused" });
});

it("RT-05: the audit log tells which token came and which was the newest (ASVS 16.2.1)", async () => {
  const { provider, clock, person, tokens } = await signedUp({ policy: { recordRefreshes: true } });
  const { tokens: second } = await provider.refresh(tokens.refreshToken);
  await provider.refresh(second.refreshToken);
  const { familyId } = tokens;
  const { items: refreshes } = await provider.listEvents({ type: "family.refreshed" });
  expect(refreshes.map(({ detail, actor }) => ({ detail, actor }))).toEqual([
    { detail: { generation: 2 }, actor: "account" },
    { detail: { generation: 1 }, actor: "account" },
  ]);
  clock.advance(leewaySeconds * 1000);
  await expect(provider.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_reused" });
  const { items: reuses } = await provider.listEvents({ type: "family.reuse_detected" });
  expect(reuses).toMatchObject([
    { actor: "anonymous", accountId: person.id, familyId, detail: { presented_generation: 0, generation: 2 } },
  ]);
  // Of two replays, one ended the family.
  await expect(provider.refresh(tokens.refreshToken)).rejects.toMatchObject({ code: "refresh_token_revoked" });
  expect((await provider.listEvents({ type: "family.reuse_detected" })).items).toHaveLength(1);
});
