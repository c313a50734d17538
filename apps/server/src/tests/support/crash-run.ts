// Kills a server with -9 in the middle of its work, starts it again, and holds it to every answer that it gave. The seed makes a run's choices repeatable.
import assert from "node:assert/strict";
import { createClient } from "./client.ts";
import type { Client } from "./client.ts";
import { createSandbox } from "./sandbox.ts";
import { startProcess } from "./server-process.ts";
import type { ServerProcess } from "./server-process.ts";
import type { Sandbox } from "./sandbox.ts";

/** What a run looked at. */
export interface CrashReport {
  readonly kills: number;
  readonly signUps: number;
  readonly rotations: number;
  readonly logOuts: number;
}

/** A session as its client knows it: only what was answered. */
interface KnownSession {
  readonly username: string;
  access: string;
  /** Every refresh token that an answer brought, oldest first. */
  readonly refresh: string[];
  state: "alive" | "logged_out" | "unsure";
}

const clientsAtOnce = 6;

/**
 * Runs `kills` rounds of work, kill, restart and proof. With a witness, a second process on the same database works through every kill, and is asked for the proofs.
 * A sandbox that is given stays the caller's to remove; its leeway must be longer than a restart takes.
 * @throws AssertionError where an answer was not kept
 */
export async function runCrashes(options: {
  readonly kills: number;
  readonly seed: number;
  readonly witness?: boolean;
  readonly sandbox?: Sandbox;
}): Promise<CrashReport> {
  const random = createRandom(options.seed);
  const sandbox = options.sandbox ?? createSandbox();
  const counts = { kills: 0, signUps: 0, rotations: 0, logOuts: 0 };
  let server: ServerProcess | undefined = await startProcess(sandbox);
  const witness = options.witness === true ? await startProcess(sandbox) : undefined;
  const steady = witness === undefined ? undefined : rotateSteadily(createClient(witness.origin));
  try {
    for (let round = 0; round < options.kills; round++) {
      const sessions = await workUntilKilled(server, { round, random, counts });
      counts.kills++;
      server = await startProcess(sandbox);
      await proveAnswers(createClient((witness ?? server).origin), sessions);
    }
    await steady?.stop();
    for (const process of [server, witness]) assert.equal((await process?.end())?.code ?? 0, 0);
    server = undefined;
    return counts;
  } finally {
    await Promise.all([server?.end("SIGKILL"), witness?.end("SIGKILL")]);
    if (options.sandbox === undefined) sandbox.remove();
  }
}

/** One session that is refreshed without a pause; no refresh may fail. */
function rotateSteadily(client: Client): { stop(): Promise<void> } {
  let stopped = false;
  const work = async () => {
    let { refresh_token: refresh } = (await client.signUp("steady")).body;
    while (!stopped) {
      const answer = await client.refresh(refresh);
      assert.equal(answer.status, 200, "the death of one process failed a refresh on the other");
      refresh = answer.body.refresh_token;
    }
  };
  const end = work();
  // Looked at by stop(); until then a failure must not end the run unseen.
  end.catch(() => {});
  return {
    async stop() {
      stopped = true;
      await end;
    },
  };
}

async function workUntilKilled(
  server: ServerProcess,
  work: {
    readonly round: number;
    readonly random: () => number;
    readonly counts: { signUps: number; rotations: number; logOuts: number };
  },
): Promise<readonly KnownSession[]> {
  const { random, counts } = work;
  const client = createClient(server.origin);
  const sessions: KnownSession[] = [];
  // The kill comes after so many answers: at no moment that the server could know.
  let answersLeft = 40 + Math.floor(random() * 120);
  const answered = () => {
    if (--answersLeft === 0) server.child.kill("SIGKILL");
  };

  const live = async (name: string): Promise<void> => {
    for (let turn = 0; ; turn++) {
      const username = `${name}-${turn}`;
      const { status, body } = await client.signUp(username);
      assert.equal(status, 201);
      counts.signUps++;
      const session: KnownSession = {
        username,
        access: body.access_token,
        refresh: [body.refresh_token],
        state: "alive",
      };
      sessions.push(session);
      answered();
      await rotateForAWhile(client, session, { turns: Math.floor(random() * 12), counts, answered });
      if (random() < 0.5) {
        session.state = "unsure";
        assert.equal((await client.logOut(session.refresh.at(-1)!)).status, 204);
        session.state = "logged_out";
        counts.logOuts++;
        answered();
      }
    }
  };
  const lives = Array.from({ length: clientsAtOnce }, (_, index) => live(`round${work.round}-client${index}`));
  // Each life ends when the connection does; a wrong answer ends it with an assertion, which is passed on.
  const ends = await Promise.allSettled(lives);
  await server.end("SIGKILL");
  // Failures of the connection before the kill would be faults of the server.
  assert.ok(answersLeft <= 0, "the server went away before it was killed");
  for (const end of ends)
    if (end.status === "rejected" && end.reason instanceof assert.AssertionError) throw end.reason;
  return sessions;
}

async function rotateForAWhile(
  client: Client,
  session: KnownSession,
  work: { readonly turns: number; readonly counts: { rotations: number }; readonly answered: () => void },
): Promise<void> {
  for (let turn = 0; turn < work.turns; turn++) {
    const { status, body } = await client.refresh(session.refresh.at(-1)!);
    assert.equal(status, 200);
    session.access = body.access_token;
    session.refresh.push(body.refresh_token);
    work.counts.rotations++;
    work.answered();
  }
}

async function proveAnswers(client: Client, sessions: readonly KnownSession[]): Promise<void> {
  for (const session of sessions) {
    const { username, access, refresh, state } = session;
    if (state === "unsure") continue;
    const me = await client.me(access);
    if (state === "logged_out") {
      assert.equal(me.status, 401, `${username}: an answered log-out was lost (access)`);
      assert.equal(
        (await client.refresh(refresh.at(-1)!)).status,
        401,
        `${username}: an answered log-out was lost (refresh)`,
      );
      continue;
    }
    assert.equal(me.status, 200, `${username}: an answered sign-up was lost`);
    assert.equal(me.body.username, username);
    // Within the leeway this holds also where a rotation was committed and its answer never left.
    const next = await client.refresh(refresh.at(-1)!);
    assert.equal(next.status, 200, `${username}: the newest answered refresh token was lost`);
    assert.ok(!refresh.includes(next.body.refresh_token), `${username}: a generation was issued twice`);
    const ancestor = refresh.at(-2);
    if (ancestor !== undefined) {
      const replay = await client.refresh(ancestor);
      assert.equal(replay.status, 401, `${username}: a rotated token came back to life`);
      assert.equal((await client.refresh(next.body.refresh_token)).status, 401, `${username}: the replay was not seen`);
    }
  }
}

// Mulberry32: small, and the same everywhere.
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// As a program, for soak: node crash-run.ts [KILLS] [SEED] [witness]
if (import.meta.main) {
  const [kills = "100", seed = String(Date.now()), witness] = process.argv.slice(2);
  console.log(
    JSON.stringify({
      seed: Number(seed),
      ...(await runCrashes({ kills: Number(kills), seed: Number(seed), witness: witness !== undefined })),
    }),
  );
}
