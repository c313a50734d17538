import { latchkey } from "@latchkey/contracts/latchkey";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sent } from "./testing/test-realm.ts";
import { createMountedRealm, testPassword } from "./testing/test-realm.ts";

// The name is tried after each case.
const realm = createMountedRealm({ policy: { ...latchkey.policy, throttling: { guessesPerAccount: null } } });
const { send } = realm;
let token: string;
beforeAll(async () => {
  token = (await realm.signUp("victim")).access_token;
});
afterAll(() => realm.close());

const json = { "content-type": "application/json" };
const raw = (text: string | Uint8Array<ArrayBuffer>): Sent => ({ raw: text, headers: json });
const username = "newcomer";
const good = { username, password: testPassword };

/** Nothing was created: the name is still free. */
async function nothingChanged(): Promise<void> {
  const me = await send("GET", "/v1/me", { token });
  expect(me.json).toMatchObject({ username: "victim", nickname: null, roles: ["USER"] });
  await expect(realm.provider.logIn({ identifier: username, password: testPassword })).rejects.toMatchObject({
    code: "credentials_invalid",
  });
}

describe("class 11: malformed bodies are 400 in the contract's shape, and nothing changes", () => {
  const member = (text: string) => raw(`{"username":"${username}","password":"${testPassword}",${text}}`);
  const cases: readonly (readonly [string, Sent])[] = [
    ["an empty body", raw("")],
    ["no body", {}],
    ["malformed JSON", raw('{"username":')],
    ["trailing data", raw(`${JSON.stringify(good)}{}`)],
    ["a list", raw("[]")],
    ["null", raw("null")],
    ["a text", raw('"x"')],
    ["deep nesting", member(`"nickname":${"[".repeat(30_000)}`)],
    ["a repeated name", member(`"username":"other"`)],
    ["__proto__", member('"__proto__":{"roles":["ADMIN"]}')],
    ["constructor", member('"constructor":{"prototype":{}}')],
    ["bytes that are not UTF-8", raw(Uint8Array.from([...new TextEncoder().encode('{"username":"'), 0xff, 0xfe]))],
    ["UTF-8 of a surrogate", raw(Uint8Array.from([0x22, 0xed, 0xa0, 0x80, 0x22]))],
    ["a byte order mark", raw(`\ufeff${JSON.stringify(good)}`)],
    ["a huge number", member('"nickname":1e999')],
  ];
  it.each(cases)("%s", async (_name, sent) => {
    const answer = await send("POST", "/v1/signup", sent);
    expect([answer.status, answer.json.error.code]).toEqual([400, "INVALID_REQUEST"]);
    expect(Object.keys(answer.json)).toEqual(["error"]);
    await nothingChanged();
  });
});

describe("class 11: bad fields are named, all at once", () => {
  const refusedFields = async (body: object): Promise<Record<string, string[]>> => {
    const answer = await send("POST", "/v1/signup", { body });
    expect([answer.status, answer.json.error.code]).toEqual([400, "INVALID_REQUEST"]);
    await nothingChanged();
    return answer.json.error.fields;
  };

  it("every problem of every field", async () => {
    expect(
      await refusedFields({ username: "a@b", password: "short", nickname: 7, email: "none", mobile: "123", extra: 1 }),
    ).toEqual({
      username: ["This value is not in the expected form."],
      password: ["This must have at least 15 characters."],
      nickname: ["This must be a string."],
      email: ["This value is not in the expected form."],
      mobile: ["This value is not in the expected form."],
      extra: ["This field is unknown."],
    });
    expect(await refusedFields({})).toEqual({
      username: ["This field is required."],
      password: ["This field is required."],
    });
    expect(Object.keys(await refusedFields({ username: null, password: "" }))).toEqual(["username", "password"]);
  });

  it.each([
    ["NUL", { username: `new\u0000comer` }],
    ["a lone surrogate", { username: "new\ud800comer" }],
    ["NUL in a password", { password: `${testPassword}\u0000` }],
    ["a lone surrogate in a password", { password: `${testPassword}\udfff` }],
    ["NUL in a nickname", { nickname: "\u0000" }],
    ["an invisible character in a nickname", { nickname: "a\u202eb" }],
    ["a nickname that is too long", { nickname: "가".repeat(65) }],
    ["a number for a text", { username: 1 }],
    ["an object for a text", { password: { $ne: "" } }],
    ["a list for a text", { username: ["newcomer"] }],
  ])("%s", async (_name, change) => {
    expect(Object.keys(await refusedFields({ ...good, ...change }))).toEqual(Object.keys(change));
  });

  it("an unknown name is repeated only where it is harmless, and not without end", async () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, 1]));
    expect(Object.keys(await refusedFields({ ...good, ...many }))).toHaveLength(16);
    expect(await refusedFields({ ...good, ["<script>"]: 1, ["x".repeat(65)]: 1 })).toEqual({});
  });

  it("a nickname of 64 code points beyond the basic plane, and one with joined emoji, are accepted", async () => {
    for (const nickname of ["😀".repeat(64), "👨‍⚕️"]) {
      expect((await send("PATCH", "/v1/me", { token, body: { nickname } })).json.nickname).toBe(nickname);
    }
    await send("PATCH", "/v1/me", { token, body: { nickname: null } });
  });
});

describe("class 11: media types and sizes", () => {
  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=euc-kr",
    "application/json, application/json",
    "application/jsonp",
    "application/merge-patch+json",
  ])("%s is 415", async (type) => {
    const answer = await send("POST", "/v1/signup", { raw: JSON.stringify(good), headers: { "content-type": type } });
    expect([answer.status, answer.json.error.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    await nothingChanged();
  });

  it("no type, and a coding, are 415", async () => {
    expect((await send("POST", "/v1/signup", { raw: JSON.stringify(good) })).status).toBe(415);
    const gzip = { ...json, "content-encoding": "gzip" };
    expect((await send("POST", "/v1/signup", { raw: JSON.stringify(good), headers: gzip })).status).toBe(415);
  });

  it.each([
    "application/json",
    "Application/JSON",
    "application/json;charset=utf-8",
    'application/json; charset="UTF-8"',
  ])("%s is read", async (type) => {
    const answer = await send("POST", "/v1/login", {
      raw: '{"username":"victim","password":"wrong"}',
      headers: { "content-type": type },
    });
    expect(answer.status).toBe(401);
  });

  it("a body of 1 MB is 413, whether it says its length or not", async () => {
    const large = JSON.stringify({ ...good, nickname: "x".repeat(1_000_000) });
    for (const headers of [json, { ...json, "content-length": String(large.length) }]) {
      const answer = await send("POST", "/v1/signup", { raw: large, headers });
      expect([answer.status, answer.json.error.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    }
    await nothingChanged();
  });
});

describe("class 11: parameters and headers", () => {
  it.each([
    "limit=1&limit=2",
    "limit=0",
    "limit=101",
    "limit=1.5",
    "limit=1e1",
    "limit=",
    "limit=x",
    "cursor=x",
    "unknown=1",
    "limit=%ff",
    "__proto__=1",
    "limit=99999999999999999999",
  ])("?%s is 400", async (query) => {
    const answer = await send("GET", `/v1/me/sessions?${query}`, { token });
    expect([answer.status, answer.json.error.code]).toEqual([400, "INVALID_REQUEST"]);
  });

  it("a second Authorization header is 400 on every operation", async () => {
    const authorization = `Bearer ${token}, Bearer ${token}`;
    const me = await send("GET", "/v1/me", { headers: { authorization } });
    expect([me.status, me.headers.get("www-authenticate")]).toEqual([400, 'Bearer error="invalid_request"']);
    expect((await send("POST", "/v1/login", { body: good, headers: { authorization } })).status).toBe(400);
  });

  it("authentication is judged before the body", async () => {
    for (const sent of [raw("{"), { raw: "x", headers: { "content-type": "text/plain" } }, {}]) {
      expect((await send("PATCH", "/v1/me", sent)).status).toBe(401);
    }
  });

  it("a body where none is wanted is judged like any other, and a missing one is no matter", async () => {
    const { access_token } = await realm.signUp("bodyless");
    const all = (sent: Sent) => send("POST", "/v1/logout/all", { ...sent, token: access_token });
    expect((await all({ body: { all: true } })).status).toBe(400);
    expect((await all({ raw: "x" })).status).toBe(415);
    expect((await all({ body: {} })).status).toBe(204);
  });

  it("log-out without anything to end is 400", async () => {
    for (const sent of [{}, { body: {} }, { body: { refresh_token: null } }]) {
      const answer = await send("POST", "/v1/logout", sent);
      expect([answer.status, answer.json.error.fields]).toEqual([400, { refresh_token: ["This field is required."] }]);
    }
  });
});
