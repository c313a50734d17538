// Transcribed from seeds/002_3519b929b5d52d25.txt (bodies) and from the specification's §3 and §0.5 (statuses, SimpleJWT's texts), not from our own output.
import { describe, expect, it } from "vitest";
import { onboarding } from "../../onboarding.ts";
import { refusalOf, successOf } from "../testing/golden.ts";

const challenge = 'Bearer realm="api"';

describe("the contract onboarding", () => {
  it("signs up with roles as a list of objects", () => {
    expect(successOf(onboarding, "signup", { username: "JIN HO", nickname: "Mentos" })).toEqual([
      201,
      '{"username":"JIN HO","nickname":"Mentos","roles":[{"role":"USER"}]}',
    ]);
    expect(successOf(onboarding, "signup", { username: "JIN HO" })[1]).toBe(
      '{"username":"JIN HO","nickname":null,"roles":[{"role":"USER"}]}',
    );
  });

  it("logs in with the access token alone, and refreshes to a pair", () => {
    const tokens = { accessToken: "ACCESS", refreshToken: "REFRESH" };
    expect(successOf(onboarding, "login", { username: "JIN HO", tokens })).toEqual([200, '{"token":"ACCESS"}']);
    expect(successOf(onboarding, "token_refresh", { username: "JIN HO", tokens })).toEqual([
      200,
      '{"access":"ACCESS","refresh":"REFRESH"}',
    ]);
    expect(onboarding.policy).toMatchObject({
      accessLifetimeSeconds: 900,
      refreshIdleSeconds: 86_400,
      leewaySeconds: 0,
    });
  });

  it("refuses sign-ups in one sentence", () => {
    const at = { operationId: "signup" };
    expect(refusalOf(onboarding, "identifier_taken", at)).toEqual([400, '{"detail":"User already exists"}', undefined]);
    for (const code of ["request_malformed", "password_unacceptable"] as const) {
      expect(refusalOf(onboarding, code, at)).toEqual([400, '{"detail":"Invalid input"}', undefined]);
    }
  });

  it.each(["credentials_invalid", "account_disabled"] as const)("refuses log-ins with a challenge: %s", (code) => {
    expect(refusalOf(onboarding, code, { operationId: "login" })).toEqual([
      401,
      '{"detail":"No active account found with the given credentials"}',
      challenge,
    ]);
  });

  it.each(["malformed", "expired", "wrong_kind", "reused", "revoked"] as const)(
    "refuses a refresh token without a code: %s",
    (reason) => {
      expect(refusalOf(onboarding, `refresh_token_${reason}`, { operationId: "token_refresh" })).toEqual([
        401,
        '{"detail":"Token is invalid or expired"}',
        undefined,
      ]);
    },
  );

  it.each([
    ["access_token_missing", '{"detail":"Authentication credentials were not provided."}'],
    ["access_token_account_unknown", '{"detail":"User not found","code":"user_not_found"}'],
    ["access_token_account_disabled", '{"detail":"User is inactive","code":"user_inactive"}'],
    [
      "access_token_expired",
      '{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken","token_type":"access","message":"Token is invalid or expired"}]}',
    ],
  ] as const)("refuses a bearer as SimpleJWT 5.3 does: %s", (code, body) => {
    expect(refusalOf(onboarding, code)).toEqual([401, body, challenge]);
  });
});
