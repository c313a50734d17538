// The rabbit contract on an application, in memory. Expectations are transcribed from wire-contracts.md §5 and seeds/004, not from our own output.
import { createHash } from "node:crypto";
import { confirmationPath } from "@latchkey/contracts";
import { rabbit } from "@latchkey/contracts/rabbit";
import { createIdentityProvider, koreanMessages } from "@latchkey/core";
import type { MessageSender, OutgoingMessage } from "@latchkey/core";
import { createMemoryStorage } from "@latchkey/core/memory";
import { nodePlatform } from "@latchkey/core/node";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AnswerRecord } from "./mount-options.ts";
import { mountRealm } from "./mount-realm.ts";
import { openApiDocument } from "./openapi/openapi-document.ts";
import { undocumentedAnswers } from "./openapi/undocumented-answers.ts";
import { compileBodyCheck } from "./testing/answer-schemas.ts";

const password = "Vhtmxmaos123#";
const json = { "content-type": "application/json" };
const answers: AnswerRecord[] = [];
const document = openApiDocument(rabbit);
const checkBody = compileBodyCheck(document);
const wrong: string[] = [];
let now = 1_790_000_000_345;

function createRealm(messageSender?: MessageSender) {
  const provider = createIdentityProvider({
    realm: "rabbit",
    issuer: "https://id.example",
    storage: createMemoryStorage(),
    signing: { algorithm: "HS256", secrets: [{ secret: new TextEncoder().encode("0123456789abcdef".repeat(2)) }] },
    claims: rabbit.claims,
    policy: { ...rabbit.policy, ...(messageSender && { signUp: "confirmation" }) },
    masterKey: Uint8Array.from({ length: 32 }, (_, index) => index),
    confirmationLink: `https://host.example${confirmationPath(rabbit)}`,
    messageTemplates: { ...koreanMessages, ...rabbit.messages },
    ...(messageSender && { messageSender }),
    platform: {
      ...nodePlatform(),
      hashConcurrency: 64,
      argon2id: async (secret, salt, { tagLength }) =>
        new Uint8Array(createHash("sha512").update(salt).update(secret).digest().subarray(0, tagLength)),
    },
    clock: { now: () => now, monotonic: () => now },
  });
  const app = new Hono();
  const present = { readAccountByNumber: async () => ({ total_amount: 7 }) };
  mountRealm(app, { provider, contract: rabbit, present, observe: (record) => answers.push(record) });
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = json) => {
    const text = typeof body === "string" ? body : body === undefined ? undefined : JSON.stringify(body);
    const answer = await app.request(path, { method, headers, ...(text !== undefined && { body: text }) });
    const sent = await answer.text();
    const parsed = sent === "" ? undefined : (JSON.parse(sent) as unknown);
    const operation = answers.at(-1)?.operation;
    if (operation !== undefined)
      wrong.push(...[checkBody(operation, answer.status, parsed)].filter((one) => one !== undefined));
    return { status: answer.status, headers: answer.headers, text: sent, json: parsed as Record<string, string> };
  };
  const logIn = async (email: string) => (await send("POST", "/api/user/login", { email, password })).json;
  const register = (email: string, username = "정재균") =>
    send("POST", "/api/user/register", { username, email, password });
  return { provider, app, send, register, logIn };
}

const realm = createRealm();
const { app, send, register, logIn } = realm;
const bearing = (token: string | undefined) => ({ ...json, authorization: `Bearer ${token}` });
const claimsOf = (token: string | undefined, part: 0 | 1 = 1) =>
  JSON.parse(Buffer.from(token!.split(".")[part]!, "base64url").toString()) as Record<string, unknown>;
let tokens: Record<string, string>;
beforeAll(async () => {
  await register("logical_man@naver.com");
  tokens = await logIn("logical_man@naver.com");
});
afterAll(() => {
  const undocumented = [...undocumentedAnswers(document, answers), ...wrong];
  if (undocumented.length > 0) throw new Error(undocumented.join("\n"));
});

describe("§0.1, §5.0 tokens and format", () => {
  it("claims, their order and the header's order are those of the samples", () => {
    expect(JSON.stringify(claimsOf(tokens["access_token"], 0))).toBe('{"typ":"JWT","alg":"HS256"}');
    const access = claimsOf(tokens["access_token"]);
    expect(Object.keys(access)).toEqual(["fresh", "iat", "jti", "type", "sub", "nbf", "exp", "username"]);
    expect(access).toMatchObject({ fresh: true, type: "access", sub: 1, username: "정재균", nbf: access["iat"] });
    expect((access["exp"] as number) - (access["iat"] as number)).toBe(86_400);
    const refresh = claimsOf(tokens["refresh_token"]);
    expect(Object.keys(refresh)).toEqual(["fresh", "iat", "jti", "type", "sub", "nbf", "exp"]);
    expect(refresh).toMatchObject({ fresh: false, type: "refresh", sub: 1, nbf: refresh["iat"] });
    expect((refresh["exp"] as number) - (refresh["iat"] as number)).toBe(2_592_000);
    expect(refresh["jti"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("JSON is spaced and ends with a line feed; the token layer's is compact", async () => {
    const unknown = await send("GET", "/api/user/999");
    expect([unknown.status, unknown.text]).toEqual([404, '{"error": "사용자를 찾을 수 없습니다."}\n']);
    expect(unknown.headers.get("content-type")).toBe("application/json");
    expect(unknown.headers.get("www-authenticate")).toBeNull();
    const refused = await send("PUT", "/api/user/1", { username: "x" });
    expect([refused.status, refused.text]).toEqual([401, '{"error":"토큰 정보가 필요합니다."}\n']);
    expect(refused.headers.get("www-authenticate")).toBeNull();
  });

  it.each([
    [undefined, "토큰 정보가 필요합니다."],
    ["Basic abc", "토큰 정보가 필요합니다."],
    ["bearer abc", "토큰 정보가 필요합니다."],
    ["Bearer", "잘못된 토큰입니다."],
    ["Bearer a b", "잘못된 토큰입니다."],
    ["Bearer a,b", "잘못된 토큰입니다."],
    ["Bearer garbage", "잘못된 토큰입니다."],
  ])("class 12: Authorization %j is 401 %s, as access and as refresh token", async (authorization, error) => {
    const headers = { ...json, ...(authorization !== undefined && { authorization }) };
    for (const [method, path, body] of [
      ["PUT", "/api/user/1", { username: "x" }],
      ["DELETE", "/api/user/withdraw", { username: "x" }],
      ["POST", "/api/user/refresh", undefined],
    ] as const) {
      const answer = await send(method, path, body, headers);
      expect([path, answer.status, answer.json]).toEqual([path, 401, { error }]);
    }
  });

  it("class 5: tokens of one kind are not accepted as the other, nor tampered or expired ones", async () => {
    const put = (token: string | undefined) => send("PUT", "/api/user/1", { username: "x" }, bearing(token));
    const refresh = (token: string | undefined) => send("POST", "/api/user/refresh", undefined, bearing(token));
    const invalid = { error: "잘못된 토큰입니다." };
    for (const answer of [
      await put(tokens["refresh_token"]),
      await put(`${tokens["access_token"]}x`),
      await refresh(tokens["access_token"]),
    ])
      expect([answer.status, answer.json]).toEqual([401, invalid]);
    await register("old@example.com");
    const old = await logIn("old@example.com");
    now += 86_400_000;
    const expired = await put(old["access_token"]);
    expect([expired.status, expired.json]).toEqual([401, { error: "토큰이 만료되었습니다." }]);
    now += 29 * 86_400_000;
    const refreshExpired = await refresh(old["refresh_token"]);
    expect([refreshExpired.status, refreshExpired.json]).toEqual([401, { error: "토큰이 만료되었습니다." }]);
    tokens = await logIn("logical_man@naver.com");
  });

  it.each([
    ['{"x":', json],
    ["", json],
    ["{}", { "content-type": "text/plain" }],
  ])("body %j with %j is werkzeug's 400", async (body, headers) => {
    const answer = await send("POST", "/api/user/register", body, headers);
    const message = "The browser (or proxy) sent a request that this server could not understand.";
    expect([answer.status, answer.json]).toEqual([400, { message }]);
  });

  it("a wrong method is 405 with Allow, a path that is no number 404, another query nothing", async () => {
    const wrongMethod = await send("GET", "/api/user/login");
    expect([wrongMethod.status, wrongMethod.json, wrongMethod.headers.get("allow")]).toEqual([
      405,
      { message: "The method is not allowed for the requested URL." },
      "POST, OPTIONS",
    ]);
    expect((await send("GET", "/api/user/abc")).status).toBe(404);
    expect((await send("GET", "/api/user/1?utm_source=x")).status).toBe(200);
  });

  it("CORS: exactly the two origins, with credentials", async () => {
    for (const origin of ["https://money-for-rabbit.netlify.app", "http://localhost:3000"]) {
      const preflight = await app.request("/api/user/login", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
      });
      expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, origin]);
      expect(preflight.headers.get("access-control-allow-credentials")).toBe("true");
      expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization");
      const answer = await app.request("/api/user/1", { headers: { origin } });
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
      expect(answer.headers.get("vary")).toContain("Origin");
    }
    for (const origin of ["https://evil.example", "https://money-for-rabbit.netlify.app.evil.example", "null"]) {
      const answer = await app.request("/api/user/1", { headers: { origin } });
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    expect((await app.request("/api/user/1", { method: "OPTIONS" })).headers.get("allow")).toBe(
      "PUT, GET, HEAD, OPTIONS",
    );
  });
});

describe("§5.1 register", () => {
  it("greets, keeps user names that are taken, and refuses taken addresses", async () => {
    const answer = await register("twicegddessana1229@gmail.com", "goddessana");
    expect([answer.status, answer.text]).toEqual([201, '{"success": "goddessana 님, 회원가입을 환영합니다!"}\n']);
    expect((await register("another@gmail.com", "goddessana")).status).toBe(201);
    const taken = await register("TWICEgddessana1229@gmail.com");
    expect([taken.status, taken.json]).toEqual([400, { error: "중복된 이메일입니다." }]);
  });

  it("checks the schema first, then the password, then the address", async () => {
    const missing = ["해당 필드를 입력해 주세요."];
    const required = { username: missing, password: missing, email: missing };
    const cases: readonly (readonly [object, unknown])[] = [
      [{}, required],
      [
        { username: null, email: 1, password: true },
        {
          username: ["해당 필드는 null 이 될 수 없습니다."],
          password: ["Not a valid string."],
          email: ["Not a valid string."],
        },
      ],
      [
        { username: "x".repeat(21), email: "e".repeat(81), password, x: 1 },
        {
          username: ["Longer than maximum length 20."],
          email: ["Longer than maximum length 80."],
          x: ["Unknown field."],
        },
      ],
      [{ username: "u", email: "nope", password: "short" }, "유효한 비밀번호 값이 아닙니다."],
      [{ username: "u", email: "nope", password }, "유효한 이메일 값이 아닙니다."],
      [{ username: "u", email: "", password }, "유효한 이메일 값이 아닙니다."],
    ];
    for (const [body, error] of cases) {
      const answer = await send("POST", "/api/user/register", body);
      expect([answer.status, answer.json]).toEqual([400, { error }]);
    }
    const list = await send("POST", "/api/user/register", []);
    expect([list.status, list.json]).toEqual([400, { error: { _schema: ["Invalid input type."] } }]);
  });

  it.each(["Vhtmxmaos12#", "Vhtmxmaos123#Vhtmxmaos123#"])("the password %s will do", async (good) => {
    const body = { username: "u", email: `${good.length}@example.com`, password: good };
    expect((await send("POST", "/api/user/register", body)).status).toBe(201);
  });

  it.each(["Vhtmxmao12#", "vhtmxmaos123#", "VHTMXMAOS123#", "Vhtmxmaosabc#", "Vhtmxmaos1234", ""])(
    "the password %j will not",
    async (bad) => {
      const body = { username: "u", email: "weak@example.com", password: bad };
      expect((await send("POST", "/api/user/register", body)).json).toEqual({
        error: "유효한 비밀번호 값이 아닙니다.",
      });
    },
  );
});

describe("§5.2 login, §5.3 refresh", () => {
  const missing = { password: ["해당 필드를 입력해 주세요."] };
  it.each([
    [{ email: "none@example.com", password: "x" }, 404, "사용자를 찾을 수 없습니다."],
    [{ email: "none@example.com" }, 404, "사용자를 찾을 수 없습니다."],
    [{ email: "nope", password: "x", extra: 1 }, 404, "사용자를 찾을 수 없습니다."],
    [{ email: "logical_man@naver.com" }, 400, missing],
    [{ email: "logical_man@naver.com", password: "x" }, 401, "이메일과 비밀번호를 확인하세요."],
    [{ password: "x" }, 400, { email: ["해당 필드를 입력해 주세요."] }],
  ])("%j is %i", async (body, status, error) => {
    const answer = await send("POST", "/api/user/login", body);
    expect([answer.status, answer.json]).toEqual([status, { error }]);
  });

  it("rotates, refuses a second use without ending the session, and dies with the next log-in", async () => {
    const refresh = (token: string | undefined) => send("POST", "/api/user/refresh", undefined, bearing(token));
    const used = { error: "refresh token 은 2회 이상 사용될 수 없습니다." };
    const first = await logIn("logical_man@naver.com");
    const second = await refresh(first["refresh_token"]);
    expect([second.status, Object.keys(second.json)]).toEqual([200, ["access_token", "refresh_token"]]);
    expect(claimsOf(second.json["access_token"])).toMatchObject({ fresh: true, username: "정재균" });
    const again = await refresh(first["refresh_token"]);
    expect([again.status, again.text]).toEqual([401, `{"error": "${used.error}"}\n`]);
    const third = await refresh(second.json["refresh_token"]);
    expect(third.status).toBe(200);
    await logIn("logical_man@naver.com");
    const superseded = await refresh(third.json["refresh_token"]);
    expect([superseded.status, superseded.json]).toEqual([401, used]);
  });
});

describe("§5.4 user", () => {
  it("is public, renamed by its owner alone, and withdraws by its own name", async () => {
    await register("kim@example.com", "정재균");
    const { access_token: token, refresh_token: refresh } = await logIn("kim@example.com");
    const id = String(claimsOf(token)["sub"]);
    const read = await send("GET", `/api/user/${id}`);
    expect([read.status, read.text]).toEqual([200, '{"user_info": {"username": "정재균", "total_amount": 7}}\n']);
    // Class 6: whose number it is comes before the body, and an unknown number is nobody's.
    for (const other of ["1", "99999999"]) {
      const refused = await send("PUT", `/api/user/${other}`, "{", bearing(token));
      expect([refused.status, refused.json]).toEqual([403, { error: "권한이 없습니다." }]);
    }
    const renamed = await send("PUT", `/api/user/${id}`, { username: "정재균바보" }, bearing(token));
    expect([renamed.status, renamed.json]).toEqual([200, { success: "닉네임이 정재균바보 으로 변경되었습니다." }]);
    const empty = await send("PUT", `/api/user/${id}`, {}, bearing(token));
    expect([empty.status, empty.json]).toEqual([400, { error: { username: ["해당 필드를 입력해 주세요."] } }]);
    // Renaming changes no token; the next one has the new name.
    const refreshed = await send("POST", "/api/user/refresh", undefined, bearing(refresh));
    expect(claimsOf(refreshed.json["access_token"])).toMatchObject({ username: "정재균바보" });
    const withdraw = (body: object) => send("DELETE", "/api/user/withdraw", body, bearing(token));
    const otherName = await withdraw({ username: "정재균" });
    expect([otherName.status, otherName.json]).toEqual([400, { error: "잘못된 접근입니다." }]);
    expect((await withdraw({})).json).toEqual({ error: { username: ["해당 필드를 입력해 주세요."] } });
    const gone = await withdraw({ username: "정재균바보" });
    expect([gone.status, gone.text]).toEqual([204, ""]);
    const twice = await withdraw({ username: "정재균바보" });
    expect([twice.status, twice.json]).toEqual([404, { error: "사용자를 찾을 수 없습니다." }]);
    const late = await send("POST", "/api/user/refresh", undefined, bearing(refreshed.json["refresh_token"]));
    expect([late.status, late.json]).toEqual([401, { error: "refresh token 은 2회 이상 사용될 수 없습니다." }]);
  });
});

describe("§5.1 e-mail confirmation, where it is switched on", () => {
  it("log-in waits for it, and the link leads back to the pages", async () => {
    const sent: OutgoingMessage[] = [];
    const confirming = createRealm({ send: async (message) => void sent.push(message) });
    await confirming.register("new@example.com");
    const refused = await confirming.send("POST", "/api/user/login", { email: "new@example.com", password });
    expect([refused.status, refused.json]).toEqual([400, { error: "이메일 인증이 되지 않은 계정입니다." }]);
    await confirming.provider.deliverMessages();
    const [, id, code] = /^.+\nhttps:\/\/host\.example\/api\/confirm-user\/(\d+)\/([0-9a-f]{64})$/.exec(sent[0]!.text)!;
    expect(sent).toMatchObject([{ subject: "[Money For Rabbit] - 정재균 님, 인증을 완료해 주세요.", code }]);
    expect(code).not.toBe(createHash("sha256").update("new@example.com").digest("hex"));
    const follow = async (path: string) => {
      const answer = await confirming.send("GET", `/api/confirm-user/${path}`);
      return [answer.status, answer.headers.get("location")];
    };
    const pages = "https://money-for-rabbit.netlify.app";
    expect(await follow(`${id}/${"0".repeat(64)}`)).toEqual([302, `${pages}/signup/fail`]);
    expect(await follow(`99/${code}`)).toEqual([302, `${pages}/signup/fail`]);
    expect(await follow(`${id}/${code}`)).toEqual([302, `${pages}/signup/done`]);
    expect(await follow(`${id}/${code}`)).toEqual([302, `${pages}/`]);
    expect(await confirming.logIn("new@example.com")).toHaveProperty("access_token");
  });
});
