// The README's first command, as it is written there: it must answer within its time and end cleanly when told to.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CheckResult, type Finding, isEntry, report } from "./lib/report.ts";
import { repositoryRoot } from "./lib/repository.ts";

const ANSWER_WITHIN_SECONDS = 60;
const END_WITHIN_SECONDS = 15;

/** Starts `command` in `root` on a free port with an empty database, waits for its health, and ends it with SIGTERM. */
export async function checkStart(root: string, command: readonly [string, ...string[]]): Promise<CheckResult> {
  const data = mkdtempSync(join(tmpdir(), "latchkey-start-"));
  const port = await freePort();
  const env = {
    ...process.env,
    HOST: "127.0.0.1",
    PORT: String(port),
    METRICS_PORT: "0",
    DATABASE_URL: `sqlite:${join(data, "latchkey.db")}`,
  };
  // A process group of its own: the package manager stands between us and the server.
  const child = spawn(command[0], command.slice(1), {
    cwd: root,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const begun = performance.now();
  try {
    const ready = await answers(child, `http://127.0.0.1:${port}/health/ready`);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    const findings: Finding[] = [];
    const where = command.join(" ");
    const early = child.exitCode === null ? `not ready after ${ANSWER_WITHIN_SECONDS} s` : "ended before it was ready";
    if (!ready) findings.push({ where, what: `${early}:\n${output}` });
    else if (!(await endsCleanly(child))) findings.push({ where, what: `did not end cleanly on SIGTERM:\n${output}` });
    return { findings, looked: 1, summary: `${ready ? "" : "not "}ready after ${seconds} s` };
  } finally {
    if (child.exitCode === null && child.signalCode === null) signalGroup(child, "SIGKILL");
    rmSync(data, { recursive: true, force: true });
  }
}

/** A port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port to be had");
  return address.port;
}

async function answers(child: ChildProcess, url: string): Promise<boolean> {
  const deadline = performance.now() + ANSWER_WITHIN_SECONDS * 1000;
  while (performance.now() < deadline && child.exitCode === null) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 200) return true;
    await sleep(100);
  }
  return false;
}

async function endsCleanly(child: ChildProcess): Promise<boolean> {
  const ended = once(child, "close").then(() => true);
  signalGroup(child, "SIGTERM");
  return Promise.race([ended, sleep(END_WITHIN_SECONDS * 1000, false, { ref: false })]);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined) process.kill(-child.pid, signal);
}

if (isEntry(import.meta.url))
  report("start command", await checkStart(repositoryRoot, ["npx", "-y", "pnpm@12", "start"]));
