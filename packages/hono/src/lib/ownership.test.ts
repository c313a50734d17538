// Ownership on the latchkey contract beside what `ownership-matrix.test.ts` makes of every table: challenges, audit, ids that are none, spellings of names.
import { latchkey } from "@latchkey/contracts/latchkey";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createMountedRealm, testPassword } from "./testing/test-realm.ts";

const realm = createMountedRealm();
const { send } = realm;
let alice: Awaited<ReturnType<typeof realm.signUp>>;
let mallory: Awaited<ReturnType<typeof realm.signUp>>;
beforeAll(async () => {
  alice = await realm.signUp("alice");
  mallory = await realm.signUp("mallory");
});
afterAll(() => realm.close());

const withRole = latchkey.operations.filter(({ role }) => role !== undefined);

it("class 6: refused authorization is an audit event, with who and what (ASVS 16.3.2)", async () => {
  const own = createMountedRealm();
  const eve = await own.signUp("eve");
  await own.send("GET", "/v1/admin/accounts", { token: eve.access_token });
  await own.send("GET", "/v1/me", { token: `${eve.access_token.slice(0, -4)}AAAA` });
  const basic = `Basic ${btoa("tests:wrong-wrong-wrong")}`;
  const form = { "content-type": "application/x-www-form-urlencoded", authorization: basic };
  await own.send("POST", "/v1/token/introspect", { raw: "token=x", headers: form });
  await own.send("GET", "/v1/me");
  await own.provider.close();
  const { items } = await own.provider.listEvents({ type: "authorization.refused" });
  const address = "203.0.113.7";
  expect(items.toReversed()).toMatchObject([
    {
      actor: "account",
      accountId: eve.account.id,
      address,
      detail: { operation: "listAccounts", reason: "forbidden" },
    },
    { actor: "anonymous", address, detail: { operation: "readAccount", reason: "access_token_signature_invalid" } },
    { actor: "anonymous", address, detail: { operation: "introspect", reason: "client_unauthenticated" } },
  ]);
  expect(items).toHaveLength(3);
  await own.close();
});

describe("class 6: who may do what to whom", () => {
  it.each(withRole.map(({ method, paths }) => [method, paths[0]] as const))(
    "%s %s: a lower role is 403, for its own account too, before the body is looked at",
    async (method, path) => {
      for (const id of [alice.account.id, mallory.account.id, "unknown"]) {
        const answer = await send(method, `/v1${path.replace("{id}", id)}`, {
          token: mallory.access_token,
          ...(method !== "GET" && { raw: "{" }),
        });
        expect([answer.status, answer.json.error.code]).toEqual([403, "FORBIDDEN"]);
        expect(answer.headers.get("www-authenticate")).toBe('Bearer error="insufficient_scope"');
      }
    },
  );

  it("another account's session is 404 like an unknown or malformed one, and stays", async () => {
    const { id } = (await send("GET", "/v1/me/sessions", { token: alice.access_token })).json.items[0];
    for (const session of [id, "2".repeat(16), "x", "%00", "..%2f..", `${id}'--`]) {
      const answer = await send("DELETE", `/v1/me/sessions/${session}`, { token: mallory.access_token });
      expect([session, answer.status, answer.json.error.code]).toEqual([session, 404, "NOT_FOUND"]);
    }
    expect((await send("GET", "/v1/me", { token: alice.access_token })).status).toBe(200);
  });

  it("an unknown or malformed account is 404 for an administrator", async () => {
    const token = await realm.administrator();
    for (const id of ["2".repeat(22), "x", "1", "alice", "%00", "%ff"]) {
      expect((await send("GET", `/v1/admin/accounts/${id}`, { token })).status).toBe(404);
      expect((await send("PATCH", `/v1/admin/accounts/${id}`, { token, body: { status: "active" } })).status).toBe(404);
      expect((await send("DELETE", `/v1/admin/accounts/${id}/sessions`, { token })).status).toBe(404);
    }
  });
});

describe("class 8: identity tricks", () => {
  it.each(["ALICE", "ａｌｉｃｅ", " alice ", "Alice"])("%s is alice, and taken", async (username) => {
    const answer = await send("POST", "/v1/signup", { body: { username, password: testPassword } });
    expect([answer.status, answer.json.error.code]).toEqual([409, "USER_ALREADY_EXISTS"]);
    expect(answer.json.error.fields).toEqual({ username: ["This is already in use."] });
  });

  it.each(["a@b", "+821012345678", "010-1234-5678", "ａ＠ｂ", "\u200b", "", "  "])(
    "user name %j is refused",
    async (username) => {
      const answer = await send("POST", "/v1/signup", { body: { username, password: testPassword } });
      expect([answer.status, Object.keys(answer.json.error.fields)]).toEqual([400, ["username"]]);
    },
  );

  it("an e-mail or mobile of another account is 409 at sign-up and at change", async () => {
    await send("PATCH", "/v1/me", {
      token: alice.access_token,
      body: { email: "Alice@Example.com", mobile: "+821098765432" },
    });
    for (const body of [{ email: "alice@example.COM" }, { mobile: "+82 10 9876 5432" }]) {
      expect((await send("PATCH", "/v1/me", { token: mallory.access_token, body })).status).toBe(409);
      const signUp = { username: "another", password: testPassword, ...body };
      expect((await send("POST", "/v1/signup", { body: signUp })).status).toBe(409);
    }
    const lists = await send("PATCH", "/v1/me", {
      token: mallory.access_token,
      body: { email: "a@example.com,b@example.com" },
    });
    expect(lists.status).toBe(400);
  });
});
