// The server on PostgreSQL and MySQL/MariaDB: it creates nothing by itself, says what to do, and several processes are one provider.
import { randomBytes } from "node:crypto";
import { openStorage } from "@latchkey/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "./support/client.ts";
import { runCli } from "./support/run-cli.ts";
import { createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { runMain, startProcess } from "./support/server-process.ts";

const masterKey = randomBytes(32).toString("base64url");
const races = 50;

interface Server {
  readonly title: string;
  readonly variable: string;
  /** Within how many milliseconds an access token is refused by the other processes. */
  readonly bound: number;
  /** The URL of a schema on the server that `base` names. */
  readonly at: (base: string, schema: string) => string;
}

const servers: readonly Server[] = [
  {
    title: "PostgreSQL",
    variable: "LATCHKEY_TEST_POSTGRES",
    bound: 1000,
    at(base, schema) {
      const url = new URL(base);
      url.searchParams.set("options", `-c search_path=${schema}`);
      return url.href.replaceAll("+", "%20");
    },
  },
  {
    title: "MySQL",
    variable: "LATCHKEY_TEST_MYSQL",
    bound: 1000,
    at(base, schema) {
      const url = new URL(base);
      url.pathname = `/${schema}`;
      return url.href;
    },
  },
];

describe.each(servers)("$title", ({ title, variable, bound, at }) => {
  const base = process.env[variable] ?? "";
  if (base === "" && process.env["CI"] !== undefined) throw new Error(`CI must set ${variable}`);
  const missing = base === "" ? `skipped: set ${variable} to the URL of a server, as .ci/services.sh does` : "";

  describe.skipIf(base === "")(`a database on a server ${missing}`, () => {
    const schema = `latchkey_test_${randomBytes(6).toString("hex")}`;
    let sandbox: Sandbox;
    let keyed: Sandbox;
    beforeAll(async () => {
      const { kysely, storage } = await openStorage(base);
      await kysely.schema.createSchema(schema).execute();
      await storage.close();
      const environment = { DATABASE_URL: at(base, schema) };
      sandbox = createSandbox({ environment });
      keyed = createSandbox({ environment: { ...environment, LATCHKEY_MASTER_KEY: masterKey } });
    });
    afterAll(async () => {
      for (const made of [sandbox, keyed]) made.remove();
      const { kysely, storage } = await openStorage(base);
      const drop = kysely.schema.dropSchema(schema);
      await (title === "PostgreSQL" ? drop.cascade() : drop).execute();
      await storage.close();
    });

    it("is refused by serve until it is migrated, and nothing is created", async () => {
      const { code, stderr } = await runMain(sandbox, []);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/has no Latchkey tables.*run "latchkey migrate"/)]);
      const plan = await runCli(sandbox, ["migrate", "--plan", "--json"]);
      expect(plan.json()).toMatchObject({ from: 0 });
      const { kysely, storage } = await openStorage(at(base, schema));
      expect(await kysely.introspection.getTables()).toEqual([]);
      await storage.close();
    });

    it("is migrated by the command, once, and needs its master key from the environment", async () => {
      expect(await runCli(sandbox, ["migrate"])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/from schema version 0 to version/),
      });
      expect((await runCli(sandbox, ["migrate", "--json"])).json()).toMatchObject({ applied: [] });
      const { code, stderr } = await runMain(sandbox, []);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/set LATCHKEY_MASTER_KEY, the same for every process/)]);
    });

    it("makes one provider of two processes", async () => {
      const processes = [await startProcess(keyed), await startProcess(keyed)];
      const [one, two] = processes.map(({ origin }) => createClient(origin)) as [
        ReturnType<typeof createClient>,
        ReturnType<typeof createClient>,
      ];
      expect((await one.signUp("ann")).status).toBe(201);
      const tokens = (await two.logIn("ann")).body;
      const answers = await Promise.all(
        Array.from({ length: races }, (_, index) => [one, two][index % 2]!.refresh(tokens.refresh_token)),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(races).fill(200));
      expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
      const { access_token: access, refresh_token: refresh } = answers[0]!.body;
      expect((await two.me(access)).status).toBe(200);
      expect((await one.logOut(refresh)).status).toBeLessThan(300);
      const endedAt = performance.now();
      expect((await two.refresh(refresh)).status).toBe(401);
      await expect.poll(async () => (await two.me(access)).status, { interval: 5, timeout: 5000 }).toBe(401);
      expect(performance.now() - endedAt).toBeLessThan(bound);
      const ends = await Promise.all(processes.map((each) => each.end()));
      expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    });

    it("that does not answer ends the start with one message, without the password", async () => {
      const scheme = title === "MySQL" ? "mysql" : "postgres";
      const away = createSandbox({ environment: { DATABASE_URL: `${scheme}://user:geheim@127.0.0.1:1/latchkey` } });
      const { code, stderr } = await runMain(away, []);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/Nothing answers at 127\.0\.0\.1:1\/latchkey/)]);
      expect(stderr).not.toContain("geheim");
      away.remove();
    });
  });
});
