// The axes that the contracts of replaced systems need: a contract in the manner of Django REST framework, made of table and profile alone.
import type { FieldTexts, WireContract, WireError, WireProfile } from "@latchkey/contracts";
import { defineContract } from "@latchkey/contracts";
import { latchkey } from "@latchkey/contracts/latchkey";
import { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mountRealm } from "./mount-realm.ts";
import { createMountedRealm, testPassword } from "./testing/test-realm.ts";

const detail = (
  status: number,
  text: (p: { method: string; mediaType: string; detail: string }) => string,
): WireError => ({
  status,
  name: String(status),
  body: (problem) => ({ detail: text(problem) }),
});
const texts: FieldTexts = {
  ...latchkey.profile.texts.ko!,
  required: () => "이 필드는 필수 항목입니다.",
  blank: () => "이 필드는 blank일 수 없습니다.",
};
const profile: WireProfile = {
  ...latchkey.profile,
  id: "drf-like",
  bodies: ["json", "form"],
  emptyBody: "empty_object",
  unknownFields: "ignored",
  trimTexts: true,
  domainChecks: "after_fields",
  checks: {
    ...latchkey.profile.checks,
    text: (entered, type, checks) =>
      latchkey.profile.checks.text(typeof entered === "number" ? String(entered) : entered, type, checks),
  },
  texts: { ko: texts },
  problems: {
    ...latchkey.profile.problems,
    body_malformed: detail(400, (p) => `JSON parse error - ${p.detail}`),
    body_not_object: {
      status: 400,
      name: "400",
      body: (p) => ({ non_field_errors: [`Expected a dictionary, but got ${p.detail}.`] }),
    },
    media_type_unsupported: detail(415, (p) => `요청된 "${p.mediaType}"가 지원되지 않는 미디어 형태입니다.`),
    method_not_allowed: detail(405, (p) => `메소드(Method) "${p.method}"는 허용되지 않습니다.`),
    not_acceptable: detail(406, () => "Accept header 요청을 만족할 수 없습니다."),
  },
  json: { style: "spaced", finalNewline: true, mediaType: "application/json" },
  headers: { vary: "Accept", "x-frame-options": "DENY" },
  allowOnEveryAnswer: true,
  bearer: { caseSensitive: true, refusedWhereOpen: true },
  judgesAccept: true,
  trailingSlash: "either",
  optionsBody: ({ title }) => ({ name: title, renders: ["application/json"] }),
};
const fieldErrors: WireError = { status: 400, name: "400", body: ({ fields }) => ({ ...fields }) };
const text = { type: "text" } as const;
const contract: WireContract = defineContract({
  ...latchkey,
  id: "drf-like",
  locales: ["ko"],
  profile,
  errors: {
    ...latchkey.errors,
    request_malformed: fieldErrors,
    password_unacceptable: fieldErrors,
    identifier_taken: { status: 400, name: "400", body: ({ taken }) => ({ taken: [...taken] }) },
  },
  document: { ...latchkey.document, schemas: { Any: {}, Error: {} }, errorSchema: "Error" },
  operations: [
    {
      does: "signUp",
      method: "POST",
      paths: ["/api/signup/", "/signup"],
      fields: {
        name: { to: "identifiers.username", type: text, example: "JIN HO" },
        secret: { to: "password", type: text, example: "x" },
        nick: {
          to: "attributes.nickname",
          type: { type: "text", maximum: 3 },
          example: "x",
          texts: { ko: { too_long: () => "길어요" } },
        },
      },
      reply: {
        status: 201,
        body: ({ account }, { added, publicUrl }) => ({
          name: account.identifiers["username"] ?? null,
          list: [1, { a: null }],
          ...added,
          url: publicUrl,
        }),
        schema: "Any",
      },
      document: { operationId: "signup", summary: "회원가입" },
    },
    {
      does: "refresh",
      method: "POST",
      paths: ["/api/token/refresh/"],
      fields: { refresh: { to: "refreshToken", in: "header", type: text, example: "x" } },
      reply: { status: 200, body: ({ tokens }) => ({ access: tokens.accessToken }), schema: "Any" },
      errors: { refresh_token_malformed: detail(401, () => "Token is invalid") },
      document: { operationId: "refresh", summary: "x" },
    },
    {
      does: "verifyToken",
      method: "POST",
      paths: ["/api/verify/"],
      fields: { token: { to: "accessToken", type: text, optional: true, null: "absent", blank: true, example: "x" } },
      reply: { status: 200, body: ({ claims }) => ({ sub: claims["sub"] ?? null }), schema: "Any" },
      document: { operationId: "verify", summary: "x" },
    },
  ],
});

const realm = createMountedRealm();
const app = new Hono();
mountRealm(app, {
  provider: realm.provider,
  contract,
  publicUrl: "https://api.example",
  present: { signUp: async ({ account }) => ({ total: account.number * 10 }) },
});
let good: { access_token: string; refresh_token: string };
beforeAll(async () => {
  good = await realm.signUp("known");
});
afterAll(() => realm.close());

const post = (
  path: string,
  body: string | undefined,
  headers: Record<string, string> = { "content-type": "application/json" },
) => app.request(path, { method: "POST", headers, ...(body !== undefined && { body }) });

describe("a contract in the manner of Django REST framework", () => {
  it("trims, converts, ignores what it does not know, adds what the application presents, and spaces its JSON", async () => {
    const answer = await post(
      "/api/signup/",
      `{"name":" JIN HO ","secret":" ${testPassword} ","nick":12,"role":"ADMIN"}`,
    );
    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe(
      '{"name": "JIN HO", "list": [1, {"a": null}], "total": 20, "url": "https://api.example"}\n',
    );
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      allow: "POST, OPTIONS",
      vary: "Accept",
      "content-type": "application/json",
    });
    await expect(realm.provider.logIn({ identifier: "JIN HO", password: testPassword })).resolves.toBeTruthy();
  });

  it("answers with and without the slash, and at its aliases", async () => {
    for (const path of ["/api/signup/", "/api/signup", "/signup", "/signup/"]) {
      expect(await (await post(path, "{}")).json()).toMatchObject({ name: ["이 필드는 필수 항목입니다."] });
    }
    expect((await app.request("/elsewhere")).status).toBe(404);
  });

  it("reads forms and empty bodies", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect(await (await post("/signup", `name=a&secret=${testPassword}&nick=long`, form)).json()).toEqual({
      nick: ["길어요"],
    });
    expect(Object.keys((await (await post("/signup", undefined)).json()) as object)).toEqual([
      "name",
      "secret",
      "nick",
    ]);
  });

  it("judges the realm's rules only when the fields are in order", async () => {
    expect(await (await post("/signup", '{"name":"a@b","secret":"short"}')).json()).toEqual({
      nick: ["이 필드는 필수 항목입니다."],
    });
    const late = await post("/signup", '{"name":"fresh","secret":"short","nick":"n"}');
    expect(Object.keys((await late.json()) as object)).toEqual(["secret"]);
    const taken = await post("/signup", `{"name":"known","secret":"${testPassword}","nick":"n"}`);
    expect(await taken.json()).toEqual({ taken: ["name"] });
  });

  it("words protocol refusals with what was sent", async () => {
    const detailOf = async (answer: Response) => [answer.status, ((await answer.json()) as { detail: string }).detail];
    expect(await detailOf(await post("/signup", '{"username":}'))).toEqual([
      400,
      "JSON parse error - Expecting value: line 1 column 13 (char 12)",
    ]);
    expect(await detailOf(await post("/signup", "x", { "content-type": "text/plain" }))).toEqual([
      415,
      '요청된 "text/plain"가 지원되지 않는 미디어 형태입니다.',
    ]);
    expect(await detailOf(await app.request("/signup"))).toEqual([405, '메소드(Method) "GET"는 허용되지 않습니다.']);
    const xml = await post("/signup", "{}", { "content-type": "application/json", accept: "application/xml" });
    expect(await detailOf(xml)).toEqual([406, "Accept header 요청을 만족할 수 없습니다."]);
    for (const [body, type] of [
      ["[]", "list"],
      ["1", "int"],
      ["1.5", "float"],
      ['"x"', "str"],
      ["true", "bool"],
      ["null", "NoneType"],
    ]) {
      expect(await (await post("/signup", body)).json()).toEqual({
        non_field_errors: [`Expected a dictionary, but got ${type}.`],
      });
    }
  });

  it("answers OPTIONS with its metadata", async () => {
    const answer = await app.request("/api/signup/", { method: "OPTIONS" });
    expect([answer.status, await answer.json()]).toEqual([200, { name: "회원가입", renders: ["application/json"] }]);
  });

  it("refuses a bad Bearer header even where none is asked for, and knows only its own spelling", async () => {
    const json = { "content-type": "application/json" };
    expect((await post("/signup", "{}", { ...json, authorization: "Bearer garbage" })).status).toBe(401);
    expect((await post("/signup", "{}", { ...json, authorization: `Bearer ${good.access_token}` })).status).toBe(400);
    expect((await post("/signup", "{}", { ...json, authorization: "bearer garbage" })).status).toBe(400);
  });

  it("takes fields from headers, and tokens from fields", async () => {
    const refreshed = await post("/api/token/refresh/", undefined, { refresh: good.refresh_token });
    expect(refreshed.status).toBe(200);
    const refused = await post("/api/token/refresh/", undefined, { refresh: "garbage" });
    expect([refused.status, await refused.json()]).toEqual([401, { detail: "Token is invalid" }]);
    expect((await post("/api/verify/", JSON.stringify({ token: good.access_token }))).status).toBe(200);
    for (const token of ["", null, "garbage"])
      expect((await post("/api/verify/", JSON.stringify({ token }))).status).toBe(401);
  });
});
