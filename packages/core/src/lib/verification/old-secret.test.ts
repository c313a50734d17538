// Tokens of a system that was replaced, under a secret that the realm keeps or under one that only verifies.
import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ClaimsProfile, TokenProfile } from "../issuance/claims-profile.ts";
import { utf8 } from "../kernel/bytes.ts";
import type { JsonObject } from "../kernel/json.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";

const profile = (kind: string): TokenProfile => ({
  header: ["alg", "typ"],
  typ: "JWT",
  claims: {
    token_type: { literal: kind },
    exp: { from: "expires_at" },
    iat: { from: "issued_at" },
    jti: { from: "token_id" },
    user_id: { from: "account_number" },
  },
});
const claims: ClaimsProfile = {
  access: profile("access"),
  refresh: profile("refresh"),
  tokenIdForm: "hex",
  refreshKey: "shared",
};
const kept = "a secret that the realm goes on with, long enough";
const short = "super-secret";
let minted = 0;
// Random to look at and the same in every run: of 10,000 random ones, three look like a token of ours of the other kind.
const uuidHex = () => {
  const hex = createHash("sha256").update(`jti ${minted++}`).digest("hex");
  return `${hex.slice(0, 12)}4${hex.slice(13, 16)}a${hex.slice(17, 32)}`;
};

async function movedIn(until?: number, policy: { readonly logOutNeedsLiveToken?: boolean } = {}) {
  const signing = {
    algorithm: "HS256",
    secrets: [{ secret: utf8(kept) }, { secret: utf8(short), verifyOnly: true, ...(until !== undefined && { until }) }],
  } as const;
  const realm = createTestRealm({
    claims,
    signing,
    policy: { accessRevocation: "enforced", leewaySeconds: 0, ...policy },
  });
  const { account, tokens } = await realm.provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
  const mint = (secret: string, changes: JsonObject = {}) => {
    const iat = Math.floor(realm.clock.now() / 1000) - 60;
    const payload = { token_type: "access", exp: iat + 300, iat, jti: uuidHex(), user_id: account.number, ...changes };
    const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const input = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(payload)}`;
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  };
  const codeOf = async (work: () => unknown) => {
    try {
      await work();
      return "good";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  const verdict = (token: string) => codeOf(() => realm.provider.verifyAccessToken(token));
  const refresh = (token: string) => codeOf(() => realm.provider.refresh(token));
  return { ...realm, account, tokens: tokens!, mint, verdict, refresh, codeOf };
}

describe("access tokens of a system that was replaced", () => {
  it.each([kept, short])("are good whatever their random jti looks like (%s)", async (secret) => {
    const { mint, verdict } = await movedIn();
    const verdicts = await Promise.all(Array.from({ length: 200 }, () => verdict(mint(secret))));
    expect(new Set(verdicts)).toEqual(new Set(["good"]));
  });

  it.each([kept, short])("take the strict path: the account is there and active (%s)", async (secret) => {
    const { mint, verdict, provider, account } = await movedIn();
    const token = mint(secret);
    expect([await verdict(token), await verdict(mint(secret, { user_id: 99 }))]).toEqual([
      "good",
      "access_token_account_unknown",
    ]);
    await provider.administerAccount(account.id, { status: "disabled" }, { kind: "operator" });
    expect(await verdict(token)).toBe("access_token_account_disabled");
  });

  it("may name the account's number as a text, as SimpleJWT does from 5.5 on; no other text", async () => {
    const { mint, verdict } = await movedIn();
    expect(await verdict(mint(short, { user_id: "1" }))).toBe("good");
    for (const wrong of ["01", "1.0", " 1", "1e0", "", "0x1"])
      expect([wrong, await verdict(mint(short, { user_id: wrong }))]).toEqual([wrong, "access_token_wrong_kind"]);
  });

  it("expire, and end with their secret, known to the cache or not", async () => {
    const { mint, verdict, clock } = await movedIn(1_790_000_000_345 + 120_000);
    const [known, early] = [mint(short), mint(short, { exp: 1_790_000_060 })];
    expect([await verdict(known), await verdict(early)]).toEqual(["good", "good"]);
    clock.advance(60_000);
    expect([await verdict(known), await verdict(early)]).toEqual(["good", "access_token_expired"]);
    clock.advance(60_000);
    expect([await verdict(known), await verdict(mint(short))]).toEqual([
      "access_token_signature_invalid",
      "access_token_signature_invalid",
    ]);
  });
});

describe("refresh tokens of a system that was replaced", () => {
  it("are refused, under a secret that is kept as unknown, under one that only verifies as not signed", async () => {
    const { mint, refresh } = await movedIn();
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, () => refresh(mint(kept, { token_type: "refresh" }))),
    );
    expect(new Set(verdicts)).toEqual(new Set(["refresh_token_unknown"]));
    expect(await refresh(mint(short, { token_type: "refresh" }))).toBe("refresh_token_signature_invalid");
  });

  it("end no session of ours at a log-out, which says so only where it wants a live token", async () => {
    for (const logOutNeedsLiveToken of [false, true]) {
      const { mint, refresh, tokens, provider, codeOf } = await movedIn(undefined, { logOutNeedsLiveToken });
      const logOut = codeOf(() => provider.logOut(mint(kept, { token_type: "refresh" })));
      expect(await logOut).toBe(logOutNeedsLiveToken ? "refresh_token_unknown" : "good");
      expect(await codeOf(() => provider.logOutByAccessToken(mint(kept)))).toBe("good");
      expect((await provider.listEvents({ type: "family.logged_out" })).items).toEqual([]);
      expect(await refresh(tokens.refreshToken)).toBe("good");
    }
  });

  it("are refused as access tokens where their jti says that by chance, and the other way about", async () => {
    const { mint, refresh, verdict, clock } = await movedIn();
    const lately = clock.now().toString(16).padStart(12, "0");
    const [access, other] = [`${lately}4000a000000000000000`, `${lately}4000a000000000000002`];
    expect(await refresh(mint(kept, { token_type: "refresh", jti: access }))).toBe("refresh_token_wrong_kind");
    expect(await verdict(mint(kept, { jti: other }))).toBe("access_token_wrong_kind");
    expect(await verdict(mint(short, { jti: other }))).toBe("good");
  });

  it("class 5: whoever knows the old secret cannot go on with a family of ours, nor choose its access tokens", async () => {
    const { mint, refresh, verdict, tokens, provider } = await movedIn();
    const own = (token: string) => JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as JsonObject;
    const { jti, exp } = own(tokens.refreshToken);
    expect(await refresh(mint(short, { token_type: "refresh", jti: jti!, exp: exp! }))).toBe(
      "refresh_token_signature_invalid",
    );
    const principal = await provider.verifyAccessToken(mint(short, { jti: own(tokens.accessToken)["jti"]! }));
    expect(principal.familyId).toBeUndefined();
    expect(await refresh(tokens.refreshToken)).toBe("good");
    expect(await verdict(tokens.accessToken)).toBe("good");
  });
});
