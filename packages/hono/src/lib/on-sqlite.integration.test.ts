// The same realm on a real store: what parallel requests and a store that is gone look like from outside.
import { StoreUnavailableError } from "@latchkey/core/errors";
import { openSqliteStorage } from "@latchkey/storage/sqlite";
import { afterAll, describe, expect, it } from "vitest";
import type { MountedRealm } from "./testing/test-realm.ts";
import { createMountedRealm } from "./testing/test-realm.ts";

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

async function onSqlite(leewaySeconds: number): Promise<MountedRealm> {
  const { storage, migrate } = await openSqliteStorage({ file: ":memory:" });
  await migrate();
  const realm = createMountedRealm({ storage, policy: { leewaySeconds } });
  closing.push(() => realm.close());
  return realm;
}

const statuses = (answers: readonly { readonly status: number }[]) =>
  answers.map(({ status }) => status).toSorted((left, right) => left - right);

describe("class 1: parallel use of one refresh token over HTTP", () => {
  const together = async ({ send }: MountedRealm, refresh_token: string) =>
    Promise.all(Array.from({ length: 20 }, () => send("POST", "/v1/token/refresh", { body: { refresh_token } })));

  it("without leeway one request wins, and the others are 401", async () => {
    const realm = await onSqlite(0);
    const { refresh_token } = await realm.signUp("single");
    const answers = await together(realm, refresh_token);
    expect(statuses(answers)).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
  });

  it("within the leeway all get the same successor", async () => {
    const realm = await onSqlite(10);
    const { refresh_token } = await realm.signUp("leeway");
    const answers = await together(realm, refresh_token);
    expect(new Set(statuses(answers))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ json }) => json.refresh_token)).size).toBe(1);
  });

  it("one of parallel sign-ups under one name succeeds, and the others are 409", async () => {
    const { send } = await onSqlite(10);
    const body = { username: "popular", password: "correct horse battery staple" };
    const answers = await Promise.all(Array.from({ length: 10 }, () => send("POST", "/v1/signup", { body })));
    expect(statuses(answers)).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });
});

describe("class 7: me, with its token verified and its account in memory", () => {
  const asks = async (username: string) => {
    const realm = await onSqlite(10);
    const { access_token: token } = await realm.signUp(username);
    const headers = { authorization: `Bearer ${token}`, "x-request-id": "request-1234" };
    const me = () => realm.app.fetch(new Request("http://localhost/v1/me", { headers }));
    const wire = async (answer: Response) => [answer.status, [...answer.headers], await answer.text()] as const;
    /** The answer, which must be there in the call itself. */
    const atOnce = async () => {
      const answer = me();
      if (answer instanceof Promise) throw new TypeError("the answer had to be waited for");
      return wire(answer);
    };
    return { realm, token, first: await wire(await me()), again: async () => wire(await me()), atOnce };
  };

  it("is answered in the call itself, byte for byte as when both were looked up", async () => {
    const { first, atOnce, realm } = await asks("prompt");
    expect(first[0]).toBe(200);
    expect(await atOnce()).toEqual(first);
    expect(realm.answers.at(-1)).toMatchObject({ operation: "readAccount", status: 200, requestId: "request-1234" });
  });

  it("shows a change in the next answer", async () => {
    const { first, again, atOnce, realm, token } = await asks("changing");
    await realm.send("PATCH", "/v1/me", { token, body: { nickname: "new" } });
    const changed = first[2].replace('"nickname":null', '"nickname":"new"');
    expect((await again())[2]).toBe(changed);
    expect((await atOnce())[2]).toBe(changed);
  });

  it("is refused in the call itself once the family is logged out", async () => {
    const { realm, token, atOnce } = await asks("ending");
    await realm.send("POST", "/v1/logout", { token });
    const [status, , text] = await atOnce();
    expect([status, text]).toEqual([401, expect.stringContaining("TOKEN_REVOKED")]);
  });

  it("is refused in the call itself once the token has expired", async () => {
    const { realm, again, atOnce } = await asks("late");
    realm.clock.advance(300_000);
    // Keys are looked at again every minute.
    await again();
    const [status, , text] = await atOnce();
    expect([status, text]).toEqual([401, expect.stringContaining("TOKEN_EXPIRED")]);
  });
});

it("class 12: a store that cannot be asked is 503 with Retry-After on every operation that needs it", async () => {
  const { storage, migrate } = await openSqliteStorage({ file: ":memory:" });
  await migrate();
  let gone = false;
  const realm = createMountedRealm({ storage: breakable(storage, () => gone) });
  closing.push(() => realm.close());
  const { send } = realm;
  const { access_token: token, refresh_token } = await realm.signUp("stranded");
  gone = true;
  const credentials = { username: "stranded", password: "correct horse battery staple" };
  const answers = [
    await send("GET", "/v1/me", { token }),
    await send("GET", "/v1/me/sessions", { token }),
    await send("POST", "/v1/logout/all", { token }),
    await send("POST", "/v1/login", { body: credentials }),
    await send("POST", "/v1/signup", { body: { ...credentials, username: "other" } }),
    await send("POST", "/v1/token/refresh", { body: { refresh_token } }),
    await send("POST", "/v1/logout", { body: { refresh_token } }),
  ];
  for (const { status, json, headers } of answers) {
    expect([status, json.error.code]).toEqual([503, "UNAVAILABLE"]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  }
  gone = false;
  expect((await send("POST", "/v1/token/refresh", { body: { refresh_token } })).status).toBe(200);
});

/** The storage, of which every part throws while it is gone. */
function breakable<Part extends object>(part: Part, gone: () => boolean): Part {
  return new Proxy(part, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === "object" && value !== null) return breakable(value, gone);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        if (gone()) throw new StoreUnavailableError("gone");
        return Reflect.apply(value, target, given);
      };
    },
  });
}
