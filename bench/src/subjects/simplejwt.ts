// Django REST framework with SimpleJWT, from the distribution's packages, behind gunicorn: one worker, because it gets one core.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { endProcess, keepComplaints, spawnPinned } from "../child/child.ts";
import { folderApart } from "../install-apart.ts";
import { answers, freePort } from "./latchkey-server.ts";
import {
  eachConnection,
  postJson,
  rivalLogInConnections,
  usualConnections,
  type RunningSubject,
  type Subject,
  type Synchronous,
  type Work,
} from "./subject.ts";

const python = process.env["LATCHKEY_TEST_PYTHON"] ?? "/usr/bin/python3";
const password = "correct horse battery staple";
const json = { "content-type": "application/json" };
const startLimitMilliseconds = 20_000;
const versions = `
import django, gunicorn, rest_framework_simplejwt
from importlib.metadata import version
print(f"Django {django.__version__} + SimpleJWT {version('djangorestframework-simplejwt')} on gunicorn {gunicorn.__version__}")
`;

/** How to make this rival, or why it cannot be had here. */
export function simpleJwt(): { readonly make: (synchronous: Synchronous) => Subject } | { readonly missing: string } {
  const { status, stdout } = spawnSync(python, ["-c", versions], { encoding: "utf8" });
  if (status !== 0) {
    return {
      missing: `${python} has no SimpleJWT or no gunicorn: apt-get install gunicorn python3-djangorestframework-simplejwt`,
    };
  }
  return {
    make: (synchronous) => ({
      id: `simplejwt-${synchronous.toLowerCase()}`,
      title: `${stdout.trim()}, ${synchronous}`,
      rival: true,
      works: synchronous === "FULL" ? [me, refresh(synchronous), logIn] : [refresh(synchronous)],
      start: (folder) => start(folder, synchronous),
    }),
  };
}

const me: Work = {
  id: "me",
  connections: usualConnections,
  conditions: "HS256 verified, account read each time; no revocation of access tokens",
  shortLived: true,
  prepare: ({ port }, connections) =>
    eachConnection(connections, async (index) => {
      const { access } = await postJson(port, "/login", credentials(index));
      return { method: "GET", path: "/me", headers: { authorization: `Bearer ${String(access)}` } };
    }),
};

function refresh(synchronous: Synchronous): Work {
  return {
    id: "refresh",
    connections: usualConnections,
    conditions: `synchronous=${synchronous}; rotation with the blacklist; HS256`,
    prepare: ({ port }, connections) =>
      eachConnection(connections, async (index) => ({
        method: "POST",
        path: "/refresh",
        headers: json,
        body: '{"refresh":"{}"}',
        rotates: "refresh",
        tokens: [String((await postJson(port, "/login", credentials(index)))["refresh"])],
      })),
  };
}

const logIn: Work = {
  id: "login",
  connections: rivalLogInConnections,
  conditions: "PBKDF2-SHA256, 260,000 rounds, its default",
  prepare: (_running, connections) =>
    eachConnection(connections, async (index) => ({
      method: "POST",
      path: "/login",
      headers: json,
      body: JSON.stringify(credentials(index)),
    })),
};

function credentials(index: number): { readonly username: string; readonly password: string } {
  return { username: `bench-${index}`, password };
}

async function start(folder: string, synchronous: Synchronous): Promise<RunningSubject> {
  const port = await freePort();
  // A thread more would only wait for the interpreter's lock and SQLite's.
  const options = ["--worker-class", "gthread", "--workers", "1", "--threads", "1", "--keep-alive", "60"];
  const where = ["--chdir", folderApart("rivals"), "--bind", `127.0.0.1:${port}`, "--log-level", "error"];
  const child = spawnPinned("server", [python, "-m", "gunicorn", ...options, ...where, "simplejwt:application"], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      PYTHONDONTWRITEBYTECODE: "1",
      BENCH_DATABASE: join(folder, "rival.db"),
      BENCH_SYNCHRONOUS: synchronous,
    },
  });
  const complaints = keepComplaints(child);
  const begun = performance.now();
  // It refuses a stranger as soon as it can answer at all.
  while (!(await answers(port, "/me", 401))) {
    if (performance.now() - begun <= startLimitMilliseconds && child.exitCode === null) continue;
    await endProcess(child);
    throw new Error(`gunicorn did not answer:\n${complaints()}`);
  }
  return { pid: workerOf(child.pid!), port, end: () => endProcess(child) };
}

/** gunicorn's own process only watches its worker. */
function workerOf(pid: number): number {
  const [worker] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return Number(worker);
}
