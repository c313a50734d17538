// The rabbit contract as the server mounts it: beside the others, and alone.
import { expect, it } from "vitest";
import { serveInProcess } from "./support/wire-server.ts";

const json = { "content-type": "application/json" };
const user = { username: "정재균", email: "logical_man@naver.com", password: "Vhtmxmaos123#" };
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
