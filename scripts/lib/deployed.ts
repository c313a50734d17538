// A deployed folder as `pnpm deploy` makes it: how it is made, what must not be in it, and how a process runs from it under a user without rights.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, globSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Finding } from "./report.ts";
import { run } from "./repository.ts";

const READY_WITHIN_SECONDS = 60;
const END_WITHIN_SECONDS = 15;
/** `nobody` of Debian; used where the check runs as root. */
const UNPRIVILEGED_ID = 65_534;

/** Deploys the built repository at `root` to `folder` as docs/deploy.md says, with this process's Node as `bin/node`. */
export function deploy(root: string, folder: string): void {
  const ended = run("npx", ["-y", "pnpm@12", "--filter", "@latchkey/server", "deploy", "--prod", folder], root);
  if (ended.code !== 0) throw new Error(`pnpm deploy failed: ${ended.stdout}${ended.stderr}`);
  mkdirSync(join(folder, "bin"));
  copyFileSync(process.execPath, join(folder, "bin/node"));
  chmodSync(join(folder, "bin/node"), 0o755);
}

/** What a deployed folder should not have, and what it lacks. */
export function inspectDeployed(
  root: string,
  folder: string,
): { readonly findings: Finding[]; readonly packages: number } {
  const findings: Finding[] = [];
  const add = (where: string, what: string) => void findings.push({ where, what });
  const installed = globSync("node_modules/.pnpm/*@*", { cwd: folder }).map((path) =>
    path.slice("node_modules/.pnpm/".length),
  );
  for (const name of installed) {
    if (/^(node-linux|typescript|vitest|playwright|oauth4webapi|rolldown|fast-check)/.test(name))
      add(name, "is no production dependency");
    // Peers stand behind the version, and may differ.
    const [version] = name.split("_");
    const isOurs = name.startsWith("@latchkey+");
    if (!isOurs && globSync(`node_modules/.pnpm/${version!}*`, { cwd: root }).length === 0)
      add(name, "is not the version that the lockfile names and the tests ran with");
  }
  const own = "{dist,node_modules/.pnpm/@latchkey+*/node_modules/@latchkey/*}/**/*";
  for (const path of globSync(own, { cwd: folder })) {
    const file = statSync(join(folder, path));
    if (/(?<!\.d)\.ts$/.test(path)) add(path, "is a source: Node strips no types below node_modules");
    if (file.isFile() && file.nlink > 1) add(path, "is linked to another file, which a later build may change");
    if (path.endsWith("/package.json") && readFileSync(join(folder, path), "utf8").includes('"./src/'))
      add(path, "exports sources");
  }
  for (const path of ["dist/main.js", "deploy/nginx/latchkey.conf", "deploy/systemd/latchkey@.service"])
    if (!existsSync(join(folder, path))) add(path, "is missing");
  for (const driver of ["pg", "mysql2", "better-sqlite3"]) {
    const ended = run(join(folder, "bin/node"), ["--input-type=module", "--eval", `await import("${driver}")`], folder);
    if (ended.code !== 0) add(driver, `cannot be imported: ${ended.stderr}`);
  }
  return { findings, packages: installed.length };
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port to be had");
  return address.port;
}

/** A process from a deployed folder. */
export interface DeployedProcess {
  readonly child: ChildProcess;
  output(): string;
  /** Waits until it is ready. @throws Error where it ends first, or takes too long. */
  ready(port: number): Promise<void>;
  /** SIGTERM, and the exit code; SIGKILL where that takes too long. */
  end(): Promise<number | null>;
}

/** Runs the deployed server with `words` in `cwd` under a user without rights. `environment` is all that it gets. */
export function runDeployed(
  folder: string,
  at: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
  words: readonly string[] = [],
): DeployedProcess {
  const child = spawn(join(folder, "bin/node"), [join(folder, "dist/main.js"), ...words], {
    cwd: at.cwd,
    env: at.environment,
    stdio: ["ignore", "pipe", "pipe"],
    ...(process.getuid?.() === 0 ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {}),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return {
    child,
    output: () => output,
    async ready(port) {
      const deadline = performance.now() + READY_WITHIN_SECONDS * 1000;
      while (performance.now() < deadline && child.exitCode === null) {
        const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
        await answer?.body?.cancel();
        if (answer?.status === 200) return;
        await sleep(100);
      }
      throw new Error(`the deployed server was not ready:\n${output}`);
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), END_WITHIN_SECONDS * 1000);
      return await ended.finally(() => clearTimeout(late));
    },
  };
}
