// Transcribed from seeds/000_981adca16b869029.txt (bodies) and from the specification's §1 (statuses), not from our own output.
import { describe, expect, it } from "vitest";
import { intern } from "../../intern.ts";
import { refusalOf, successOf } from "../testing/golden.ts";

describe("the contract intern", () => {
  it("signs up as the document shows it", () => {
    expect(
      successOf(intern, "accounts_signup_create", {
        username: "test01",
        nickname: "test",
        tokens: { accessToken: "ACCESS", refreshToken: "REFRESH" },
      }),
    ).toEqual([201, '{"username":"test01","nickname":"test","access":"ACCESS","refresh":"REFRESH"}']);
  });

  it("answers a log-in with the refresh token alone", () => {
    expect(
      successOf(intern, "accounts_login_create", { username: "test01", tokens: { refreshToken: "REFRESH" } }),
    ).toEqual([200, '{"token":"REFRESH"}']);
  });

  it("refuses a user name that exists under its field", () => {
    expect(refusalOf(intern, "identifier_taken", { problem: { taken: ["username"] } })).toEqual([
      400,
      '{"username":["A user with that username already exists."]}',
      undefined,
    ]);
  });

  it.each(["credentials_invalid", "account_disabled", "account_pending", "account_declined"] as const)(
    "refuses a log-in alike: %s",
    (code) => {
      expect(refusalOf(intern, code)).toEqual([
        401,
        '{"error":{"code":"INVALID_CREDENTIALS","message":"아이디 또는 비밀번호가 올바르지 않습니다."}}',
        "Token",
      ]);
    },
  );

  it.each([
    ["access_token_expired", "TOKEN_EXPIRED", "토큰이 만료되었습니다."],
    ["access_token_missing", "TOKEN_NOT_FOUND", "토큰이 없습니다."],
    ["access_token_malformed", "INVALID_TOKEN", "토큰이 유효하지 않습니다."],
    ["access_token_account_unknown", "INVALID_TOKEN", "토큰이 유효하지 않습니다."],
  ] as const)("refuses a bearer: %s is %s (§1.3)", (code, name, message) => {
    expect(refusalOf(intern, code)).toEqual([401, JSON.stringify({ error: { code: name, message } }), undefined]);
  });

  it("issues tokens for 300 s and a day, with the header and claims of the sample (§0.1)", () => {
    expect([intern.policy.accessLifetimeSeconds, intern.policy.refreshIdleSeconds]).toEqual([300, 86_400]);
    expect([intern.claims.access.header, intern.claims.access.typ]).toEqual([["alg", "typ"], "JWT"]);
    for (const kind of ["access", "refresh"] as const) {
      expect(Object.keys(intern.claims[kind].claims)).toEqual(["token_type", "exp", "iat", "jti", "user_id"]);
      expect(intern.claims[kind].claims["token_type"]).toEqual({ literal: kind });
    }
  });
});
