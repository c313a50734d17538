// What the server shows of itself: headers of its pages, links that no Host header can bend, answers that no cache may keep.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfiguration } from "../config/load-configuration.ts";
import { createLog } from "../log.ts";
import { composeServer } from "../start-server.ts";
import type { ComposedServer } from "../start-server.ts";
import { testPassword } from "./support/client.ts";
import { createSandbox } from "./support/sandbox.ts";

const sandbox = createSandbox();
let server: ComposedServer;

beforeAll(async () => {
  const configuration = loadConfiguration(sandbox.environment, sandbox.folder);
  server = await composeServer(configuration, createLog({ level: "silent", format: "json" }));
});
afterAll(async () => {
  await server.close();
  sandbox.remove();
});

const ask = async (path: string, init: RequestInit = {}) => await server.app.request(path, init, {});

describe("pages", () => {
  it.each(["/", "/swagger", "/swagger/init.js", "/swagger/swagger-ui-dist/swagger-ui.css", "/openapi.json"])(
    "class 15: %s runs nothing inline, sits in no frame, is of one type, tells no referrer, and is no other origin's",
    async (path) => {
      const { status, headers } = await ask(path);
      expect(status).toBe(200);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(Object.fromEntries(headers)).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      });
    },
  );
});

describe("the Host header", () => {
  it.each(["/", "/swagger", "/openapi.json", "/v1/me", "/v1/nothing", "/nowhere", "/health/ready"])(
    "class 15: %s says nothing of it, nor of the forwarded one",
    async (path) => {
      const evil = "evil.example";
      const headers = { host: evil, "x-forwarded-host": evil, forwarded: `host=${evil}`, origin: `https://${evil}` };
      const answer = await server.app.request(`http://${evil}${path}`, { headers }, {});
      expect(JSON.stringify([...answer.headers]) + (await answer.text())).not.toContain(evil);
    },
  );
});

describe("answers with tokens", () => {
  it("are kept by no cache (RFC 6749 §5.1), nor are refusals", async () => {
    const post = (path: string, body: object) =>
      ask(`/v1${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const person = { username: "gildong", password: testPassword };
    const answers = [await post("/signup", person), await post("/login", person)];
    const { refresh_token: token } = (await answers[1]!.clone().json()) as { readonly refresh_token: string };
    answers.push(await post("/token/refresh", { refresh_token: token }));
    answers.push(await post("/login", { ...person, password: "wrong wrong wrong" }), await ask("/v1/me"));
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 401, 401]);
    for (const { headers } of answers) expect(headers.get("cache-control")).toBe("no-store");
  });
});
