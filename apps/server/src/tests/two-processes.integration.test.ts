// Two server processes on one SQLite file are one provider: what one commits, the other sees; neither makes the other stand still.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "./support/client.ts";
import type { Answer, Client } from "./support/client.ts";
import { createSandbox } from "./support/sandbox.ts";
import type { Sandbox } from "./support/sandbox.ts";
import { startProcess } from "./support/server-process.ts";
import type { ServerProcess } from "./support/server-process.ts";

// `pnpm soak` sets more.
const races = Number(process.env["LATCHKEY_RACES"] ?? 200);
// A blocking busy timeout stops an event loop for seconds; a busy machine for some tens of milliseconds.
// A blocking busy timeout stops a loop for 4 s and more; a machine that runs other things besides, for up to one.
const longestStopMilliseconds = 2_500;

let sandbox: Sandbox;
let servers: readonly [ServerProcess, ServerProcess];
let clients: readonly [Client, Client];

beforeAll(async () => {
  sandbox = createSandbox();
  servers = await Promise.all([
    startProcess(sandbox, { watchEventLoop: true }),
    startProcess(sandbox, { watchEventLoop: true }),
  ]);
  clients = [createClient(servers[0].origin), createClient(servers[1].origin)];
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.end()));
  sandbox.remove();
});

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** `count` sessions of one account, hashed in both processes. */
async function sessions(username: string, count: number): Promise<readonly Tokens[]> {
  expect((await clients[0].signUp(username)).status).toBe(201);
  const tokens: Tokens[] = [];
  const work = async (client: Client) => {
    while (tokens.length < count) {
      const { status, body } = await client.logIn(username);
      expect(status).toBe(200);
      tokens.push(body as Tokens);
    }
  };
  await Promise.all(clients.map(work));
  return tokens.slice(0, count);
}

/** The distinct refresh tokens of the successes; nothing may be a fault of ours. */
function successors(answers: readonly Answer[]): ReadonlySet<string> {
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  return new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body.refresh_token as string));
}

describe("one refresh token, used 50 times at once", () => {
  it("RT-01: has one successor, and every success carries it (attack class 1)", async () => {
    const [tokens] = await sessions("rt01", 1);
    const answers = await Promise.all(Array.from({ length: 50 }, () => clients[0].refresh(tokens!.refresh_token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(successors(answers).size).toBe(1);
  });

  it("RT-02: the same with two server processes on one database (attack class 1)", async () => {
    const [tokens] = await sessions("rt02", 1);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => clients[(index % 2) as 0 | 1].refresh(tokens!.refresh_token)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(200));
    const [successor, ...others] = successors(answers);
    expect(others).toEqual([]);
    expect((await clients[1].refresh(successor!)).status).toBe(200);
  });
});

describe("a log-out on one process", () => {
  it("is refused by the other at once: no answer comes between (attack class 7)", async () => {
    for (const tokens of await sessions("at-once", 20)) {
      // Warm in both, so that a cache could betray us.
      expect((await clients[0].me(tokens.access_token)).status).toBe(200);
      expect((await clients[1].me(tokens.access_token)).status).toBe(200);
      expect((await clients[0].logOut(tokens.refresh_token)).status).toBe(204);
      expect((await clients[1].me(tokens.access_token)).status).toBe(401);
      expect((await clients[1].refresh(tokens.refresh_token)).status).toBe(401);
    }
  });

  it(
    `RT-13: racing a refresh on the other × ${races}, leaves no token of the family alive anywhere (attack class 2)`,
    { timeout: 30_000 + races * 200 },
    async () => {
      let won = 0;
      const race = async (tokens: Tokens, [refreshing, revoking]: readonly [Client, Client]) => {
        const [refreshed, loggedOut] = await Promise.all([
          refreshing.refresh(tokens.refresh_token),
          revoking.logOut(tokens.refresh_token),
        ]);
        expect(loggedOut.status).toBe(204);
        expect([200, 401]).toContain(refreshed.status);
        const issued = refreshed.status === 200 ? [tokens, refreshed.body as Tokens] : [tokens];
        won += issued.length - 1;
        const presented = issued.flatMap(({ access_token: access, refresh_token: refresh }) =>
          clients.flatMap((client) => [client.me(access), client.refresh(refresh)]),
        );
        for (const { status } of await Promise.all(presented)) expect(status).toBe(401);
      };
      for (const [index, tokens] of (await sessions("rt13", races)).entries()) {
        await race(tokens, index % 2 === 0 ? clients : [clients[1], clients[0]]);
      }
      // Both orders happened, or this was no race.
      expect(won).toBeGreaterThan(0);
      expect(won).toBeLessThan(races);
    },
  );
});

describe("both writing at once", () => {
  it(`stop neither event loop for ${longestStopMilliseconds} ms, and refuse nothing`, { timeout: 30_000 }, async () => {
    const chains = await sessions("busy", 16);
    await Promise.all(servers.map((server) => server.longestStop("reset")));
    let rotations = 0;
    const rotate = async (client: Client, tokens: Tokens) => {
      let { refresh_token: refresh } = tokens;
      for (let turn = 0; turn < 40; turn++) {
        const answer = await client.refresh(refresh);
        expect(answer.status).toBe(200);
        refresh = answer.body.refresh_token as string;
        rotations++;
      }
    };
    await Promise.all(chains.map((tokens, index) => rotate(clients[(index % 2) as 0 | 1], tokens)));
    expect(rotations).toBe(640);
    for (const server of servers) expect(await server.longestStop()).toBeLessThan(longestStopMilliseconds);
  });
});

describe("200 parallel wrong guesses at one account, over both", () => {
  it("NI-04: as many are judged as the waits allow, and the others are told when to come back (attack class 9)", async () => {
    expect((await clients[0].signUp("guessed")).status).toBe(201);
    const began = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        clients[(index % 2) as 0 | 1].logIn("guessed", `wrong wrong wrong ${index}`),
      ),
    );
    const seconds = (performance.now() - began) / 1000;
    const statuses = answers.map(({ status }) => status);
    // The hash queue may be full: busy judges nobody.
    expect([...new Set(statuses)].filter((status) => ![401, 429, 503].includes(status))).toEqual([]);
    // Five at once; then one each after 1, 2, 4 … seconds.
    const judged = statuses.filter((status) => status === 401).length;
    expect(judged).toBeGreaterThanOrEqual(5);
    expect(judged).toBeLessThanOrEqual(5 + Math.floor(Math.log2(seconds + 1)));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ error: { code: "RATE_LIMITED" } });
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  });
});
