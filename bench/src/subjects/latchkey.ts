// Latchkey's server and what it is asked: the `latchkey` contract at /v1, everything as it is by default, SQLite on disk.
import { HttpExchange } from "../load/http-exchange.ts";
import type { ConnectionJob } from "../load/job.ts";
import { createPostgresDatabase } from "../databases/postgres.ts";
import { introspector, startLatchkey } from "./latchkey-server.ts";
import {
  eachConnection,
  postJson,
  rivalLogInConnections,
  usualConnections,
  type RunningSubject,
  type Subject,
  type Work,
} from "./subject.ts";

const password = "correct horse battery staple";
const json = { "content-type": "application/json" };
/** The cache of verified tokens keeps 10,000: by the time one of these comes again, it is forgotten. */
const unknownTokens = 24_000;

interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

/** Names of accounts by process, so that works share them: each costs a hash. */
const accounts = new WeakMap<RunningSubject, string[]>();
let names = 0;

/** The server of a staged build. `thorough` adds works that are too long for a quick run. */
export function latchkey(main: string, thorough: boolean): Subject {
  return {
    id: "latchkey",
    title: "Latchkey",
    works: [
      me,
      refresh("refresh", usualConnections),
      ...(thorough ? [meUnknown, refresh("refresh-64", 64)] : []),
      logIn,
      ...(thorough ? [meBesideLogIn()] : []),
      introspect,
    ],
    start: (folder) => startLatchkey(main, folder),
  };
}

/** The same on a database of its own on a PostgreSQL server. */
export function latchkeyOnPostgres(main: string, server: string): Subject {
  const works = [me, refresh("refresh", usualConnections, "synchronous_commit=on")];
  return {
    id: "latchkey-postgres",
    title: "Latchkey on PostgreSQL",
    works: works.map((work) => ({ ...work, sharesCores: true })),
    async start(folder) {
      const { url, drop } = await createPostgresDatabase(server);
      try {
        const running = await startLatchkey(main, folder, { databaseUrl: url });
        return { ...running, end: () => running.end().finally(drop) };
      } catch (error) {
        await drop();
        throw error;
      }
    },
  };
}

const me: Work = {
  id: "me",
  connections: usualConnections,
  conditions:
    "known tokens: 100 % hits of the verified-token cache; revocation judged and the account proven current each time",
  shortLived: true,
  prepare: (running, connections) =>
    eachConnection(connections, async (index) => askMe([(await session(running, index)).access])),
};

const meUnknown: Work = {
  id: "me-unknown",
  connections: usualConnections,
  conditions: "tokens never seen or forgotten: 0 % hits; otherwise as me",
  shortLived: true,
  prepare: async (running, connections) => {
    const each = Math.ceil(unknownTokens / connections);
    const sessions: Tokens[] = [];
    for (let index = 0; index < connections; index++) sessions.push(await session(running, index));
    return Promise.all(sessions.map(async (one) => askMe(await refreshOften(running.port, one.refresh, each))));
  },
};

const meBesideLogIn = (): Work => ({
  ...me,
  id: "me-beside-login",
  conditions: `${me.conditions}; ${rivalLogInConnections} more connections log in meanwhile, uncounted`,
  beside: { ...logIn, connections: rivalLogInConnections },
});

function refresh(id: string, connections: number, durability = "synchronous=FULL"): Work {
  return {
    id,
    connections,
    conditions: `${durability}: on disk when answered`,
    prepare: (running) =>
      eachConnection(connections, async (index) => askRefresh((await session(running, index)).refresh)),
  };
}

const logIn: Work = {
  id: "login",
  connections: usualConnections,
  conditions: "argon2id m=19456 t=2 p=1; family and event on disk when answered",
  prepare: (running, connections) =>
    eachConnection(connections, async (index) => {
      const username = await account(running, index);
      return { method: "POST", path: "/v1/login", headers: json, body: JSON.stringify({ username, password }) };
    }),
};

const introspect: Work = {
  id: "introspect",
  connections: usualConnections,
  conditions: "one active access token for each connection",
  shortLived: true,
  prepare: (running, connections) =>
    eachConnection(connections, async (index) => ({
      method: "POST",
      path: "/v1/token/introspect",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: `Basic ${Buffer.from(`${introspector.id}:${introspector.secret}`).toString("base64")}`,
      },
      body: `token=${(await session(running, index)).access}`,
    })),
};

/** `GET /v1/me` with each of some access tokens in turn. */
export function askMe(tokens: readonly string[]): ConnectionJob {
  return { method: "GET", path: "/v1/me", headers: { authorization: "Bearer {}" }, tokens };
}

/** `POST /v1/token/refresh`, beginning with one or several refresh tokens. */
export function askRefresh(...tokens: readonly string[]): ConnectionJob {
  return {
    method: "POST",
    path: "/v1/token/refresh",
    headers: json,
    body: '{"refresh_token":"{}"}',
    rotates: "refresh_token",
    tokens,
  };
}

async function account(running: RunningSubject, index: number): Promise<string> {
  const known = accounts.get(running) ?? [];
  accounts.set(running, known);
  known[index % usualConnections] ??= await signUp(running.port);
  return known[index % usualConnections]!;
}

async function signUp(port: number): Promise<string> {
  const username = `bench-${names++}`;
  await postJson(port, "/v1/signup", { username, password });
  return username;
}

/** A session of its own: works must not use up one another's refresh tokens. */
async function session(running: RunningSubject, index: number): Promise<Tokens> {
  const username = await account(running, index);
  const answer = await postJson(running.port, "/v1/login", { username, password });
  return { access: String(answer["access_token"]), refresh: String(answer["refresh_token"]) };
}

/** The access tokens of so many refreshes, one after another. */
async function refreshOften(port: number, token: string, times: number): Promise<readonly string[]> {
  const exchange = await HttpExchange.open(port);
  const found: string[] = [];
  try {
    for (let done = 0; done < times; done++) {
      const text = JSON.stringify({ refresh_token: token });
      const { status, body } = await exchange.ask(
        `POST /v1/token/refresh HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
      );
      if (status !== 200) throw new Error(`a refresh was answered with ${status}: ${body}`);
      const answer = JSON.parse(body) as { readonly access_token: string; readonly refresh_token: string };
      found.push(answer.access_token);
      token = answer.refresh_token;
    }
  } finally {
    exchange.close();
  }
  return found;
}
