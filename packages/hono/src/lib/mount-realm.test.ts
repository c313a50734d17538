import { latchkey } from "@latchkey/contracts/latchkey";
import { Hono } from "hono";
import type { Context } from "hono";
import { afterAll, describe, expect, it } from "vitest";
import { mountRealm } from "./mount-realm.ts";
import { createMountedRealm, resourceServer, testPassword } from "./testing/test-realm.ts";

const realm = createMountedRealm();
afterAll(() => realm.close());
const { send, signUp } = realm;

const form = { "content-type": "application/x-www-form-urlencoded" };
const basic = `Basic ${btoa(`${encodeURIComponent(resourceServer.id)}:${encodeURIComponent(resourceServer.secret)}`)}`;

describe("the main job on /v1", () => {
  it("signs up, logs in, reads me, refreshes and logs out", async () => {
    const body = {
      username: "Gildong",
      password: testPassword,
      nickname: " 홍길동 ",
      email: "gildong@example.com",
      mobile: null,
    };
    const signedUp = await send("POST", "/v1/signup", { body });
    expect(signedUp.status).toBe(201);
    expect(Object.keys(signedUp.json)).toEqual([
      "account",
      "access_token",
      "token_type",
      "expires_in",
      "refresh_token",
      "refresh_expires_in",
    ]);
    expect(signedUp.json).toMatchObject({ token_type: "Bearer", expires_in: 300, refresh_expires_in: 1_209_600 });
    expect(signedUp.json.account).toEqual({
      id: expect.stringMatching(/^[2-9A-HJ-NP-Za-km-z]{22}$/),
      number: 1,
      username: "Gildong",
      nickname: "홍길동",
      email: "gildong@example.com",
      mobile: null,
      roles: ["USER"],
      status: "active",
      created_at: "2026-09-21T14:13:20Z",
    });
    const loggedIn = await send("POST", "/v1/login", { body: { username: "gildong", password: testPassword } });
    expect(loggedIn.status).toBe(200);
    const me = await send("GET", "/v1/me", { token: loggedIn.json.access_token });
    expect(me.json).toEqual(signedUp.json.account);
    const refreshed = await send("POST", "/v1/token/refresh", { body: { refresh_token: loggedIn.json.refresh_token } });
    expect(refreshed.status).toBe(200);
    expect(refreshed.json).not.toHaveProperty("account");
    const loggedOut = await send("POST", "/v1/logout", { body: { refresh_token: refreshed.json.refresh_token } });
    expect([loggedOut.status, loggedOut.text]).toEqual([204, ""]);
    const again = await send("POST", "/v1/logout", { body: { refresh_token: refreshed.json.refresh_token } });
    expect(again.status).toBe(204);
    const dead = await send("GET", "/v1/me", { token: refreshed.json.access_token });
    expect([dead.status, dead.json.error.code]).toEqual([401, "TOKEN_REVOKED"]);
  });

  it("logs out by Bearer without a body", async () => {
    const { access_token: token, refresh_token } = await signUp("bearer-logout");
    expect((await send("POST", "/v1/logout", { token })).status).toBe(204);
    expect((await send("POST", "/v1/logout", { token })).status).toBe(204);
    expect((await send("POST", "/v1/token/refresh", { body: { refresh_token } })).json.error.code).toBe(
      "TOKEN_REVOKED",
    );
  });

  it("changes, lists and ends", async () => {
    const { access_token: token } = await signUp("changer");
    const changed = await send("PATCH", "/v1/me", { token, body: { nickname: "새", mobile: "+82 10-1234-5678" } });
    expect(changed.json).toMatchObject({ nickname: "새", mobile: "+821012345678" });
    expect((await send("PATCH", "/v1/me", { token, body: { nickname: null } })).json).toMatchObject({
      nickname: null,
      mobile: "+821012345678",
    });
    const other = await send("POST", "/v1/login", { body: { username: "changer", password: testPassword } });
    const list = await send("GET", "/v1/me/sessions?limit=1", { token });
    expect(list.json.items).toHaveLength(1);
    const rest = await send("GET", `/v1/me/sessions?limit=100&cursor=${list.json.next_cursor}`, { token });
    const sessions = [...list.json.items, ...rest.json.items];
    expect(sessions).toHaveLength(2);
    expect(Object.keys(sessions[0])).toEqual(["id", "device", "address", "created_at", "last_used_at", "current"]);
    const { id } = sessions.find(({ current }: { current: boolean }) => !current);
    expect((await send("DELETE", `/v1/me/sessions/${id}`, { token })).status).toBe(204);
    expect((await send("GET", "/v1/me", { token: other.json.access_token })).status).toBe(401);
  });

  it("changes the password and withdraws", async () => {
    const { access_token: token } = await signUp("leaver");
    const wrong = await send("POST", "/v1/me/password", {
      token,
      body: { current_password: "wrong", new_password: `${testPassword}!` },
    });
    expect([wrong.status, wrong.json.error.fields]).toEqual([400, { current_password: ["This is not correct."] }]);
    const change = { current_password: testPassword, new_password: `${testPassword}!` };
    expect((await send("POST", "/v1/me/password", { token, body: change })).status).toBe(204);
    const refused = await send("DELETE", "/v1/me", { token, body: { password: testPassword } });
    expect([refused.status, Object.keys(refused.json.error.fields)]).toEqual([400, ["password"]]);
    expect((await send("DELETE", "/v1/me", { token, body: { password: `${testPassword}!` } })).status).toBe(204);
    expect((await send("GET", "/v1/me", { token })).status).toBe(401);
    expect((await signUp("leaver")).account.id).toBeTruthy();
  });
});

describe("administration", () => {
  it("AS-12: lists, reads, sets status and roles, ends sessions", async () => {
    const token = await realm.administrator();
    const { account, access_token } = await signUp("governed");
    const list = await send("GET", "/v1/admin/accounts?status=active&text=govern", { token });
    expect(list.json.items.map(({ id }: { id: string }) => id)).toEqual([account.id]);
    expect((await send("GET", `/v1/admin/accounts/${account.id}`, { token })).json.username).toBe("governed");
    const promoted = await send("PATCH", `/v1/admin/accounts/${account.id}`, {
      token,
      body: { roles: ["USER", "ADMIN"] },
    });
    expect(promoted.json.roles).toEqual(["USER", "ADMIN"]);
    expect((await send("GET", "/v1/me", { token: access_token })).status).toBe(401);
    expect((await send("DELETE", `/v1/admin/accounts/${account.id}/sessions`, { token })).status).toBe(204);
    expect(
      (await send("PATCH", `/v1/admin/accounts/${account.id}`, { token, body: { status: "disabled" } })).json.status,
    ).toBe("disabled");
    const refused = await send("POST", "/v1/login", { body: { username: "governed", password: testPassword } });
    expect([refused.status, refused.json.error.code]).toEqual([403, "ACCOUNT_DISABLED"]);
    const wrong = await send("POST", "/v1/login", { body: { username: "governed", password: "wrong" } });
    expect([wrong.status, wrong.json.error.code]).toEqual([401, "INVALID_CREDENTIALS"]);
  });
});

it.each([
  ["passwordpassword", "This password is too common.", "너무 흔한 비밀번호입니다."],
  [
    "guessed.2026.....",
    "This password is made of your user name, address or number, or of this service's name.",
    "아이디, 이메일, 전화번호 또는 서비스 이름으로 만든 비밀번호는 사용할 수 없습니다.",
  ],
])("tells why %s is no password", async (password, en, ko) => {
  for (const [language, text] of [
    ["en", en],
    ["ko", ko],
  ] as const) {
    const headers = { "accept-language": language };
    const answer = await send("POST", "/v1/signup", { headers, body: { username: "guessed", password } });
    expect([answer.status, answer.json.error.fields]).toEqual([400, { password: [text] }]);
  }
});

it("says of too many roles that they are too many, not that they have too many characters", async () => {
  const token = await realm.administrator();
  const { account } = await signUp("burdened");
  const roles = Array.from({ length: 33 }, (_, index) => `R${index}`);
  const refused = async (language: string) => {
    const headers = { "accept-language": language };
    const answer = await send("PATCH", `/v1/admin/accounts/${account.id}`, { token, headers, body: { roles } });
    return [answer.status, answer.json.error.fields.roles];
  };
  expect(await refused("en")).toEqual([400, ["At most 32 roles of at most 64 characters each."]]);
  expect(await refused("ko")).toEqual([400, ["역할은 32개 이하, 각각 64자 이하여야 합니다."]]);
});

describe("RFC 7662 and RFC 7009", () => {
  const introspect = (token: string, headers: Record<string, string> = { authorization: basic }) =>
    send("POST", "/v1/token/introspect", {
      raw: `token=${token}&token_type_hint=access_token&extra=1`,
      headers: { ...form, ...headers },
    });

  it("introspects both kinds and tells them apart", async () => {
    const { access_token, refresh_token, account } = await signUp("introspected");
    expect((await introspect(access_token)).json).toMatchObject({
      active: true,
      sub: account.id,
      token_type: "Bearer",
      username: "introspected",
    });
    expect((await introspect(refresh_token)).json).toMatchObject({ active: true, token_type: "refresh_token" });
    expect((await introspect("garbage")).text).toBe('{"active":false}');
  });

  it("RFC 7662 §2.3, RFC 6749 §5.2: a client that fails to authenticate is 401 invalid_client with a Basic challenge", async () => {
    for (const authorization of ["", "Basic", `Basic ${btoa("api%3Aone:wrong")}`, "Bearer abc"]) {
      const refused = await introspect("abc", authorization === "" ? {} : { authorization });
      expect([refused.status, refused.json.error]).toEqual([401, "invalid_client"]);
      expect(refused.headers.get("www-authenticate")).toMatch(/^Basic /);
    }
  });

  it("RFC 7009 §2.2: revokes, and an unknown token is no error", async () => {
    const { access_token, refresh_token } = await signUp("revoked");
    const revoke = (token: string) => send("POST", "/v1/token/revoke", { raw: `token=${token}`, headers: form });
    const answer = await revoke(refresh_token);
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect((await introspect(refresh_token)).json).toEqual({ active: false });
    expect((await introspect(access_token)).json).toEqual({ active: false });
    expect((await revoke("garbage")).status).toBe(200);
  });

  it("RFC 6749 §3.2: a repeated parameter is invalid_request; JSON is refused", async () => {
    const twice = await send("POST", "/v1/token/introspect", {
      raw: "token=a&token=b",
      headers: { ...form, authorization: basic },
    });
    expect([twice.status, twice.json.error]).toEqual([400, "invalid_request"]);
    const missing = await send("POST", "/v1/token/introspect", {
      raw: "token_type_hint=x",
      headers: { ...form, authorization: basic },
    });
    expect([missing.status, missing.json.error]).toEqual([400, "invalid_request"]);
    const json = await send("POST", "/v1/token/revoke", { body: { token: "a" } });
    expect([json.status, json.json.error]).toEqual([415, "invalid_request"]);
  });
});

describe("where requests are read", () => {
  it("takes headers and bodies of a declared length from the source that the application names, and judges them all the same", async () => {
    let body: unknown = { username: "sourced", password: testPassword };
    const source = {
      header: (c: Context, name: string) => (name === "x-request-id" ? "sourced-0123" : c.req.header(name)),
      body: async () => new TextEncoder().encode(JSON.stringify(body)),
    };
    const other = createMountedRealm({ mount: { source } });
    const sent = { raw: "{}", headers: { "content-type": "application/json", "content-length": "2" } };
    const answer = await other.send("POST", "/v1/signup", sent);
    expect([answer.json.account.username, answer.headers.get("x-request-id")]).toEqual(["sourced", "sourced-0123"]);
    body = "x".repeat(70_000);
    expect((await other.send("POST", "/v1/login", sent)).status).toBe(413);
    await other.close();
  });
});

describe("headers", () => {
  it("no answer that carries a token may be stored, and every answer has a request id", async () => {
    const answer = await send("POST", "/v1/signup", { body: { username: "stored", password: testPassword } });
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("keeps a harmless X-Request-Id and replaces any other", async () => {
    const kept = await send("GET", "/v1/me", { headers: { "x-request-id": "trace-0123.abc" } });
    expect([kept.headers.get("x-request-id"), kept.json.error.request_id]).toEqual([
      "trace-0123.abc",
      "trace-0123.abc",
    ]);
    for (const id of ["short", "a b c d e f g", "x".repeat(65), '"quoted"-id']) {
      const replaced = await send("GET", "/v1/me", { headers: { "x-request-id": id } });
      expect(replaced.headers.get("x-request-id")).not.toBe(id);
    }
  });

  it("RFC 6750 §3.1: challenges name an error only where a token was sent", async () => {
    const challenge = async (sent: Parameters<typeof send>[2]) =>
      (await send("GET", "/v1/me", sent)).headers.get("www-authenticate");
    expect(await challenge({})).toBe("Bearer");
    expect(await challenge({ token: "garbage" })).toBe('Bearer error="invalid_token"');
    expect(await challenge({ headers: { authorization: "Basic abc" } })).toBe("Bearer");
  });

  it("publishes keys that may be cached", async () => {
    const jwks = await send("GET", "/v1/.well-known/jwks.json");
    expect(jwks.headers.get("cache-control")).toMatch(/^public, max-age=\d+$/);
    expect(jwks.json.keys[0]).not.toHaveProperty("d");
  });
});

describe("methods and paths", () => {
  it("405 says what is allowed; HEAD is GET without a body; OPTIONS says what is allowed", async () => {
    const wrong = await send("GET", "/v1/login");
    expect([wrong.status, wrong.headers.get("allow"), wrong.json.error.code]).toEqual([
      405,
      "POST, OPTIONS",
      "METHOD_NOT_ALLOWED",
    ]);
    const head = await send("HEAD", "/v1/.well-known/jwks.json");
    expect([head.status, head.text]).toEqual([200, ""]);
    expect((await send("HEAD", "/v1/login")).status).toBe(405);
    const options = await send("OPTIONS", "/v1/me");
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, PATCH, DELETE, HEAD, OPTIONS"]);
  });

  it.each([
    "/v1",
    "/v1/",
    "/v1//login",
    "/v1/LOGIN",
    "/v1/login/",
    "/v1/me/sessions/",
    "/v1/me%2fsessions",
    "/v1/%00",
    "/v1/constructor",
  ])("class 9, class 18: %s is 404 in the contract's shape", async (path) => {
    const answer = await send("GET", path);
    expect([answer.status, answer.json.error.code]).toEqual([404, "NOT_FOUND"]);
  });

  it("answers nothing outside its mount", async () => {
    for (const path of ["//v1/me", "/V1/me", "/v1me", "/"])
      expect((await send("GET", path)).text).toBe("404 Not Found");
  });

  it("works below a base path, and beside other routes at the root", async () => {
    const app = new Hono();
    mountRealm(app.basePath("/tenant"), { provider: realm.provider, contract: latchkey });
    app.get("/tenant/other", (c) => c.text("other"));
    const { access_token } = await signUp("rooted");
    const headers = { authorization: `Bearer ${access_token}` };
    expect((await app.request("/tenant/me", { headers })).status).toBe(200);
    expect((await app.request("/tenant/me/sessions/unknown", { method: "DELETE", headers })).status).toBe(404);
    expect(await (await app.request("/tenant/other")).text()).toBe("other");
    expect((await app.request("/me")).status).toBe(404);
  });
});
