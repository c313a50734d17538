// The server on PostgreSQL and MySQL/MariaDB: it creates nothing by itself, says what to do, and several processes are one provider.
import { openStorage } from "@latchkey/storage";
import { latestSchemaVersion } from "@latchkey/storage/migrations";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "./support/client.ts";
import { runCli } from "./support/run-cli.ts";
import { createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { runMain, startProcess } from "./support/server-process.ts";
import { serverSandbox, testServers } from "./support/test-databases.ts";

const races = 50;
/** Within how many milliseconds an access token is refused by the other processes. */
const bound = 1000;

describe.each(testServers)("$name", (server) => {
  describe.skipIf(server.missing !== undefined)(`a database on a server ${server.missing ?? ""}`, () => {
    let url: string;
    let sandbox: Sandbox;
    let keyed: Sandbox;
    beforeAll(async () => {
      ({ url } = await server.create());
      sandbox = createSandbox({ environment: { DATABASE_URL: url } });
      keyed = serverSandbox(url);
    });
    afterAll(() => {
      for (const made of [sandbox, keyed]) made.remove();
    });

    const tables = async (): Promise<readonly string[]> => {
      const { kysely, storage } = await openStorage(url);
      const found = await kysely.introspection.getTables();
      await storage.close();
      return found.map(({ name }) => name);
    };

    it("is refused by serve until it is migrated, and nothing is created", async () => {
      const { code, stderr } = await runMain(sandbox, []);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/has no Latchkey tables.*run "latchkey migrate"/)]);
      expect(await tables()).toEqual([]);
    });

    it("is told by migrate --plan what would be done, as SQL and as JSON, and stays empty", async () => {
      const plan = await runMain(sandbox, ["migrate", "--plan"]);
      expect([plan.code, plan.stderr]).toEqual([0, ""]);
      expect(plan.stdout).toMatch(/^-- 1: initial\ncreate table .latchkey_migrations/);
      expect(plan.stdout).toContain(`\n-- ${latestSchemaVersion}: `);
      expect((await runCli(sandbox, ["migrate", "--plan", "--json"])).json()).toMatchObject({
        from: 0,
        to: latestSchemaVersion,
      });
      expect((await runCli(sandbox, ["migrate", "--plan", "--to", "1", "--json"])).json()).toMatchObject({
        migrations: [{ version: 1 }],
      });
      expect(await tables()).toEqual([]);
    });

    it("is taken to an earlier version by migrate --to, never back, and refused by serve until it is at the latest", async () => {
      const first = await runMain(sandbox, ["migrate", "--to", "1", "--json"]);
      expect(JSON.parse(first.stdout)).toEqual({ from: 0, to: 1, applied: [1] });
      const { code, stderr } = await runMain(keyed, []);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/is at schema version 1.*run "latchkey migrate"/)]);
      for (const [to, why] of [
        ["0", /there is no way back/],
        ["99", /there is no schema version 99/],
      ] as const) {
        const refused = await runCli(sandbox, ["migrate", "--to", to]);
        expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(why)]);
      }
      expect((await runCli(sandbox, ["migrate", "--plan", "--json"])).json()).toMatchObject({ from: 1 });
    });

    it("is migrated by the command, once, and needs its master key from the environment", async () => {
      expect(await runCli(sandbox, ["migrate"])).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/from schema version 1 to version/),
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
      const scheme = server.name === "MariaDB" ? "mysql" : "postgres";
      const away = createSandbox({ environment: { DATABASE_URL: `${scheme}://user:geheim@127.0.0.1:1/latchkey` } });
      const { code, stderr } = await runMain(away, []);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/Nothing answers at 127\.0\.0\.1:1\/latchkey/)]);
      expect(stderr).not.toContain("geheim");
      away.remove();
    });
  });
});
