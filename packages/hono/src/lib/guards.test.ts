import { latchkey } from "@latchkey/contracts/latchkey";
import { IdentityError } from "@latchkey/core/errors";
import { Hono } from "hono";
import { afterAll, expect, it } from "vitest";
import { createGuard, requireAccessToken, requireRole } from "./guards.ts";
import { createMountedRealm } from "./testing/test-realm.ts";

const realm = createMountedRealm();
afterAll(() => realm.close());
const options = { provider: realm.provider, contract: latchkey };
const guard = createGuard(options);

const app = new Hono();
app.use("/notes/*", requireAccessToken(options));
app.get("/notes/mine", requireAccessToken(options), (c) => c.json(c.get("authentication").principal.subject));
app.get("/notes/all", requireAccessToken(options), requireRole("ADMIN"), (c) => c.text("all"));
app.get("/alone", requireRole("ADMIN"), (c) => c.text("alone"));
app.onError((error, c) => c.text(error.message, 500));
app.get(
  "/wrapped",
  guard.authenticated((c, { principal }) => c.json(principal.subject)),
);
app.get(
  "/wrapped/admin",
  guard.role("ADMIN", (c) => c.text("admin")),
);
app.get(
  "/wrapped/unknown",
  guard.authenticated(() => {
    throw new IdentityError("account_unknown");
  }),
);
app.get(
  "/wrapped/bug",
  guard.authenticated(() => {
    throw new Error("bug");
  }),
);

const get = (path: string, token?: string) =>
  app.request(path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });

const codeOf = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error.code;

it("lets a good token through and tells whose it is", async () => {
  const { access_token, account } = await realm.signUp("bearer");
  for (const path of ["/notes/mine", "/wrapped"])
    expect(await (await get(path, access_token)).json()).toEqual({ id: account.id });
});

it("class 6: refuses anonymous, garbage, and lower roles in the contract's words", async () => {
  const { access_token } = await realm.signUp("lower");
  for (const path of ["/notes/mine", "/notes/all", "/wrapped", "/wrapped/admin"]) {
    for (const [token, code] of [
      [undefined, "TOKEN_NOT_FOUND"],
      ["garbage", "INVALID_TOKEN"],
    ] as const) {
      const answer = await get(path, token);
      expect([answer.status, await codeOf(answer)]).toEqual([401, code]);
    }
  }
  for (const path of ["/notes/all", "/wrapped/admin"]) {
    const answer = await get(path, access_token);
    expect([answer.status, await codeOf(answer)]).toEqual([403, "FORBIDDEN"]);
  }
});

it("lets the role through", async () => {
  const token = await realm.administrator();
  expect(await (await get("/notes/all", token)).text()).toBe("all");
  expect(await (await get("/wrapped/admin", token)).text()).toBe("admin");
});

it("class 7: refuses a token whose session has ended", async () => {
  const { access_token, refresh_token } = await realm.signUp("ended");
  await realm.provider.logOut(refresh_token);
  const answer = await get("/wrapped", access_token);
  expect([answer.status, await codeOf(answer)]).toEqual([401, "TOKEN_REVOKED"]);
});

it("words core's errors that a wrapped handler throws, and leaves others to the application", async () => {
  const { access_token } = await realm.signUp("thrower");
  expect((await get("/wrapped/unknown", access_token)).status).toBe(404);
  expect(await (await get("/wrapped/bug", access_token)).text()).toBe("bug");
});

it("requireRole alone is a programmer's mistake", async () => {
  expect(await (await get("/alone")).text()).toBe("requireRole stands behind requireAccessToken");
});
