import type { IdentityProvider } from "@latchkey/core";
import { IdentityError, StoreUnavailableError } from "@latchkey/core/errors";
import { afterAll, describe, expect, it, vi } from "vitest";
import { createMountedRealm } from "./testing/test-realm.ts";

const realm = createMountedRealm();
afterAll(() => realm.close());

/** The realm's answer to me, where reading the account throws. */
async function meThatThrows(error: unknown) {
  const { access_token } = await realm.signUp(`user-${crypto.randomUUID()}`);
  const spy = vi.spyOn(realm.provider as { readAccount: IdentityProvider["readAccount"] }, "readAccount");
  spy.mockRejectedValueOnce(error);
  const answer = await realm.send("GET", "/v1/me", { token: access_token, headers: { "accept-language": "ko" } });
  spy.mockRestore();
  return answer;
}

describe("class 12: faults have the right status", () => {
  it.each([new IdentityError("store_unavailable", { retryAfterSeconds: 2.2 }), new StoreUnavailableError("gone")])(
    "a store that fails is 503 with Retry-After, never a 4xx (%s)",
    async (error) => {
      const answer = await meThatThrows(error);
      expect([answer.status, answer.json.error.code]).toEqual([503, "UNAVAILABLE"]);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    },
  );

  it("busy says when to come back", async () => {
    const answer = await meThatThrows(new IdentityError("busy", { retryAfterSeconds: 3 }));
    expect([answer.status, answer.json.error.code, answer.headers.get("retry-after")]).toEqual([503, "BUSY", "3"]);
  });

  it.each([new TypeError("secret detail at /home/app"), "a thrown text", undefined, null])(
    "anything else is a bug: 500 without detail, logged with the request id (%s)",
    async (error) => {
      const answer = await meThatThrows(error);
      expect(answer.status).toBe(500);
      expect(answer.json).toEqual({
        error: {
          code: "INTERNAL",
          message: "서버에서 오류가 발생했습니다.",
          request_id: answer.headers.get("x-request-id"),
        },
      });
      expect(answer.text).not.toContain("secret");
      expect(realm.log.at(-1)).toMatchObject({
        level: "error",
        requestId: answer.json.error.request_id,
        operation: "readAccount",
        error,
      });
    },
  );

  it("faults go to console.error where nobody takes them", async () => {
    const quiet = createMountedRealm({ mount: { log: undefined as never } });
    const print = vi.spyOn(console, "error").mockImplementation(() => undefined);
    vi.spyOn(quiet.provider as { jwks: IdentityProvider["jwks"] }, "jwks").mockRejectedValue(new Error("broken"));
    expect((await quiet.send("GET", "/v1/.well-known/jwks.json")).status).toBe(500);
    expect((await quiet.send("GET", "/v1/me")).status).toBe(401);
    expect(print).toHaveBeenCalledTimes(1);
    print.mockRestore();
    await quiet.provider.close();
  });

  it("logs hold no token and no password", async () => {
    const { access_token } = await realm.signUp("logged");
    await realm.send("GET", "/v1/me", { token: `${access_token}x` });
    await realm.send("POST", "/v1/login", { body: { username: "logged", password: "wrong-secret-password" } });
    expect(JSON.stringify(realm.log)).not.toMatch(/eyJ|wrong-secret-password/);
  });
});
