// The contracts of Django projects over HTTP: what the documents and the specification's §0.5 say beside the black-box cases.
import type { WireContract } from "@latchkey/contracts";
import { baro } from "@latchkey/contracts/baro";
import { intern } from "@latchkey/contracts/intern";
import { onboarding } from "@latchkey/contracts/onboarding";
import { afterAll, describe, expect, it } from "vitest";
import type { MountedContract } from "./testing/mount-contract.ts";
import { contractSecret, jsonType, mountContract, signToken } from "./testing/mount-contract.ts";

const json = jsonType;
const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

function mount(contract: WireContract): MountedContract {
  const mounted = mountContract(contract);
  ends.push(() => mounted.close());
  return mounted;
}

const account = { username: "JIN HO", password: "12341234", nickname: "Mentos" };
const invalid = (message: string, detail: string) => [
  401,
  { detail, code: "token_not_valid", messages: [{ token_class: "AccessToken", token_type: "access", message }] },
];

describe("the order of judgement, as REST framework 3.14 answers it", async () => {
  const { send } = mount(baro);
  const statusOf = async (method: string, headers: Record<string, string>) =>
    (await send(method, "/api/signup/", { headers })).status;

  it("is Accept, credentials, method", async () => {
    const [xml, bad] = [{ accept: "application/xml" }, { authorization: "Bearer x" }];
    expect(await statusOf("GET", {})).toBe(405);
    expect(await statusOf("PUT", bad)).toBe(401);
    expect(await statusOf("GET", { ...xml, ...bad })).toBe(406);
    const refused = await send("DELETE", "/api/signup/");
    expect([refused.status, refused.headers.get("allow"), await refused.json()]).toEqual([
      405,
      "POST, OPTIONS",
      { detail: '메소드(Method) "DELETE"는 허용되지 않습니다.' },
    ]);
  });
});

describe("intern", async () => {
  const { send, post, provider } = mount(intern);
  const fields = { username: "test01", password: "1", nickname: "n" };
  await post("/accounts/signup/", fields);

  it("refuses blanks and other signs in user names, and takes letters of any script", async () => {
    for (const username of ["JIN HO", "a!b", "a/b"]) {
      expect(await post("/accounts/signup", { ...fields, username })).toEqual([
        400,
        {
          username: ["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."],
        },
      ]);
    }
    expect((await post("/accounts/signup", { ...fields, username: "홍길동@+-_.1" }))[0]).toBe(201);
  });

  it("class 8: user names are compared byte by byte", async () => {
    expect((await post("/accounts/signup/", { ...fields, username: "TEST01" }))[0]).toBe(201);
    expect((await post("/accounts/signup/", fields))[0]).toBe(400);
  });

  it("reports every field at once, in the table's order, and converts only numbers", async () => {
    const [status, body] = await post("/accounts/signup/", { nickname: [], password: true, username: null, role: 1 });
    expect([status, JSON.stringify(body)]).toEqual([
      400,
      '{"username":["This field may not be null."],"password":["Not a valid string."],"nickname":["Not a valid string."]}',
    ]);
  });

  it("ignores Bearer headers, and answers 401 to its own scheme instead of 500 (§0.3)", async () => {
    for (const authorization of ["Bearer garbage", "Bearer", "bearer a, b"]) {
      expect((await post("/accounts/login/", fields, { authorization }))[0]).toBe(200);
    }
    const answer = await send("POST", "/accounts/login/", {
      headers: { ...json, authorization: "Token x" },
      body: JSON.stringify(fields),
    });
    expect([answer.status, answer.headers.get("www-authenticate"), await answer.json()]).toEqual([
      401,
      "Token",
      { detail: "Invalid token." },
    ]);
  });

  it("an account that is switched off gets the answer of a wrong password, with the challenge", async () => {
    await post("/accounts/signup/", { ...fields, username: "off" });
    const { id } = await provider.findAccount("off");
    await provider.administerAccount(id, { status: "disabled" }, { kind: "operator" });
    const wrong = await post("/accounts/login/", { ...fields, password: "no" });
    expect(await post("/accounts/login/", { ...fields, username: "off" })).toEqual(wrong);
    expect(wrong[0]).toBe(401);
  });

  it("reads multipart bodies; a file is no text; a body without a type is 415, none at all is an empty object", async () => {
    const form = new FormData();
    form.set("username", "multi");
    form.set("password", "12341234");
    form.set("nickname", "n");
    expect((await send("POST", "/accounts/signup/", { body: form })).status).toBe(201);
    form.set("nickname", new File(["x"], "x.txt"));
    const refused = await send("POST", "/accounts/signup/", { body: form });
    expect([refused.status, await refused.json()]).toEqual([400, { nickname: ["Not a valid string."] }]);
    const torn = await send("POST", "/accounts/signup/", {
      headers: { "content-type": "multipart/form-data; boundary=x" },
      body: "--x\r\nno",
    });
    expect([torn.status, await torn.json()]).toMatchObject([
      400,
      { detail: expect.stringContaining("Multipart form parse error - ") },
    ]);
    const untyped = await send("POST", "/accounts/signup/", { body: new Uint8Array([123, 125]) });
    expect([untyped.status, await untyped.json()]).toEqual([415, { detail: 'Unsupported media type "" in request.' }]);
    expect((await send("POST", "/accounts/login/")).status).toBe(400);
  });

  it("answers OPTIONS with metadata, and an unknown path in its own format", async () => {
    const answer = await send("OPTIONS", "/accounts/login/");
    expect([answer.status, answer.headers.get("allow")]).toEqual([200, "POST, OPTIONS"]);
    expect(await answer.json()).toEqual({
      name: "Login",
      description: "로그인을 위한 API",
      renders: ["application/json"],
      parses: ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"],
      actions: {
        POST: {
          username: { type: "string", required: true, read_only: false, label: "Username" },
          password: { type: "string", required: true, read_only: false, label: "Password" },
        },
      },
    });
    const missing = await send("GET", "/nope/");
    expect([missing.status, await missing.json()]).toEqual([404, { detail: "Not found." }]);
    const xml = await send("POST", "/accounts/login/", { headers: { ...json, accept: "application/xml" } });
    expect([xml.status, await xml.json()]).toEqual([406, { detail: "Could not satisfy the request Accept header." }]);
  });
});

describe("baro", async () => {
  const { send, post, provider, clock } = mount(baro);
  await post("/api/signup/", account);
  const logIn = async () => ((await post("/api/login/", account))[1] as { token: string }).token;
  const verify = async (token: string) => {
    const answer = await send("GET", "/api/verify/", { headers: { authorization: `Bearer ${token}` } });
    return [answer.status, await answer.json()];
  };
  const coded = (code: string, message: string) => [401, { error: { code, message } }];
  const good = [200, { message: "유효한 토큰입니다." }];
  const bad = coded("INVALID_TOKEN", "토큰이 유효하지 않습니다.");

  it("verifies a token from body or header, by POST and GET; the body's counts", async () => {
    const token = await logIn();
    expect(await post("/api/verify/", { token })).toEqual(good);
    expect(await verify(token)).toEqual(good);
    for (const body of [{}, { token: "" }, { token: null }]) {
      expect(await post("/api/verify", body, { authorization: `Bearer ${token}` })).toEqual(good);
      expect(await post("/api/verify", body)).toEqual(coded("TOKEN_NOT_FOUND", "토큰이 없습니다."));
    }
    expect(await post("/api/verify/", { token: "x" }, { authorization: `Bearer ${token}` })).toEqual(bad);
    expect(await post("/api/verify/", { token: ["x"] })).toEqual(bad);
    expect(await verify("garbage")).toEqual(bad);
  });

  it("a token dies at `exp`, without tolerance", async () => {
    const token = await logIn();
    const issued = clock.now;
    clock.now = (Math.floor(issued / 1000) + 1_800) * 1000 - 1;
    expect(await verify(token)).toEqual(good);
    clock.now++;
    expect(await verify(token)).toEqual(coded("TOKEN_EXPIRED", "토큰이 만료되었습니다."));
    clock.now = issued;
  });

  it("class 4, class 5: forged tokens and refresh tokens are refused", async () => {
    const claims = {
      token_type: "access",
      exp: Math.floor(clock.now / 1000) + 60,
      iat: Math.floor(clock.now / 1000),
      jti: "0".repeat(32),
      user_id: 1,
    };
    expect(await verify(signToken(claims))).toEqual(good);
    for (const token of [
      signToken(claims, "another key of at least thirty-two bytes"),
      signToken(claims, contractSecret, "none"),
      signToken({ ...claims, token_type: "refresh" }),
      signToken({ ...claims, user_id: 99 }),
      `${signToken(claims)}x`,
    ]) {
      expect(await verify(token)).toEqual(bad);
    }
  });

  it("refuses a bad Bearer header sent along, on every open endpoint, before anything else (§0.5)", async () => {
    const token = await logIn();
    const ko = "이 토큰은 모든 타입의 토큰에 대해 유효하지 않습니다";
    for (const path of ["/api/signup/", "/api/login/"]) {
      expect(await post(path, {}, { authorization: "Bearer garbage" })).toEqual(invalid("Token is invalid", ko));
      for (const authorization of ["Bearer", "Bearer a b"]) {
        expect(await post(path, {}, { authorization })).toEqual([
          401,
          {
            detail: "Authorization header must contain two space-delimited values",
            code: "bad_authorization_header",
          },
        ]);
      }
      expect((await post(path, {}, { authorization: `Bearer ${token}` }))[0]).toBe(400);
      expect((await post(path, {}, { authorization: "bearer garbage" }))[0]).toBe(400);
    }
    expect(await post("/api/verify/", { token }, { authorization: "Bearer garbage" })).toEqual(
      invalid("Token is invalid", ko),
    );
  });

  it("class 7: the token of an account that is gone or switched off is refused at once", async () => {
    await post("/api/signup/", { ...account, username: "gone" });
    const token = ((await post("/api/login/", { ...account, username: "gone" }))[1] as { token: string }).token;
    expect(await verify(token)).toEqual(good);
    await provider.withdraw(await provider.verifyAccessToken(token), {});
    expect(await verify(token)).toEqual(bad);
    expect(await post("/api/signup/", {}, { authorization: `Bearer ${token}` })).toEqual([
      401,
      { detail: "User not found", code: "user_not_found" },
    ]);
  });

  it("issues no tokens at sign-up, and answers in Korean whatever is asked for", async () => {
    await post("/api/signup/", { ...account, username: "fresh" });
    const { id } = await provider.findAccount("fresh");
    expect((await provider.listAccountSessions(id)).items).toEqual([]);
    const answer = await send("POST", "/api/signup/", { headers: { ...json, "accept-language": "en" }, body: "[]" });
    expect(await answer.json()).toEqual({
      non_field_errors: ["유효하지 않은 데이터. 딕셔너리(dictionary)대신 list를 받았습니다."],
    });
  });
});

describe("onboarding", async () => {
  const { post, provider } = mount(onboarding);
  await post("/signup", account);

  it("signs up with the values as they are, and logs in with trimmed ones", async () => {
    expect(await post("/signup", account)).toEqual([400, { detail: "User already exists" }]);
    for (const body of [{ username: "x" }, { username: "", password: "1" }, { username: "x", password: "" }, {}]) {
      expect(await post("/signup", body)).toEqual([400, { detail: "Invalid input" }]);
    }
    expect((await post("/signup", { username: "raw", password: " 12341234 " }))[0]).toBe(201);
    expect((await post("/login", { username: "raw", password: " 12341234 " }))[0]).toBe(401);
    expect((await post("/login", { username: " JIN HO ", password: " 12341234 " }))[0]).toBe(200);
  });

  it("refuses a bad Bearer header at sign-up, and ignores it at log-in (§0.5)", async () => {
    const authorization = "Bearer garbage";
    expect(await post("/signup", {}, { authorization })).toEqual(
      invalid("Token is invalid or expired", "Given token not valid for any token type"),
    );
    expect((await post("/login", account, { authorization }))[0]).toBe(200);
  });

  it("class 1: a refresh token works once, and its successor lives on", async () => {
    const { tokens } = await provider.logIn({ identifier: "JIN HO", password: "12341234" });
    const refresh = (token: unknown) => post("/onboarding/token/refresh/", { refresh: token });
    const parallel = await Promise.all(Array.from({ length: 8 }, () => refresh(tokens.refreshToken)));
    const won = parallel.filter(([status]) => status === 200);
    expect(won).toHaveLength(1);
    expect(Object.keys(won[0]![1] as object)).toEqual(["access", "refresh"]);
    expect(parallel.find(([status]) => status !== 200)).toEqual([401, { detail: "Token is invalid or expired" }]);
    expect((await refresh((won[0]![1] as { refresh: string }).refresh))[0]).toBe(200);
    expect(await refresh(tokens.accessToken)).toEqual([401, { detail: "Token is invalid or expired" }]);
    expect(await refresh(undefined)).toEqual([400, { refresh: ["This field is required."] }]);
  });
});
