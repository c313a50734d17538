// The accounts of the mobile application on the server: what its clients do beside the documented cases, and what others must not do to them.
import { randomInt, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfiguration } from "../config/load-configuration.ts";
import { createLog } from "../log.ts";
import { composeServer } from "../start-server.ts";
import { runCli } from "./support/run-cli.ts";
import { createSandbox } from "./support/sandbox.ts";
import { serveInProcess } from "./support/wire-server.ts";
import type { WireServer } from "./support/wire-server.ts";

let server: WireServer;
beforeAll(async () => {
  server = await serveInProcess(["mobile"]);
});
afterAll(() => server.close());

const json = { "content-type": "application/json" };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const sent = { method, path, headers: { ...(body !== undefined && json), ...headers } };
  const { status, text } = await server.send({ ...sent, ...(body !== undefined && { body: JSON.stringify(body) }) });
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies freely
  const read: any = text === "" ? undefined : JSON.parse(text);
  return { status, body: read };
}

async function register(given: Record<string, unknown> = {}) {
  const mobile = `010${randomInt(10_000_000, 99_999_999)}`;
  const username = `도도${randomUUID()}`;
  const member = { birth: "1984-10-23", gender: "male", mobile, name: "손흥민", username, ...given };
  const { status, body } = await call("POST", "/api/registration/", member);
  return { status, body, username, mobile, international: `+82${mobile.slice(1)}` };
}

async function accept(uuid: string) {
  await server.target.hooks["setUserStatus"]!({ uuid, status: "accepted" });
}

describe("a member", () => {
  it("is read, changed and switched off by itself, below /api and without", async () => {
    const { body, username, international } = await register();
    const { access, user } = body;
    const { status, body: me } = await call("GET", "/users/me/", undefined, bearer(access));
    expect([status, Object.keys(me)]).toEqual([
      200,
      ["uuid", "username", "profile", "gender", "birth", "profession", "interests", "status", "age"],
    ]);
    const patch = {
      profile: "images/users/profiles/profile_rVvDZa9Mk28f58ch2AXuNt.jpeg",
      interests: ["fQW6UJWc5eNzvTNxSHK222"],
    };
    const changed = await call("PATCH", `/api/users/${user.uuid}/`, patch, bearer(access));
    expect(changed.body).toMatchObject({ username, profile: `/media/${patch.profile}`, interests: [{ name: "골프" }] });
    await accept(user.uuid);
    expect((await call("DELETE", `/api/users/${user.uuid}/`, undefined, bearer(access))).status).toBe(204);
    expect((await call("GET", "/api/users/me/", undefined, bearer(access))).status).toBe(401);
    expect(await call("POST", "/api/auth/mobile/", { mobile: international })).toEqual({
      status: 400,
      body: { non_field_errors: ["User account is disabled."] },
    });
  });

  it("class 6: is nobody else's to change, and sets nothing that is the server's", async () => {
    const [ann, bob] = [
      await register(),
      await register({ status: "accepted", roles: ["ADMIN"], attributes: { x: 1 } }),
    ];
    expect(bob.body.user.status).toBe("pending");
    for (const [method, body] of [
      ["PATCH", { name: "x" }],
      ["DELETE", undefined],
    ] as const) {
      const path = `/api/users/${ann.body.user.uuid}/`;
      expect((await call(method, path, body, bearer(bob.body.access))).status).toBe(403);
      expect((await call(method, path, body)).status).toBe(401);
    }
    await call(
      "PATCH",
      `/api/users/${bob.body.user.uuid}/`,
      { status: "accepted", uuid: "x" },
      bearer(bob.body.access),
    );
    const { body } = await call("GET", "/api/users/me/", undefined, bearer(bob.body.access));
    expect(body).toMatchObject({ status: "pending", uuid: bob.body.user.uuid });
  });

  it("asks whether a name is free", async () => {
    const { username } = await register();
    const ask = (name: string) => call("GET", `/api/users/check_duplicate/?username=${encodeURIComponent(name)}`);
    expect(await ask(username)).toEqual({ status: 409, body: { message: "Duplicate record exists." } });
    expect((await ask(`${username}x`)).status).toBe(204);
  });

  it("is told of every value that somebody has, and of entries that there are not", async () => {
    const keys = { unique_in_site: `s${randomUUID()}`, unique_key: `k${randomUUID()}` };
    const { mobile, international, username } = await register(keys);
    const again = await register({ ...keys, username, mobile: international });
    expect([again.status, again.body]).toEqual([
      400,
      {
        mobile: ["이 필드는 반드시 고유(unique)해야 합니다."],
        unique_in_site: ["유저의 unique in site은/는 이미 존재합니다."],
        unique_key: ["유저의 unique key은/는 이미 존재합니다."],
        username: ["해당 사용자 이름은 이미 존재합니다."],
      },
    ]);
    const wrong = await register({
      mobile: "123",
      gender: "x",
      interests: ["unknown"],
      profile: "../../etc/passwd",
      verification_files: [{ display_order: 0 }],
    });
    expect(wrong.body).toEqual({
      gender: ['"x"이 유효하지 않은 선택(choice)입니다.'],
      interests: ["uuid=unknown 객체가 존재하지 않습니다."],
      profile: ["올바른 값을 입력하세요."],
      verification_files: ["이 필드는 필수 항목입니다."],
    });
    const number = await register({ mobile: `${mobile}000000` });
    expect(number.body).toEqual({
      mobile: ["Mobile number must be entered in the format: '+999999999'. Up to 15 digits allowed."],
    });
  });
});

describe("tokens", () => {
  it("are refreshed while a member waits, and a log-out ends the refresh token and leaves the access token", async () => {
    const { body } = await register();
    const refreshed = await call("POST", "/api/token/refresh/", { refresh: body.refresh });
    expect([refreshed.status, Object.keys(refreshed.body)]).toEqual([200, ["access", "refresh"]]);
    const { access, refresh } = refreshed.body;
    expect(await call("POST", "/api/logout/", {}, { refresh })).toEqual({
      status: 200,
      body: { detail: "Successfully logged out." },
    });
    expect((await call("GET", "/api/users/me/", undefined, bearer(access))).status).toBe(200);
    expect((await call("POST", "/api/token/refresh/", { refresh })).body).toEqual({
      detail: "Token is blacklisted",
      code: "token_not_valid",
    });
    expect((await call("POST", "/api/logout/", { refresh: body.refresh })).body).toEqual({
      detail: "Token is blacklisted",
    });
    expect((await call("POST", "/api/logout/", { refresh: access })).body).toEqual({ detail: "Token has wrong type" });
    expect((await call("POST", "/api/logout/", { refresh: null })).body).toEqual({
      detail: "Refresh token was not included in request data.",
    });
  });

  it("class 7: die with the member's acceptance withdrawn", async () => {
    const { body } = await register();
    await server.target.hooks["setUserStatus"]!({ uuid: body.user.uuid, status: "declined" });
    expect((await call("GET", "/api/users/me/", undefined, bearer(body.access))).status).toBe(401);
    expect((await call("POST", "/api/token/refresh/", { refresh: body.refresh })).status).toBe(401);
  });
});

describe("log-in by SMS", () => {
  it("class 13: answers a code of somebody else, of nobody and without a number", async () => {
    const [ann, bob] = [await register(), await register()];
    await accept(ann.body.user.uuid);
    await accept(bob.body.user.uuid);
    expect((await call("POST", "/api/auth/mobile/", { mobile: ann.mobile })).status).toBe(200);
    const sms = { to: ann.international, saveCodeAs: "code" };
    const { code } = (await server.target.hooks["readSms"]!(sms)) as { readonly code: string };
    const invalid = { status: 400, body: { token: ["The token you entered isn't valid."] } };
    expect(await call("POST", "/api/token/", { mobile: bob.international, token: code })).toEqual(invalid);
    expect(await call("POST", "/api/token/", { mobile: "+821000000000", token: code })).toEqual(invalid);
    expect((await call("POST", "/api/token/", { token: code })).body).toEqual({
      non_field_errors: ["Invalid alias parameters provided."],
    });
    const tooLong = (await call("POST", "/api/auth/mobile/", { mobile: `+82${"1".repeat(20)}` })).body;
    expect(tooLong.mobile).toHaveLength(2);
    expect((await call("POST", "/api/token/", { mobile: ann.mobile, token: code })).body.user.status).toBe("accepted");
  });
});

describe("files", () => {
  it("are signed for, sent, shown and taken back by their owner alone", async () => {
    const [ann, bob] = [await register(), await register()];
    const wanted = { mime: "image/jpeg", path: "images/users/profiles/profile_", number: 2 };
    expect((await call("POST", "/api/sign_s3/", wanted)).status).toBe(401);
    const signed = await call("POST", "/api/sign_s3/", wanted, bearer(ann.body.access));
    expect([signed.status, signed.body.length]).toEqual([201, 2]);
    const [{ url, fields }] = signed.body;
    expect(url).toBe("http://localhost:8000/media/");
    expect(Object.keys(fields).slice(0, 4)).toEqual(["acl", "Content-Type", "x-amz-meta-userid", "key"]);
    const wrong = await call(
      "POST",
      "/sign_s3/",
      { ...wanted, mime: "text/html", path: "../" },
      bearer(ann.body.access),
    );
    expect([wrong.status, Object.keys(wrong.body)]).toEqual([400, ["mime", "path"]]);
    const { key } = fields;
    expect((await call("DELETE", "/api/sign_s3/", { key }, bearer(bob.body.access))).status).toBe(404);
    expect((await call("DELETE", "/api/sign_s3/", { key }, bearer(ann.body.access))).status).toBe(204);
  });
});

describe("an operator", () => {
  it("decides on a member by id or mobile number, national or not", async () => {
    const sandbox = createSandbox({ settings: { realms: { mobile: { contract: "mobile", mount: "/" } } } });
    const configuration = loadConfiguration(sandbox.environment, sandbox.folder);
    const other = await composeServer(configuration, createLog({ level: "silent", format: "json" }));
    const member = { birth: "1984-10-23", gender: "male", mobile: "01090991005", name: "손흥민", username: "도도" };
    const made = await other.app.request(
      "/api/registration/",
      { method: "POST", headers: json, body: JSON.stringify(member) },
      {},
    );
    const { user } = (await made.json()) as { readonly user: { readonly uuid: string } };
    await other.close();
    for (const [reference, status] of [
      ["01090991005", "active"],
      ["+821090991005", "declined"],
      [user.uuid, "active"],
    ] as const) {
      const words = ["accounts", "set-status", "--realm", "mobile", reference, status, "--json"];
      expect((await runCli(sandbox, words)).json()).toMatchObject({ id: user.uuid, status });
    }
    const doctor = (await runCli(sandbox, ["doctor"])).stdout;
    expect(doctor).toMatch(/SMS reaches people +that of realm mobile is written to/);
    expect(doctor).toMatch(/messages go out +none given up or overdue/);
    sandbox.remove();
  });
});
