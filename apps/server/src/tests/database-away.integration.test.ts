// OP-05: the database goes away and comes back. Nobody is refused for a fault of ours, no session is lost, and load balancers are told the truth.
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "./support/client.ts";
import type { Answer, Client } from "./support/client.ts";
import { startFleet, until } from "./support/fleet.ts";
import type { Fleet, Tokens } from "./support/fleet.ts";
import { baseSettings } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { openTcpProxy } from "./support/tcp-proxy.ts";
import type { TcpProxy } from "./support/tcp-proxy.ts";
import { migratedSandbox, testServers } from "./support/test-databases.ts";

// `pnpm soak` takes 60.
const awaySeconds = Number(process.env["LATCHKEY_AWAY_SECONDS"] ?? 4);
// Shorter than the database is away: a retry is judged long after the rotation that it repeats.
const leewaySeconds = 2;
const timeout = 120_000 + awaySeconds * 4_000;
const settings = {
  ...baseSettings,
  databasePool: { acquireMilliseconds: 1_000 },
  realms: { main: { contract: "latchkey", mount: "/v1", policy: { leewaySeconds } } },
};

/** A client that never gives up: it repeats what was answered with 503, and keeps what it was told. */
function startClient(client: Client, first: Tokens) {
  const seen = { successes: 0, unavailable: 0, wrong: [] as Answer[] };
  let tokens = first;
  let stopped = false;
  const judge = ({ status, ...answer }: Answer): boolean => {
    if (status === 503) seen.unavailable++;
    else if (status !== 200) seen.wrong.push({ status, ...answer });
    return status === 200;
  };
  const work = async (): Promise<void> => {
    while (!stopped && seen.wrong.length === 0) {
      const refreshed = await client.refresh(tokens.refresh_token);
      if (judge(refreshed)) tokens = refreshed.body as Tokens;
      // A client that is told to come back later does not come back at once.
      else await new Promise((resolve) => setTimeout(resolve, 50));
      if (judge(await client.me(tokens.access_token))) seen.successes++;
    }
  };
  const end = work();
  return {
    seen,
    async stop(): Promise<void> {
      stopped = true;
      await end;
    },
  };
}

/** The bytes of a token's family, as they travel to the database. */
function familyBytes(token: string): Buffer {
  const { jti } = JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { readonly jti: string };
  const hex = jti.replaceAll("-", "");
  const low = ((Number.parseInt(hex.slice(16, 24), 16) >>> 2) & 0x0fffffff).toString(16).padStart(7, "0");
  return Buffer.from(hex.slice(0, 12) + hex.slice(13, 16) + low, "hex");
}

const health = async (origin: string, what: "live" | "ready"): Promise<number> =>
  (await fetch(`${origin}/health/${what}`)).status;

describe.each(testServers)("$name", (server) => {
  describe.skipIf(server.missing !== undefined)(`a database that goes away ${server.missing ?? ""}`, () => {
    let sandbox: Sandbox;
    let proxy: TcpProxy;
    let fleet: Fleet;
    beforeAll(async () => {
      const { url } = await server.create();
      const direct = await migratedSandbox(url, settings);
      proxy = await openTcpProxy(url);
      sandbox = { ...direct, environment: { ...direct.environment, DATABASE_URL: proxy.url } };
      fleet = await startFleet(sandbox, 2);
    }, timeout);
    afterEach(() => proxy.restore());
    afterAll(async () => {
      await fleet.end();
      await proxy.close();
      sandbox.remove();
    }, timeout);

    const allAre = async (status: number): Promise<boolean> => {
      const answers = await Promise.all(fleet.processes.map(({ origin }) => health(origin, "ready")));
      return answers.every((answer) => answer === status);
    };

    /** The database goes away until every process has noticed and `seconds` have passed, and comes back. */
    async function disappear(seconds: number): Promise<void> {
      proxy.goAway();
      const since = performance.now();
      await until("not ready", () => allAre(503));
      await until(
        "away long enough",
        async () => {
          for (const { origin } of fleet.processes) expect(await health(origin, "live")).toBe(200);
          expect(await allAre(503)).toBe(true);
          return performance.now() - since > seconds * 1000;
        },
        seconds * 1000 + 30_000,
      );
      proxy.restore();
      await until("ready again", () => allAre(200));
    }

    it(
      `OP-05: for ${awaySeconds} s under load: no family is lost, readiness is red, liveness green, and nothing is answered with a 4xx`,
      { timeout },
      async () => {
        const sessions = await fleet.sessions("op05", 6);
        const clients = sessions.map((tokens, index) => startClient(fleet.clients[index % 2]!, tokens));
        const eachHas = (count: number) => async (): Promise<boolean> =>
          clients.every(({ seen }) => seen.successes >= count || seen.wrong.length > 0);
        await until("everybody is at work", eachHas(3));
        await disappear(awaySeconds);
        const before = clients.map(({ seen }) => seen.successes);
        await until("everybody is back at work", eachHas(Math.max(...before) + 3));
        await Promise.all(clients.map((client) => client.stop()));
        for (const { seen } of clients) {
          expect(seen.wrong).toEqual([]);
          expect(seen.unavailable).toBeGreaterThan(0);
        }
      },
    );

    it(
      "OP-05: cut between a rotation's commit and its answer, and away for longer than the leeway: the same token gets its one successor",
      { timeout },
      async () => {
        const client = fleet.clients[0]!;
        const [{ refresh_token: token }] = (await fleet.sessions("cut-rotation", 1)) as readonly [Tokens];
        const family = familyBytes(token);
        // MariaDB carries a rotation out with the second statement that names the family.
        let left = server.name === "PostgreSQL" ? 1 : 2;
        const cut = proxy.cutAnswerTo((request) => request.includes(family) && --left === 0);
        const lost = await client.refresh(token);
        await cut;
        expect(lost.status).toBe(503);
        await disappear(leewaySeconds + 1);
        const again = await client.refresh(token);
        expect(again.status).toBe(200);
        const once = await client.refresh(token);
        expect([once.status, once.body.refresh_token]).toEqual([200, again.body.refresh_token]);
        expect((await client.me(again.body.access_token)).status).toBe(200);
        expect((await client.refresh(again.body.refresh_token)).status).toBe(200);
      },
    );

    it(
      "OP-05: cut between a log-out's commit and its answer: 503, and the session is over, everywhere and when it is repeated",
      { timeout },
      async () => {
        const [here, there] = fleet.clients as readonly [Client, Client];
        const [tokens] = (await fleet.sessions("cut-log-out", 1)) as readonly [Tokens];
        const family = familyBytes(tokens.refresh_token);
        let named = false;
        const cut = proxy.cutAnswerTo((request) => {
          named ||= request.includes(family);
          return named && /commit\0?$/.test(request.toString("latin1"));
        });
        const lost = await here.logOut(tokens.refresh_token);
        await cut;
        expect(lost.status).toBe(503);
        expect((await there.refresh(tokens.refresh_token)).status).toBe(401);
        for (const client of [here, there]) {
          await until("dead", async () => (await client.me(tokens.access_token)).status === 401, 5_000);
        }
        expect((await here.logOut(tokens.refresh_token)).status).toBe(204);
      },
    );

    it("OP-05: a server that is started while it is away says so and ends with 1", { timeout }, async () => {
      proxy.goAway();
      const failure = await startFleet(sandbox, 1).catch((error: unknown) => String(error));
      expect(failure).toMatch(/ended with 1 before it listened/);
      const name = `back-${randomBytes(4).toString("hex")}`;
      expect((await createClient(fleet.processes[0]!.origin).signUp(name)).status).toBe(503);
      proxy.restore();
      await until("ready again", () => allAre(200));
      expect((await createClient(fleet.processes[0]!.origin).signUp(name)).status).toBe(201);
    });
  });
});
