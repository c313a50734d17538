// ASVS 16.2.5: a whole life of a server at its most talkative, and then every secret of it is looked for in all that it wrote.
import { createHmac, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "./support/client.ts";
import { createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { runMain, startProcess } from "./support/server-process.ts";
import type { ServerProcess } from "./support/server-process.ts";

/** Secrets by what they are. */
const secrets = new Map<string, string>();
const secret = (name: string, value: string): string => {
  secrets.set(name, value);
  return value;
};
/** A token, and its signature, which is enough of it to recognise. */
const token = (name: string, value: string): string => {
  secret(`${name}: signature`, value.split(".")[2]!);
  return secret(name, value);
};
const random = () => randomBytes(24).toString("base64url");

const password = secret("password", `first ${random()}`);
const newPassword = secret("new password", `second ${random()}`);
const wrongPassword = secret("wrong password", `wrong ${random()}`);
const asUserName = secret("password in the field of the user name", `oops-${random()}`);
const client = { id: "tests", secret: secret("secret of a resource server", random()) };
const wrongClient = secret("wrong secret of a resource server", random());
const hs256 = secret("HS256 secret", random());
const masterKey = secret("master key", randomBytes(32).toString("base64"));
const carrier = secret("token of the carrier", random());
const email = secret("e-mail in a query", "gildong@personal.example");
const mobile = secret("mobile number", "+821055512345");

const printed: string[] = [];
const carried: string[] = [];
const twilio = createServer((request, response) => {
  void text(request).then((body) => {
    carried.push(new URLSearchParams(body).get("Body") ?? "");
    response.writeHead(201, { "content-type": "application/json" }).end("{}");
  });
});
let sandbox: Sandbox;
let server: ServerProcess;

beforeAll(async () => {
  twilio.listen(0, "127.0.0.1");
  await once(twilio, "listening");
  sandbox = createSandbox({
    settings: {
      log: { format: "json", level: "debug" },
      realms: {
        main: {
          contract: "latchkey",
          mount: "/v1",
          resourceServers: [{ id: client.id, secretEnvironment: "CLIENT_SECRET" }],
        },
        baro: { contract: "baro", mount: "/baro" },
        mobile: { contract: "mobile", mount: "/mobile" },
      },
    },
    environment: {
      LATCHKEY_MASTER_KEY: masterKey,
      LATCHKEY_SECRET_BARO: hs256,
      CLIENT_SECRET: client.secret,
      TWILIO_ACCOUNT_SID: "AC1",
      TWILIO_AUTH_TOKEN: carrier,
      TWILIO_FROM: "+15005550006",
      TWILIO_BASE_URL: `http://127.0.0.1:${(twilio.address() as AddressInfo).port}`,
    },
  });
  server = await startProcess(sandbox);
});
afterAll(() => {
  twilio.close();
  sandbox.remove();
});

async function cli(words: string, stdin = ""): Promise<void> {
  const { code, stdout, stderr } = await runMain(sandbox, words.split(" "), stdin);
  printed.push(stdout, stderr);
  expect([words, code, code === 0 ? "" : stderr]).toEqual([words, 0, ""]);
}

const basic = (id: string, given: string) => ({ authorization: `Basic ${btoa(`${id}:${given}`)}` });
const form = (path: string, fields: Record<string, string>, headers: Record<string, string>) =>
  fetch(server.origin + path, { method: "POST", headers, body: new URLSearchParams(fields) });

async function liveOnMain(): Promise<void> {
  const { send } = createClient(server.origin);
  const post = (path: string, body: unknown, bearer?: string) =>
    send("POST", path, { body, ...(bearer !== undefined && { token: bearer }) });
  const pair = async (name: string, answer: ReturnType<typeof post>) => {
    const { body } = await answer;
    return {
      access: token(`${name} access`, body.access_token),
      refresh: token(`${name} refresh`, body.refresh_token),
    };
  };
  const first = await pair("sign-up", post("/v1/signup", { username: "gildong", password, email }));
  const second = await pair("log-in", post("/v1/login", { username: "gildong", password }));
  await post("/v1/login", { username: "gildong", password: wrongPassword });
  await post("/v1/login", { username: asUserName, password });
  await post("/v1/login", `{"password":"${password}"`);
  const third = await pair("refresh", post("/v1/token/refresh", { refresh_token: second.refresh }));
  const forged = token("forged", `${third.access.split(".").slice(0, 2).join(".")}.${random()}`);
  for (const bearer of [third.access, forged, third.refresh]) {
    await send("GET", "/v1/me", { token: bearer });
    await send("GET", `/v1/me?access_token=${bearer}&email=${email}`, { token: bearer });
    await send("GET", `/v1/nothing/${bearer}?token=${bearer}`);
    await send("GET", `/nowhere/${bearer}`);
    await send("GET", `/v1/admin/accounts?text=${email}`, { token: bearer });
  }
  for (const headers of [basic(client.id, client.secret), basic(client.id, wrongClient), basic(wrongClient, "x")]) {
    await form("/v1/token/introspect", { token: third.access }, headers);
    await form("/v1/token/revoke", { token: second.refresh }, headers);
  }
  await post("/v1/me/password", { current_password: password, new_password: newPassword }, first.access);
  await send("DELETE", "/v1/me", { token: first.access, body: { password: wrongPassword } });
  await post("/v1/logout", { refresh_token: first.refresh });
}

async function liveOnOthers(): Promise<void> {
  const { send } = createClient(server.origin);
  const post = (path: string, body: unknown) => send("POST", path, { body });
  await post("/baro/api/signup/", { username: "baro man", password, nickname: "b" });
  const entered = await post("/baro/api/login/", { username: "baro man", password });
  token("baro access", entered.body.token);
  const input = ["HS256", "JWT"].map((word) => Buffer.from(word).toString("base64url")).join(".");
  const signed = `${input}.${createHmac("sha256", hs256).update(input).digest("base64url")}`;
  await post("/baro/api/verify/", { token: token("signed with the secret", signed) });
  await cli(`accounts create --realm mobile --mobile ${mobile} --no-password --json`);
  await post("/mobile/api/auth/mobile/", { mobile });
  await expect.poll(() => carried.length, { timeout: 10_000 }).toBe(1);
  const code = secret("one-time code", /\d{6}/.exec(carried[0]!)![0]);
  await post("/mobile/api/token/", { mobile, token: "x" });
  const { body } = await post("/mobile/api/token/", { mobile, token: code });
  token("mobile access", body.access);
}

describe("what a server writes", () => {
  it("class 15: holds no password, token, code, key, or personal data of addresses, whatever was asked of it", async () => {
    await liveOnMain();
    await liveOnOthers();
    await cli("accounts set-password gildong --password-stdin", newPassword);
    await cli("events --limit 100 --json");
    await cli("doctor --json").catch(() => undefined);
    const { stdout, stderr } = await server.end();
    // The command above shows the account that it makes; that is its answer and no log.
    const lines = [stdout, stderr, ...printed.filter((part) => !part.includes('"identifiers"'))].join("\n");
    expect(stderr.split("\n").filter((line) => line.includes('"msg":"Answered"')).length).toBeGreaterThan(30);
    expect(secrets.size).toBeGreaterThan(30);
    const found = [...secrets].filter(
      ([, value]) => lines.includes(value) || lines.includes(encodeURIComponent(value)),
    );
    expect(found.map(([name]) => name)).toEqual([]);
  }, 60_000);

  it("class 15: nor the password of a database that cannot be reached", async () => {
    const hidden = random();
    const own = createSandbox({ environment: { DATABASE_URL: `postgres://latchkey:${hidden}@127.0.0.1:1/latchkey` } });
    const { code, stdout, stderr } = await runMain(own, []);
    own.remove();
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("127.0.0.1:1");
    expect(stdout + stderr).not.toContain(hidden);
  });
});
