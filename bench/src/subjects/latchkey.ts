// Latchkey's server and what it is asked: the `latchkey` contract at /v1, everything as it is by default, SQLite on disk.
import { startLatchkey } from "./latchkey-server.ts";
import { eachConnection, postJson, usualConnections, type RunningSubject, type Subject, type Work } from "./subject.ts";

const password = "correct horse battery staple";
const json = { "content-type": "application/json" };

interface Tokens {
  readonly username: string;
  readonly access: string;
  readonly refresh: string;
}

/** Accounts by process, so that works share them: each costs a hash. */
const accounts = new WeakMap<RunningSubject, Tokens[]>();
let names = 0;

/** The server of a staged build. */
export function latchkey(main: string): Subject {
  return {
    id: "latchkey",
    title: "Latchkey",
    works: [me, refresh, logIn],
    start: (folder) => startLatchkey(main, folder),
  };
}

const me: Work = {
  id: "me",
  connections: usualConnections,
  conditions: "known tokens: 100 % hits of the verified-token cache; revocation judged and account read each time",
  prepare: (running, connections) =>
    eachConnection(connections, async (index) => {
      const { access } = await account(running, index);
      return { method: "GET", path: "/v1/me", headers: { authorization: `Bearer ${access}` } };
    }),
};

const refresh: Work = {
  id: "refresh",
  connections: usualConnections,
  conditions: "synchronous=FULL: on disk when answered",
  prepare: (running, connections) =>
    eachConnection(connections, async (index) => ({
      method: "POST",
      path: "/v1/token/refresh",
      headers: json,
      body: '{"refresh_token":"{}"}',
      rotates: "refresh_token",
      token: (await account(running, index)).refresh,
    })),
};

const logIn: Work = {
  id: "login",
  connections: usualConnections,
  conditions: "argon2id m=19456 t=2 p=1; family and event on disk when answered",
  prepare: (running, connections) =>
    eachConnection(connections, async (index) => {
      const { username } = await account(running, index);
      return { method: "POST", path: "/v1/login", headers: json, body: JSON.stringify({ username, password }) };
    }),
};

async function account(running: RunningSubject, index: number): Promise<Tokens> {
  const known = accounts.get(running) ?? [];
  accounts.set(running, known);
  known[index] ??= await signUp(running.port);
  return known[index];
}

async function signUp(port: number): Promise<Tokens> {
  const username = `bench-${names++}`;
  const answer = await postJson(port, "/v1/signup", { username, password });
  return { username, access: String(answer["access_token"]), refresh: String(answer["refresh_token"]) };
}
