import { afterAll, describe, expect, it } from "vitest";
import { createMountedRealm, testPassword } from "./testing/test-realm.ts";

const realm = createMountedRealm();
afterAll(() => realm.close());
const { send } = realm;

describe("GET /v1/admin/events", () => {
  it("lists what happened, newest first, by type, account and time, page by page", async () => {
    const token = await realm.administrator();
    const { account } = await realm.signUp("gildong");
    realm.clock.advance(60_000);
    const failed = await send("POST", "/v1/login", { body: { username: "gildong", password: `${testPassword}!` } });
    const list = async (query: string) => (await send("GET", `/v1/admin/events?${query}`, { token })).json;
    const { items } = await list("type=account.log_in_failed");
    expect(items).toEqual([
      {
        seq: expect.any(Number),
        type: "account.log_in_failed",
        at: new Date(realm.clock.now()).toISOString(),
        realm: "main",
        actor: "anonymous",
        actor_account_id: null,
        account_id: account.id,
        session_id: null,
        address: "203.0.113.7",
        user_agent: null,
        request_id: failed.headers.get("x-request-id"),
        detail: { authenticator: "password", identifier_kind: "username", reason: "credentials_invalid" },
      },
    ]);
    const types = async (query: string) => (await list(query)).items.map((event: { type: string }) => event.type);
    const own = `account_id=${account.id}`;
    expect(await types(own)).toEqual(["account.log_in_failed", "account.signed_up"]);
    expect(await types(`${own}&from=${items[0].at}`)).toEqual(["account.log_in_failed"]);
    expect(await types(`${own}&until=${items[0].at}`)).toEqual(["account.signed_up"]);
    const page = await list(`${own}&limit=1`);
    expect(page.items).toHaveLength(1);
    expect(await types(`${own}&limit=1&cursor=${page.next_cursor}`)).toEqual(["account.signed_up"]);
  });

  it.each([
    "type=account.renamed",
    "from=yesterday",
    "from=2026-13-01T00:00:00Z",
    "until=1",
    "limit=0",
    "cursor=!",
    "x=1",
  ])("class 11: %s is 400 and names the field", async (query) => {
    const answer = await send("GET", `/v1/admin/events?${query}`, { token: await realm.administrator() });
    expect([answer.status, Object.keys(answer.json.error.fields)]).toEqual([400, [query.split("=")[0]]]);
  });
});
