// The guides of docs/moving-in, done as they say: their commands on samples of the old systems, then the old clients' passwords and tokens over HTTP.
import { createHmac, randomUUID } from "node:crypto";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { inRepository, listings, readDocument } from "./support/listings.ts";
import { runCli } from "./support/run-cli.ts";
import { createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { startProcess } from "./support/server-process.ts";
import { signHs256 } from "./support/wire-server.ts";

const samples = {
  intern: ["django-users.json", "intern-users.json", 5],
  baro: ["django-users.json", "baro-users.json", 6],
  onboarding: ["django-users.json", "onboarding-users.json", 6],
  rabbit: ["rabbit-users.jsonl", "rabbit-users.jsonl", 2],
  mobile: ["mobile-members.jsonl", "mobile-members.jsonl", 2],
} as const;
type System = keyof typeof samples;
const secret = "the-old-signing-key-of-32-bytes-or-more";
const short = "the old secret";

const makeSandbox = (system: System, environment: Readonly<Record<string, string>> = {}): Sandbox =>
  createSandbox({
    settings: { log: { format: "json" }, realms: { [system]: { contract: system, mount: "/" } } },
    environment,
  });

/** Runs the commands of a guide; returns what the last one reported. */
async function follow(system: System, sandbox: Sandbox): Promise<{ readonly imported: number }> {
  const [sample, name] = samples[system];
  copyFileSync(inRepository(`apps/server/src/tests/fixtures/moving-in/${sample}`), join(sandbox.folder, name));
  await runCli(sandbox, ["migrate"]);
  const commands = listings(readDocument(`docs/moving-in/${system}.md`), "sh")
    .join("")
    .split("\n")
    .filter((line) => line.startsWith("npx -y pnpm@12 latchkey "))
    .map((line) => line.split(" ").slice(4));
  expect(commands.map((words) => words[0])).toEqual(["import", "import"]);
  const reports = [];
  for (const words of commands)
    reports.push((await runCli(sandbox, [...words, "--json"])).json<{ imported: number }>());
  expect(existsSync(join(sandbox.folder, "refused.jsonl"))).toBe(true);
  expect(reports[0]!.imported).toBe(reports[1]!.imported);
  return reports[1]!;
}

it.each(Object.keys(samples) as System[])("the commands of the guide for %s do what it says", async (system) => {
  const sandbox = makeSandbox(system);
  try {
    expect(await follow(system, sandbox)).toMatchObject({ imported: samples[system][2] });
  } finally {
    sandbox.remove();
  }
});

const post = async (url: string, body: unknown, token?: string, method = "POST") => {
  const authorization = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  const headers = { "content-type": "application/json", ...authorization };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json().catch(() => undefined) };
};

const hashOf = (sandbox: Sandbox, number: number): string => {
  const database = new DatabaseSync(sandbox.databaseFile, { readOnly: true });
  const sql = "select secret from credentials join accounts on accounts.id = account_id where number = ?";
  const row = database.prepare(sql).get(number) as unknown as { readonly secret: string };
  database.close();
  return row.secret;
};

const seconds = () => Math.floor(Date.now() / 1000);

it("baro: people log in with their passwords, whose hashes are replaced, and outstanding access tokens live on", async () => {
  const sandbox = makeSandbox("baro", { LATCHKEY_SECRET_BARO: secret });
  try {
    await follow("baro", sandbox);
    const server = await startProcess(sandbox);
    const logIn = (password: string) => post(`${server.origin}/api/login/`, { username: "test01", password });
    expect(hashOf(sandbox, 22)).toMatch(/^pbkdf2_sha256\$/);
    expect((await logIn("12341235")).status).toBe(401);
    expect((await logIn("12341234")).status).toBe(200);
    expect(hashOf(sandbox, 22)).toMatch(/^\$argon2id\$/);
    expect((await logIn("12341234")).status).toBe(200);
    const claims = { token_type: "access", exp: seconds() + 600, iat: seconds() - 60 };
    const jti = () => randomUUID().replaceAll("-", "");
    const verify = (user: number | string, type = "access") =>
      post(
        `${server.origin}/api/verify/`,
        {},
        signHs256({ ...claims, token_type: type, jti: jti(), user_id: user }, secret),
      );
    expect((await verify(22)).status).toBe(200);
    expect((await verify("22")).status).toBe(200);
    expect([(await verify(2)).status, (await verify(24)).status, (await verify(22, "refresh")).status]).toEqual([
      401, 401, 401,
    ]);
    await server.end();
  } finally {
    sandbox.remove();
  }
});

it("rabbit: a short secret verifies access tokens and nothing else", async () => {
  const environment = { LATCHKEY_SECRET_RABBIT: "n".repeat(32), LATCHKEY_OLD_SECRET_RABBIT: short };
  const sandbox = makeSandbox("rabbit", environment);
  try {
    await follow("rabbit", sandbox);
    const server = await startProcess(sandbox);
    const mint = (type: "access" | "refresh") => {
      const fresh = type === "access";
      const times = { iat: seconds() - 60, nbf: seconds() - 60, exp: seconds() + 600 };
      const payload = { fresh, jti: randomUUID(), type, sub: 31, ...times, ...(fresh && { username: "정재균" }) };
      const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const input = `${encode({ typ: "JWT", alg: "HS256" })}.${encode(payload)}`;
      return `${input}.${createHmac("sha256", short).update(input).digest("base64url")}`;
    };
    const renamed = await post(`${server.origin}/api/user/31`, { username: "바보" }, mint("access"), "PUT");
    expect(renamed.status).toBe(200);
    expect(await post(`${server.origin}/api/user/refresh`, {}, mint("refresh"))).toMatchObject({
      status: 401,
      body: { error: "잘못된 토큰입니다." },
    });
    const logIn = { email: "logical_man@naver.com", password: "Goddess_anA1!" };
    expect((await post(`${server.origin}/api/user/login`, logIn)).status).toBe(200);
    expect(hashOf(sandbox, 31)).toMatch(/^\$argon2id\$/);
    await server.end();
  } finally {
    sandbox.remove();
  }
});
