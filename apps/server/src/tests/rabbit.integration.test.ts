// The rabbit contract as the server mounts it: beside the others, and alone.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfiguration } from "../config/load-configuration.ts";
import { createLog } from "../log.ts";
import { composeServer } from "../start-server.ts";
import { createSandbox } from "./support/sandbox.ts";
import { serveInProcess } from "./support/wire-server.ts";

const json = { "content-type": "application/json" };
const user = { username: "정재균", email: "logical_man@naver.com", password: "Vhtmxmaos123#" };
const log = createLog({ level: "silent", format: "json" });
const origin = "https://money-for-rabbit.netlify.app";

it.each([[undefined], [["rabbit"]]])(
  "mounted with %j: signs up, logs in, knows no messages, and allows its own origins alone",
  async (only) => {
    const { send, close } = await serveInProcess(only);
    try {
      const post = (path: string, body: object) =>
        send({ method: "POST", path, headers: json, body: JSON.stringify(body) });
      const welcome = await post("/api/user/register", user);
      expect([welcome.status, welcome.text]).toEqual([201, '{"success": "정재균 님, 회원가입을 환영합니다!"}\n']);
      const { email, password } = user;
      expect((await post("/api/user/login/", { email, password })).status).toBe(200);
      const read = await send({ path: "/api/user/1", headers: { origin } });
      expect(read.text).toBe('{"user_info": {"username": "정재균", "total_amount": 0}}\n');
      expect(read.headers.get("access-control-allow-origin")).toBe(origin);
      const own = await send({ path: "/health/live", headers: { origin } });
      expect([own.status, own.headers.get("access-control-allow-origin")]).toEqual([200, null]);
      expect((await send({ path: "/api/user/1/messages" })).status).toBe(404);
      const document = await send({ path: only === undefined ? "/openapi/rabbit.json" : "/openapi.json" });
      expect(document.text).toContain("Money For Rabbit 서비스 Backend API 명세서입니다.");
      if (only !== undefined) expect((await post("/login", { email, password })).status).toBe(200);
    } finally {
      await close();
    }
  },
);

it("class 18: a realm's setting takes the place of its contract's origins, and touches no other realm's", async () => {
  const page = "https://app.example.com";
  const settings = {
    realms: {
      rabbit: { contract: "rabbit", mount: "/", origins: [page] },
      baro: { contract: "baro", mount: "/" },
    },
  };
  const sandbox = createSandbox({ settings });
  const server = await composeServer(loadConfiguration(sandbox.environment, sandbox.folder), log);
  const allowed = async (path: string, from: string) => {
    const headers = { origin: from, "access-control-request-method": "POST" };
    const preflight = await server.app.fetch(
      new Request(`http://localhost${path}`, { method: "OPTIONS", headers }),
      {},
    );
    const answer = await server.app.fetch(new Request(`http://localhost${path}`, { method: "POST", headers }), {});
    return [preflight, answer].map((one) => one.headers.get("access-control-allow-origin"));
  };
  try {
    expect(await allowed("/api/user/login", page)).toEqual([page, page]);
    expect(await allowed("/api/user/login", origin)).toEqual([null, null]);
    expect(await allowed("/api/login/", page)).toEqual([null, null]);
  } finally {
    await server.close();
    sandbox.remove();
  }
});

const confirming = (contract: string, mount: string) =>
  createSandbox({
    settings: {
      publicUrl: "https://id.example",
      realms: { r: { contract, mount, policy: { signUp: "confirmation" } } },
    },
  });

it("class 18: with signUp confirmation the link names the configured host, whatever Host says, and opens the way", async () => {
  const sandbox = confirming("rabbit", "/board");
  const server = await composeServer(loadConfiguration(sandbox.environment, sandbox.folder), log);
  try {
    const headers = { ...json, host: "evil.example", "x-forwarded-host": "evil.example" };
    const post = (path: string, body: object) =>
      server.app.fetch(
        new Request(`https://evil.example/board${path}`, { method: "POST", headers, body: JSON.stringify(body) }),
        {},
      );
    expect((await post("/api/user/register", user)).status).toBe(201);
    const { email, password } = user;
    const refused = await post("/api/user/login", { email, password });
    expect([refused.status, await refused.json()]).toEqual([400, { error: "이메일 인증이 되지 않은 계정입니다." }]);
    await server.realms[0]!.provider.deliverMessages();
    const lines = readFileSync(join(sandbox.folder, "data/outbox.jsonl"), "utf8").trim().split("\n");
    expect(lines).toHaveLength(1);
    const mail = JSON.parse(lines[0]!) as Record<string, string>;
    expect(mail).toMatchObject({ realm: "r", channel: "email", to: email });
    expect(mail["subject"]).toBe("[Money For Rabbit] - 정재균 님, 인증을 완료해 주세요.");
    expect(lines[0]).not.toContain("evil");
    const link = /\nhttps:\/\/id\.example(\/board\/api\/confirm-user\/1\/[0-9a-f]{64})$/.exec(mail["text"]!)![1]!;
    const followed = await server.app.fetch(new Request(`https://evil.example${link}`), {});
    expect(followed.headers.get("location")).toBe("https://money-for-rabbit.netlify.app/signup/done");
    expect((await post("/api/user/login", { email, password })).status).toBe(200);
  } finally {
    await server.close();
    sandbox.remove();
  }
});

it("refuses signUp confirmation where the contract has no address for the link", async () => {
  const sandbox = confirming("latchkey", "/v1");
  const composed = composeServer(loadConfiguration(sandbox.environment, sandbox.folder), log);
  await expect(composed).rejects.toThrow(
    /realms\.r\.policy\.signUp +must not be "confirmation": the contract latchkey has no address for the link/,
  );
  sandbox.remove();
});
