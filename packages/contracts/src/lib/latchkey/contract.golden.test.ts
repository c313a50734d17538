// Transcribed from the description of part 1 ("The latchkey contract at /v1"), not from our own output.
import { rfc9068Claims } from "@latchkey/core";
import { identityErrorLevels } from "@latchkey/core/errors";
import type { IdentityErrorCode } from "@latchkey/core";
import { describe, expect, it } from "vitest";
import type { WireErrors, WireProblem } from "../../index.ts";
import { exampleAccount, exampleTokens } from "../../index.ts";
import { latchkey } from "../../latchkey.ts";
import { accountBody, signedInBody, tokensBody } from "./replies.ts";

const problem: WireProblem = {
  locale: "ko",
  requestId: "request-1",
  fields: undefined,
  taken: [],
  method: "POST",
  path: "/login",
  mediaType: "",
  detail: "",
};

describe("the latchkey contract", () => {
  it.each([
    ["identifier_taken", 409, "USER_ALREADY_EXISTS", "이미 가입된 사용자입니다."],
    ["credentials_invalid", 401, "INVALID_CREDENTIALS", "아이디 또는 비밀번호가 올바르지 않습니다."],
    ["access_token_expired", 401, "TOKEN_EXPIRED", "토큰이 만료되었습니다."],
    ["refresh_token_expired", 401, "TOKEN_EXPIRED", "토큰이 만료되었습니다."],
    ["access_token_missing", 401, "TOKEN_NOT_FOUND", "토큰이 없습니다."],
    ["access_token_malformed", 401, "INVALID_TOKEN", "토큰이 유효하지 않습니다."],
    ["refresh_token_unknown", 401, "INVALID_TOKEN", "토큰이 유효하지 않습니다."],
    ["refresh_token_reused", 401, "TOKEN_REUSED", "refresh token 은 2회 이상 사용될 수 없습니다."],
  ] as const)("%s is %i %s %s", (code, status, name, message) => {
    const error = latchkey.errors[code];
    expect(error.status).toBe(status);
    expect(error.body(problem)).toEqual({ error: { code: name, message, request_id: "request-1" } });
  });

  it.each([
    ["signup_closed", 403, "SIGNUP_CLOSED"],
    ["account_pending", 403, "ACCOUNT_PENDING"],
    ["account_declined", 403, "ACCOUNT_DECLINED"],
    ["account_disabled", 403, "ACCOUNT_DISABLED"],
    ["forbidden", 403, "FORBIDDEN"],
    ["account_unknown", 404, "NOT_FOUND"],
    ["session_unknown", 404, "NOT_FOUND"],
    ["request_malformed", 400, "INVALID_REQUEST"],
    ["password_unacceptable", 400, "INVALID_REQUEST"],
    ["refresh_token_missing", 400, "INVALID_REQUEST"],
    ["refresh_token_revoked", 401, "TOKEN_REVOKED"],
    ["access_token_revoked", 401, "TOKEN_REVOKED"],
    ["busy", 503, "BUSY"],
    ["store_unavailable", 503, "UNAVAILABLE"],
    ["rate_limited", 429, "RATE_LIMITED"],
  ] as const)("%s is %i %s", (code, status, name) => {
    expect([latchkey.errors[code].status, latchkey.errors[code].name]).toEqual([status, name]);
  });

  it("answers what is no request of its own as described", () => {
    const { problems } = latchkey.profile;
    expect([problems.method_not_allowed.status, problems.method_not_allowed.name]).toEqual([405, "METHOD_NOT_ALLOWED"]);
    expect([problems.body_too_large.status, problems.body_too_large.name]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    expect([problems.media_type_unsupported.status, problems.media_type_unsupported.name]).toEqual([
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ]);
    expect([problems.path_unknown.status, problems.path_unknown.name]).toEqual([404, "NOT_FOUND"]);
    expect([latchkey.internal.status, latchkey.internal.name]).toEqual([500, "INTERNAL"]);
  });

  it("has a text in English and in Korean for every error code", () => {
    for (const code of Object.keys(identityErrorLevels) as IdentityErrorCode[]) {
      const texts = (["en", "ko"] as const).map((locale) =>
        JSON.stringify(latchkey.errors[code].body({ ...problem, locale })),
      );
      expect(new Set(texts).size).toBe(2);
      expect(texts[0]).not.toMatch(/\p{Script=Hangul}/u);
      expect(texts[1]).toMatch(/\p{Script=Hangul}/u);
    }
  });

  it("a code without an answer does not compile", () => {
    const { code_used: _missing, ...rest } = latchkey.errors;
    // @ts-expect-error a total record: every code has its answer
    const errors: WireErrors = rest;
    expect(Object.keys(errors)).toHaveLength(Object.keys(identityErrorLevels).length - 1);
  });

  it("names tokens as RFC 6749 does, and accounts as described", () => {
    expect(Object.keys(tokensBody(exampleTokens))).toEqual([
      "access_token",
      "token_type",
      "expires_in",
      "refresh_token",
      "refresh_expires_in",
    ]);
    expect(Object.keys(accountBody(exampleAccount))).toEqual([
      "id",
      "number",
      "username",
      "nickname",
      "email",
      "mobile",
      "roles",
      "status",
      "created_at",
    ]);
    expect(accountBody({ ...exampleAccount, identifiers: {}, attributes: {} })).toMatchObject({
      username: null,
      nickname: null,
      email: null,
      mobile: null,
    });
    expect(accountBody(exampleAccount)["created_at"]).toBe("2026-01-15T09:30:00Z");
    expect(Object.keys(signedInBody({ account: exampleAccount, tokens: null }))).toEqual(["account"]);
  });

  it("has the operations of the table", () => {
    expect(latchkey.operations.map(({ method, paths }) => `${method} ${paths[0]}`).toSorted()).toEqual(
      [
        "POST /signup",
        "POST /login",
        "POST /token/refresh",
        "POST /logout",
        "POST /logout/all",
        "GET /me",
        "PATCH /me",
        "DELETE /me",
        "POST /me/password",
        "GET /me/sessions",
        "DELETE /me/sessions/{id}",
        "POST /token/introspect",
        "POST /token/revoke",
        "GET /.well-known/jwks.json",
        "GET /admin/accounts",
        "GET /admin/accounts/{id}",
        "GET /admin/events",
        "PATCH /admin/accounts/{id}",
        "DELETE /admin/accounts/{id}/sessions",
      ].toSorted(),
    );
  });

  it("AT-02: has the policy and the claims that are described (RFC 9068)", () => {
    expect(latchkey.policy).toEqual({
      accessLifetimeSeconds: 300,
      refreshIdleSeconds: 14 * 86_400,
      refreshAbsoluteSeconds: 90 * 86_400,
      leewaySeconds: 10,
      revokeFamilyOnReuse: true,
      maxFamiliesPerAccount: null,
    });
    expect(latchkey.claims).toEqual(rfc9068Claims);
  });
});
