// Two and four server processes on one PostgreSQL or MariaDB are one provider: one successor per refresh token, no token alive after its log-out, nothing lost with a process that dies.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Answer, Client } from "./support/client.ts";
import { runCrashes } from "./support/crash-run.ts";
import { quantile, startFleet, until } from "./support/fleet.ts";
import type { Fleet, Tokens } from "./support/fleet.ts";
import { baseSettings } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { migratedSandbox, testServers } from "./support/test-databases.ts";

// `pnpm soak` sets more.
const races = Number(process.env["LATCHKEY_RACES"] ?? 20);
const kills = Number(process.env["LATCHKEY_KILLS"] ?? 1);
// The promise is 1,000 ms; a machine that runs other things besides may stop a process for longer than a poll.
const boundMilliseconds = 3_000;
const timeout = 120_000 + races * 1_000;
// So long that a slow machine does not end it between an answer that was lost and its repetition.
const settings = {
  ...baseSettings,
  realms: { main: { contract: "latchkey", mount: "/v1", policy: { leewaySeconds: 60 } } },
};

/** The distinct refresh tokens of the successes. */
function successors(answers: readonly Answer[]): readonly string[] {
  return [...new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body.refresh_token as string))];
}

describe.each(testServers)("$name", (server) => {
  describe.skipIf(server.missing !== undefined)(`several processes on one database ${server.missing ?? ""}`, () => {
    let sandbox: Sandbox;
    let fleet: Fleet;
    beforeAll(async () => {
      const { url } = await server.create();
      sandbox = await migratedSandbox(url, settings);
      fleet = await startFleet(sandbox, 4);
    }, timeout);
    afterAll(async () => {
      await fleet.end();
      sandbox.remove();
    }, timeout);

    /** 50 times at once, spread over the clients. */
    const refreshAtOnce = (clients: readonly Client[], { refresh_token: token }: Tokens): Promise<readonly Answer[]> =>
      Promise.all(Array.from({ length: 50 }, (_, index) => clients[index % clients.length]!.refresh(token)));

    it.each([
      ["RT-01", 1],
      ["RT-02", 2],
      ["RT-02", 4],
    ])(
      "%s: one refresh token, used 50 times at once on %i processes, has one successor (attack class 1)",
      async (name, size) => {
        const clients = fleet.clients.slice(0, size);
        for (const tokens of await fleet.sessions(`${name}-${size}`, 3)) {
          const answers = await refreshAtOnce(clients, tokens);
          expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
          const [successor, ...others] = successors(answers);
          expect(others).toEqual([]);
          expect((await clients.at(-1)!.refresh(successor!)).status).toBe(200);
        }
      },
      timeout,
    );

    it.each([2, 4])(
      `RT-13: a log-out racing a refresh on another of %i processes × ${races} leaves no token of the family alive anywhere (attack class 2)`,
      async (size) => {
        const clients = fleet.clients.slice(0, size);
        const issued: string[] = [];
        let won = 0;
        for (const [round, tokens] of (await fleet.sessions(`rt13-${size}`, races)).entries()) {
          const [refreshing, revoking] = [clients[round % size]!, clients[(round + 1) % size]!];
          const first = round % 2 === 0 ? revoking.logOut(tokens.refresh_token) : undefined;
          const [refreshed, loggedOut] = await Promise.all([
            refreshing.refresh(tokens.refresh_token),
            first ?? revoking.logOut(tokens.refresh_token),
          ]);
          expect(loggedOut.status).toBe(204);
          expect([200, 401]).toContain(refreshed.status);
          const alive = refreshed.status === 200 ? [tokens, refreshed.body as Tokens] : [tokens];
          won += alive.length - 1;
          // Refresh tokens are dead everywhere at once.
          const presented = alive.flatMap(({ refresh_token: token }) => clients.map((client) => client.refresh(token)));
          expect((await Promise.all(presented)).map(({ status }) => status)).toEqual(presented.map(() => 401));
          issued.push(...alive.map(({ access_token: access }) => access));
        }
        console.info(`${server.name}: ${size} processes, ${races} races, the refresh came first in ${won}`);
        const isDead = async (access: string, client: Client): Promise<boolean> =>
          (await client.me(access)).status === 401;
        for (const access of issued) {
          for (const client of clients) await until("dead", () => isDead(access, client), boundMilliseconds);
        }
      },
      timeout,
    );

    it(
      "a log-out on one is refused by the others: its refresh token at once, its access token within the bound (attack class 7)",
      { timeout },
      async () => {
        const [here, ...others] = fleet.clients;
        const delays: number[] = [];
        for (const tokens of await fleet.sessions("log-out", 24)) {
          // Warm in all, so that a cache could betray us.
          for (const client of fleet.clients) expect((await client.me(tokens.access_token)).status).toBe(200);
          expect((await here!.logOut(tokens.refresh_token)).status).toBe(204);
          const refused = async (client: Client): Promise<void> => {
            const isRefused = async (): Promise<boolean> => (await client.me(tokens.access_token)).status === 401;
            delays.push((await until("refused", isRefused, boundMilliseconds)).milliseconds);
          };
          const waits = others.map(refused);
          expect((await here!.me(tokens.access_token)).status).toBe(401);
          for (const client of fleet.clients) expect((await client.refresh(tokens.refresh_token)).status).toBe(401);
          await Promise.all(waits);
        }
        const [half, p95, most] = [0.5, 0.95, 1].map((share) => quantile(delays, share).toFixed(0));
        console.info(
          `${server.name}: access tokens refused elsewhere after ${half} ms (p50), ${p95} ms (p95), ${most} ms (most)`,
        );
      },
    );

    it(
      `OP-04: kill -9 of one of two processes under load × ${kills}: nothing acknowledged is lost, nothing issued twice`,
      { timeout: 60_000 + kills * 60_000 },
      async () => {
        const report = await runCrashes({ kills, seed: 20_261_123, witness: true, sandbox });
        expect(report.kills).toBe(kills);
        for (const count of [report.signUps, report.rotations]) expect(count).toBeGreaterThan(kills);
        console.info(`${server.name}: ${JSON.stringify(report)}`);
      },
    );
  });
});
