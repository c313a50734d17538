import { intern } from "@latchkey/contracts/intern";
import { latchkey } from "@latchkey/contracts/latchkey";
import { rabbit } from "@latchkey/contracts/rabbit";
import { createIdentityProvider } from "@latchkey/core";
import { createMemoryStorage } from "@latchkey/core/memory";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { allowOrigins } from "./allow-origins.ts";
import { mountRealm } from "./mount-realm.ts";

const page = "https://app.example.com";

function mounted(contract: typeof latchkey, origins?: readonly string[]) {
  const app = new Hono();
  const masterKey = Uint8Array.from({ length: 32 }, (_, index) => index);
  const issuer = "https://id.example";
  const { claims, policy } = contract;
  const provider = createIdentityProvider({ issuer, storage: createMemoryStorage(), masterKey, claims, policy });
  mountRealm(app, { provider, contract, log: () => {}, ...(origins && { origins }) });
  const logIn = contract.operations.find(({ does }) => does === "logIn")!.paths[0];
  const corsOf = ({ status, headers }: Response) => ({
    status,
    ...Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-") || name === "vary")),
  });
  const ask = async (method: string, headers: Record<string, string>) =>
    corsOf(await app.request(logIn, { method, headers }));
  const preflight = (origin: string, headers = {}) =>
    ask("OPTIONS", { origin, "access-control-request-method": "POST", ...headers });
  return { ask, preflight };
}

describe("class 18: CORS by exact origin", () => {
  it("a preflight of a named origin is answered, with credentials and the headers that it asks for", async () => {
    const { preflight } = mounted(intern, [page]);
    expect(await preflight(page, { "access-control-request-headers": "authorization,content-type" })).toEqual({
      status: 204,
      "access-control-allow-origin": page,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": "authorization,content-type",
      "access-control-max-age": "600",
      vary: "Origin, Access-Control-Request-Headers",
    });
  });

  it("an answer, refusals too, names the origin and what its page may read", async () => {
    const { ask } = mounted(intern, [page]);
    expect(await ask("POST", { origin: page })).toEqual({
      status: 400,
      "access-control-allow-origin": page,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": "retry-after, www-authenticate, x-request-id",
      vary: "Accept, Origin",
    });
  });

  it.each([
    "https://evil.example",
    `${page}.evil.example`,
    "https://sub.app.example.com",
    "http://app.example.com",
    `${page}:8443`,
    "HTTPS://APP.EXAMPLE.COM",
    "null",
    "",
  ])(
    "%j gets nothing that its browser would take for a permission, and caches keep the answers apart",
    async (origin) => {
      const { ask, preflight } = mounted(intern, [page]);
      for (const answer of [await preflight(origin), await ask("POST", { origin })]) {
        expect(Object.keys(answer).toSorted()).toEqual(["status", "vary"]);
        expect(answer["vary" as never]).toContain("Origin");
      }
    },
  );

  it("any origin never comes with credentials", async () => {
    const { ask, preflight } = mounted(intern, ["*"]);
    for (const answer of [await preflight(page), await ask("POST", { origin: page })]) {
      expect(answer).toMatchObject({ "access-control-allow-origin": "*" });
      expect(answer).not.toHaveProperty("access-control-allow-credentials");
    }
  });

  it("without a setting the contract's document decides, else nobody may; a setting takes its place", async () => {
    const documented = "https://money-for-rabbit.netlify.app";
    expect(await mounted(rabbit).preflight(documented)).toHaveProperty("access-control-allow-origin", documented);
    expect(await mounted(rabbit, [page]).preflight(documented)).not.toHaveProperty("access-control-allow-origin");
    expect(await mounted(rabbit, []).preflight(documented)).not.toHaveProperty("access-control-allow-origin");
    for (const contract of [latchkey, intern])
      expect(await mounted(contract).ask("POST", { origin: page })).not.toHaveProperty("access-control-allow-origin");
  });

  it.each([
    "https://app.example.com/",
    "https://app.example.com:443",
    "https://*.example.com",
    "app.example.com",
    "null",
  ])("refuses %j where origins are named", (origin) => {
    expect(() => allowOrigins([origin])).toThrow(origin);
    expect(() => allowOrigins(["*", page])).toThrow("* alone");
  });
});
