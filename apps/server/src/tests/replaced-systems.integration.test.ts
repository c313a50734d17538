// The replaced systems on the server: beside one another at `/`, alone, and with their documentation where they had it.
import { describe, expect, it } from "vitest";
import { contractNames, contracts } from "../contracts.ts";
import { runMain, startProcess } from "./support/server-process.ts";
import { createSandbox } from "./support/sandbox.ts";
import { readDocument } from "./support/listings.ts";
import { serveInProcess } from "./support/wire-server.ts";
import type { WireServer } from "./support/wire-server.ts";

const json = { "content-type": "application/json" };
const body = JSON.stringify({ username: "JIN HO", password: "12341234", nickname: "Mentos" });

async function served(work: (server: WireServer) => Promise<void>, only?: readonly string[]): Promise<void> {
  const server = await serveInProcess(only);
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

describe("documents", () => {
  it("the page lists every mounted contract's document, and each is served", () =>
    served(async ({ send, realms }) => {
      const page = await send({ path: "/swagger/" });
      const config = /data-config="([^"]*)"/.exec(page.text)![1]!.replaceAll("&quot;", '"').replaceAll("&#39;", "'");
      const { documents } = JSON.parse(config) as { readonly documents: readonly { name: string; url: string }[] };
      expect(documents.map(({ url }) => url)).toEqual([
        "/openapi.json",
        ...realms.slice(1).map(({ name }) => `/openapi/${name}.json`),
      ]);
      for (const { url } of documents) {
        const document = JSON.parse((await send({ path: url })).text) as { readonly openapi: string };
        expect([url, document.openapi]).toEqual([url, "3.1.0"]);
      }
    }));

  it("intern has its schema as YAML and as JSON, with the documented names and examples", () =>
    served(async ({ send }) => {
      for (const path of ["/schema/", "/schema"]) {
        const yaml = await send({ path });
        expect(yaml.headers.get("content-type")).toBe("application/vnd.oai.openapi; charset=utf-8");
        expect(yaml.text).toMatch(/^openapi: "3\.0\.3"$/m);
        expect(yaml.text).toContain("title: 바로인턴11기_배민경의 API");
      }
      const asJson = await send({ path: "/schema/?format=json" });
      expect(asJson.headers.get("content-type")).toBe("application/vnd.oai.openapi+json");
      const document = JSON.parse(asJson.text);
      const { post } = document.paths["/accounts/signup/"];
      expect([post.operationId, post.tags, post.description]).toEqual([
        "accounts_signup_create",
        ["Signup"],
        "회원 가입을 위한 API",
      ]);
      expect(post.requestBody.content["application/json"].examples).toEqual({
        "Signup Example": { value: { username: "JIN HO", password: "12341234", nickname: "Mentos" } },
      });
      expect(Object.keys(document.components.schemas)).toEqual(
        expect.arrayContaining(["SignupRequest", "Signup", "LoginRequest", "Login"]),
      );
      expect(document.paths["/accounts/login/"].post).toMatchObject({
        operationId: "accounts_login_create",
        tags: ["Login"],
        description: "로그인을 위한 API",
      });
    }));

  it("baro has its schema and summaries in Korean", () =>
    served(async ({ send }) => {
      const { info, paths, components } = JSON.parse((await send({ path: "/swagger.json/" })).text);
      expect(info).toEqual({
        title: "baro_inturn API Document",
        version: "1.0.0",
        description: "drf-specatular 를 사용해서 만든 API 문서입니다.",
        license: { name: "MIT" },
      });
      expect(["signup", "login", "verify"].map((name) => paths[`/api/${name}/`].post.summary)).toEqual([
        "회원가입",
        "로그인",
        "토큰 검증",
      ]);
      expect(components.securitySchemes.jwtAuth).toMatchObject({ type: "http", scheme: "bearer" });
    }));

  it.each(["/schema/redoc/", "/redoc/", "/redoc"])("%s is a page without scripts that loads nothing", (path) =>
    served(async ({ send }) => {
      const page = await send({ path });
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
      expect(page.text).not.toMatch(/<script|src=|<link|http-equiv/);
      expect(page.text).toContain("12341234");
    }),
  );
});

describe("realms at `/`", () => {
  it("are alone in their user names, and leave unknown paths to the server", () =>
    served(async ({ send }) => {
      for (const path of ["/api/signup/", "/signup", "/api/signup"]) {
        const answer = await send({ method: "POST", path, headers: json, body });
        expect([path, answer.status]).toEqual([path, path === "/api/signup" ? 400 : 201]);
      }
      const missing = await send({ path: "/nope/" });
      expect([missing.status, missing.headers.get("content-type")]).toEqual([404, "application/json"]);
    }));

  it("onboarding has its page at `/` where it is there alone; beside others the server's is there", async () => {
    await served(
      async ({ send }) => {
        const page = await send({ path: "/" });
        expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
        expect(page.text.match(/<form method="post" action="[^"]*"/g)).toHaveLength(2);
        expect((await send({ method: "POST", path: "/" })).status).toBe(405);
      },
      ["onboarding"],
    );
    await served(async ({ send }) => expect((await send({ path: "/" })).text).toContain("<h2>Realms</h2>"));
    await served(async ({ send }) => expect((await send({ path: "/" })).text).toContain("<h2>Realms</h2>"), ["baro"]);
  });

  it.each(["intern", "baro", "onboarding"] as const)(
    "%s alone answers /signup and /login, and what nobody has",
    (name) =>
      served(
        async ({ send }) => {
          const contract = await contracts[name].load();
          const fields = body.replace("JIN HO", "jinho");
          for (const path of ["/signup", "/signup/"]) {
            const answer = await send({ method: "POST", path, headers: json, body: fields });
            expect([path, answer.status]).toEqual([path, path === "/signup" ? 201 : 400]);
          }
          for (const path of [
            "/login",
            "/login/",
            contract.operations.find(({ does }) => does === "logIn")!.paths[0],
          ]) {
            expect((await send({ method: "POST", path, headers: json, body: fields })).text).toContain('{"token":"');
          }
          expect((await send({ path: "/nope/" })).text).toBe('{"detail":"Not found."}');
          expect((await send({ path: "/swagger" })).text).toContain(`<title>${contract.title}</title>`);
        },
        [name],
      ),
  );
});

it(
  "keeps the secret that it made, encrypted, and starts one realm of many with --only",
  { timeout: 60_000 },
  async () => {
    const settings = JSON.parse(readDocument("latchkey.config.json")) as object;
    const sandbox = createSandbox({ settings: { ...settings, log: { format: "json" } } });
    try {
      let token = "";
      for (const only of [[], ["--only", "baro"]]) {
        const server = await startProcess(sandbox, { words: only });
        const post = async (path: string, sent: unknown) =>
          await fetch(server.origin + path, { method: "POST", headers: json, body: JSON.stringify(sent) });
        if (token === "") {
          await post("/api/signup/", JSON.parse(body));
          token = ((await (await post("/api/login/", JSON.parse(body))).json()) as { token: string }).token;
          expect(JSON.parse(Buffer.from(token.split(".")[0]!, "base64url").toString())).toEqual({
            alg: "HS256",
            typ: "JWT",
          });
        } else {
          expect((await post("/login", JSON.parse(body))).status).toBe(200);
          expect((await fetch(`${server.origin}/v1/me`)).status).toBe(404);
        }
        expect((await post("/api/verify/", { token })).status).toBe(200);
        expect((await server.end()).code).toBe(0);
      }
      const { code, stderr } = await runMain(sandbox, ["--only", "barro"]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('did you mean "baro"?')]);
      const doctor = await runMain(sandbox, ["doctor"]);
      expect(doctor.stdout).toMatch(/odd +every realm is wanted +intern, baro, onboarding.*: with a secret made here/);
    } finally {
      sandbox.remove();
    }
  },
);

it("mounts a realm of every contract", async () => {
  const { realms } = JSON.parse(readDocument("latchkey.config.json")) as {
    readonly realms: Readonly<Record<string, { readonly contract: string }>>;
  };
  expect(
    Object.values(realms)
      .map(({ contract }) => contract)
      .toSorted(),
  ).toEqual([...contractNames].toSorted());
});
