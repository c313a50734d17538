// One size of a database at a time: real sessions first, then the copies among them, then a server on it under load.
import { randomInt } from "node:crypto";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { startChild, type Child } from "../child/child.ts";
import type { ConnectionJob, LoadResult } from "../load/job.ts";
import { askMe, askRefresh } from "../subjects/latchkey.ts";
import { idleMegabytes, startLatchkey, type RunningLatchkey } from "../subjects/latchkey-server.ts";
import { postJson, usualConnections } from "../subjects/subject.ts";
import { copiedName, fillDatabase, type Size } from "./fill-database.ts";

/** What one size gave. Latencies by work, one per round, in milliseconds. */
export interface GrowthFigures {
  readonly size: Size;
  readonly databaseMegabytes: number;
  readonly fillSeconds: number;
  /** From the start of the process until `/health/ready`. */
  readonly firstAnswerMilliseconds: number;
  readonly idleMegabytes: number;
  readonly p95: Readonly<Record<GrowthWork, readonly number[]>>;
  readonly cpuPerRequest: Readonly<Record<GrowthWork, readonly number[]>>;
}

/** The works that are measured, in this order. */
export const growthWorks = ["me", "refresh", "login"] as const;
/** One of them. */
export type GrowthWork = (typeof growthWorks)[number];

/** How long each takes. */
export interface GrowthPlan {
  readonly sessionsPerConnection: number;
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly restMilliseconds: number;
}

const password = "correct horse battery staple";
const namesPerConnection = 500;
/** A hash takes a core: more would only wait for it, and what a larger table costs would drown in that. */
const logInConnections = 2;

/** Measures one size in an empty folder, which it leaves empty. */
export async function measureGrowth(
  main: string,
  size: Size,
  plan: GrowthPlan,
  folder: string,
): Promise<GrowthFigures> {
  const sessions = await makeSessions(main, folder, plan.sessionsPerConnection * usualConnections);
  const begun = performance.now();
  const file = join(folder, "latchkey.db");
  fillDatabase(file, size);
  const fillSeconds = (performance.now() - begun) / 1000;
  const server = await startLatchkey(main, folder);
  const load = await startChild("load", "load");
  try {
    const rest = await idleMegabytes(server, plan.restMilliseconds);
    const p95: Record<GrowthWork, number[]> = { me: [], refresh: [], login: [] };
    const cpuPerRequest: Record<GrowthWork, number[]> = { me: [], refresh: [], login: [] };
    let held = sessions;
    for (let round = 0; round < plan.rounds; round++) {
      const { access, refresh } = await refreshAll(server, held);
      held = refresh;
      for (const work of growthWorks) {
        const found = await measure(load, server, plan, jobsOf(work, access, held, size));
        p95[work].push(found.p95);
        cpuPerRequest[work].push(found.cpuPerRequest);
        if (work === "refresh") held = found.tokens.flatMap((tokens) => tokens ?? []);
      }
    }
    return {
      size,
      databaseMegabytes: statSync(file).size / 1e6,
      fillSeconds,
      firstAnswerMilliseconds: server.firstAnswerMilliseconds,
      idleMegabytes: rest,
      p95,
      cpuPerRequest,
    };
  } finally {
    await load.end();
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Refresh tokens of so many sessions, each of an account of its own, and one session that was ended: every kind of row is there to copy. */
async function makeSessions(main: string, folder: string, count: number): Promise<readonly string[]> {
  const server = await startLatchkey(main, folder);
  try {
    const tokens: string[] = [];
    for (let index = 0; index <= count; index++) {
      const answer = await postJson(server.port, "/v1/signup", { username: `real-${index}`, password });
      tokens.push(String(answer["refresh_token"]));
    }
    const logOut = await fetch(`http://127.0.0.1:${server.port}/v1/logout`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refresh_token: tokens.pop() }),
    });
    if (!logOut.ok) throw new Error(`the log-out was answered with ${logOut.status}`);
    return tokens;
  } finally {
    await server.end();
  }
}

async function refreshAll({ port }: RunningLatchkey, tokens: readonly string[]) {
  const [access, refresh]: [string[], string[]] = [[], []];
  for (const token of tokens) {
    const answer = await postJson(port, "/v1/token/refresh", { refresh_token: token });
    access.push(String(answer["access_token"]));
    refresh.push(String(answer["refresh_token"]));
  }
  return { access, refresh };
}

function jobsOf(
  work: GrowthWork,
  access: readonly string[],
  refresh: readonly string[],
  { accounts }: Size,
): readonly ConnectionJob[] {
  const connections = work === "login" ? logInConnections : usualConnections;
  return Array.from({ length: connections }, (_, connection) => {
    const mine = (tokens: readonly string[]) =>
      tokens.filter((_token, index) => index % usualConnections === connection);
    if (work === "me") return askMe(mine(access));
    if (work === "refresh") return askRefresh(...mine(refresh));
    return {
      method: "POST",
      path: "/v1/login",
      headers: { "content-type": "application/json" },
      body: `{"username":"{}","password":"${password}"}`,
      tokens: Array.from({ length: namesPerConnection }, () => copiedName(randomInt(accounts))),
    };
  });
}

function measure(
  load: Child,
  { pid, port }: RunningLatchkey,
  { warmUpSeconds, seconds }: GrowthPlan,
  connections: readonly ConnectionJob[],
): Promise<LoadResult> {
  return load.ask<LoadResult>({ pid, port, connections, warmUpSeconds, seconds });
}
