import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { latchkey } from "@latchkey/contracts/latchkey";
import createClient from "openapi-fetch";
import openapiTS, { astToString } from "openapi-typescript";
import { afterAll, expect, it } from "vitest";
import { createMountedRealm, testPassword } from "../testing/test-realm.ts";
import { openApiDocument } from "./openapi-document.ts";

const packageRoot = join(dirname(fileURLToPath(import.meta.url)), "../../..");
// Inside the package, so that openapi-fetch is found.
const directory = join(packageRoot, "node_modules/.cache", `generated-client-${process.pid}`);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const client = `
import createClient from "openapi-fetch";
import type { components, paths } from "./api.ts";

export async function mainJob(): Promise<components["schemas"]["Account"]> {
  const api = createClient<paths>({ baseUrl: "http://localhost:8000/v1" });
  const signedUp = await api.POST("/signup", { body: { username: "gildong", password: "correct horse battery staple" } });
  if (signedUp.error !== undefined) throw new Error(signedUp.error.error.code);
  const { data } = await api.POST("/login", { body: { username: "gildong", password: "correct horse battery staple" } });
  const headers = { authorization: \`Bearer \${data?.access_token ?? ""}\` };
  const me = await api.GET("/me", { headers });
  const sessions = await api.GET("/me/sessions", { headers, params: { query: { limit: 10 } } });
  for (const { id } of sessions.data?.items ?? []) await api.DELETE("/me/sessions/{id}", { headers, params: { path: { id } } });
  await api.POST("/token/refresh", { body: { refresh_token: data?.refresh_token ?? "" } });
  await api.POST("/logout", { headers });
  // @ts-expect-error a password is required
  await api.POST("/login", { body: { username: "gildong" } });
  // @ts-expect-error there is no such path
  await api.GET("/nothing");
  return me.data!;
}
`;

it("a TypeScript client generated from the document compiles", async () => {
  mkdirSync(directory, { recursive: true });
  const document = structuredClone(openApiDocument(latchkey, { path: "/v1" }));
  writeFileSync(join(directory, "api.ts"), astToString(await openapiTS(document as never)));
  writeFileSync(join(directory, "client.ts"), client);
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({
      extends: join(packageRoot, "../../tsconfig.base.json"),
      compilerOptions: {
        noEmit: true,
        composite: false,
        isolatedDeclarations: false,
        declaration: false,
        declarationMap: false,
        lib: ["es2024", "dom"],
        types: [],
      },
      include: ["*.ts"],
    }),
  );
  const tsc = join(packageRoot, "../../node_modules/.bin/tsc");
  const { status, stdout, stderr } = spawnSync(tsc, ["-p", directory], { encoding: "utf8" });
  expect(`${stdout}${stderr}`).toBe("");
  expect(status).toBe(0);
}, 60_000);

it("and such a client does the main job", async () => {
  const realm = createMountedRealm();
  const fetch = async (request: Request) => realm.app.fetch(request);
  // oxlint-disable-next-line typescript/no-explicit-any -- the types are made and checked above
  const api = createClient<any>({ baseUrl: "http://localhost/v1", fetch });
  const credentials = { username: "gildong", password: testPassword };
  expect((await api.POST("/signup", { body: credentials })).response.status).toBe(201);
  const { data } = (await api.POST("/login", { body: credentials })) as { data?: { access_token: string } };
  const headers = { authorization: `Bearer ${data?.access_token}` };
  expect((await api.GET("/me", { headers })).data).toMatchObject({ username: "gildong" });
  expect((await api.POST("/logout", { headers })).response.status).toBe(204);
  expect((await api.GET("/me", { headers })).error).toMatchObject({ error: { code: "TOKEN_REVOKED" } });
  await realm.close();
});
