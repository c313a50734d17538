// The deployment as docs/deploy.md describes it, as far as one machine without Docker goes: the deployed folder under a user without rights,
// two processes on PostgreSQL behind nginx with the repository's site, one restarted after the other under load.
// Needs `pnpm build`, nginx, openssl, psql, and LATCHKEY_TEST_POSTGRES; changes nothing in the repository.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type DeployedProcess, deploy, freePort, inspectDeployed, runDeployed } from "./lib/deployed.ts";
import { type NginxSite, startNginxSite } from "./lib/nginx-site.ts";
import { type CheckResult, type Finding, isEntry, report } from "./lib/report.ts";
import { repositoryRoot, run } from "./lib/repository.ts";

const LOG_OUT_WITHIN_MILLISECONDS = 1_000;
const PASSWORD = "correct horse battery staple";

/** Deploys the built repository at `root` and uses what came of it. `postgres` is the URL of a database whose role may create others. */
export async function checkDeploy(root: string, postgres: string): Promise<CheckResult> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-deploy-"));
  chmodSync(folder, 0o755);
  const name = `latchkey_test_${randomBytes(6).toString("hex")}`;
  const url = new URL(postgres);
  url.pathname = `/${name}`;
  try {
    const deployed = join(folder, "latchkey");
    deploy(root, deployed);
    const { findings, packages } = inspectDeployed(root, deployed);
    sql(postgres, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
    const served = await serveBehindNginx(folder, deployed, url.href);
    findings.push(...served.findings);
    return {
      findings,
      looked: packages,
      summary: `${packages} packages deployed, ${served.requests} requests while restarting`,
    };
  } finally {
    sql(postgres, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    rmSync(folder, { recursive: true, force: true });
  }
}

function sql(url: string, statement: string): string {
  const ended = run("psql", ["-qAt", "-v", "ON_ERROR_STOP=1", url, "-c", statement], "/");
  if (ended.code !== 0) throw new Error(`psql: ${ended.stderr}`);
  return ended.stdout.trim();
}

async function serveBehindNginx(
  folder: string,
  deployed: string,
  databaseUrl: string,
): Promise<{ readonly findings: readonly Finding[]; readonly requests: number }> {
  const cwd = join(folder, "state");
  mkdirSync(cwd);
  if (process.getuid?.() === 0) chownSync(cwd, 65_534, 65_534);
  copyFileSync(join(deployed, "deploy/latchkey.config.json"), join(folder, "latchkey.config.json"));
  const shared = {
    DATABASE_URL: databaseUrl,
    LATCHKEY_MASTER_KEY: randomBytes(32).toString("base64"),
    LATCHKEY_CONFIG: join(folder, "latchkey.config.json"),
    HOST: "127.0.0.1",
    METRICS_PORT: "0",
    NODE_ENV: "production",
  };
  const findings: Finding[] = [];
  const early = runDeployed(deployed, { cwd, environment: { ...shared, PORT: "0" } });
  const [refused] = (await once(early.child, "close")) as [number | null];
  if (refused !== 1 || !/migrate/.test(early.output()))
    findings.push({ where: "a start before migrate", what: `should be refused and say so:\n${early.output()}` });
  const migrate = runDeployed(deployed, { cwd, environment: shared }, ["migrate"]);
  const [migrated] = (await once(migrate.child, "close")) as [number | null];
  if (migrated !== 0) throw new Error(`migrate failed:\n${migrate.output()}`);

  const ports = [await freePort(), await freePort()] as const;
  const start = (port: number) => runDeployed(deployed, { cwd, environment: { ...shared, PORT: String(port) } });
  const processes = [start(ports[0]), start(ports[1])] as const;
  let site: NginxSite | undefined;
  const running = new Set<DeployedProcess>(processes);
  try {
    await Promise.all(processes.map((one, index) => one.ready(ports[index]!)));
    mkdirSync(join(folder, "nginx"));
    const at = { http: await freePort(), https: await freePort(), processes: ports };
    site = await startNginxSite(join(folder, "nginx"), join(deployed, "deploy"), at);
    findings.push(
      ...(await useSite(site)),
      ...(await checkAddress(site, databaseUrl)),
      ...(await checkLogOut(site, ports)),
    );
    const restarted = await restartUnderLoad(site, processes, ports, (port) => {
      const fresh = start(port);
      running.add(fresh);
      return fresh;
    });
    findings.push(...restarted.findings);
    return { findings, requests: restarted.requests };
  } finally {
    await site?.end();
    for (const code of await Promise.all([...running].map((one) => one.end())))
      if (code !== 0) findings.push({ where: "SIGTERM", what: `a process ended with ${code}` });
  }
}

function expectation(findings: Finding[]): (what: string, actual: unknown, expected: unknown) => void {
  return (what, actual, expected) => {
    if (actual !== expected)
      findings.push({ where: "behind nginx", what: `${what}: ${String(actual)}, not ${String(expected)}` });
  };
}

async function useSite(site: NginxSite): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const expect = expectation(findings);
  const [moved, where] = await site.redirect("/v1/me?x=1");
  expect("plain HTTP", `${moved} ${where}`, "308 https://127.0.0.1/v1/me?x=1");
  const signedUp = await site.ask("POST", "/v1/signup", { body: { username: "deployed", password: PASSWORD } });
  expect("sign-up", signedUp.status, 201);
  expect("Strict-Transport-Security", signedUp.headers["strict-transport-security"], "max-age=31536000");
  const loggedIn = await site.ask("POST", "/v1/login", { body: { username: "deployed", password: PASSWORD } });
  expect("log-in", loggedIn.status, 200);
  const me = await site.ask("GET", "/v1/me", bearer(loggedIn.body));
  expect("me", `${me.status} ${String(me.body["username"])}`, "200 deployed");
  const tooLarge = await site.ask("POST", "/v1/login", { body: { username: "x".repeat(70_000), password: PASSWORD } });
  expect("a body beyond 64 KiB", `${tooLarge.status} ${typeof tooLarge.body["error"]}`, "413 object");
  expect("readiness from outside", (await site.ask("GET", "/health/ready")).status, 404);
  expect("liveness from outside", (await site.ask("GET", "/health/live")).status, 200);
  return findings;
}

function bearer(tokens: Readonly<Record<string, unknown>>): { readonly headers: Readonly<Record<string, string>> } {
  return { headers: { authorization: `Bearer ${String(tokens["access_token"])}` } };
}

/** The client's address is the one that nginx saw, whatever the client claims. */
async function checkAddress(site: NginxSite, databaseUrl: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const expect = expectation(findings);
  const headers = { "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9", "x-real-ip": "203.0.113.9" };
  const body = { username: "elsewhere", password: PASSWORD };
  expect(
    "sign-up from another address",
    (await site.ask("POST", "/v1/signup", { body, headers, from: "127.0.0.2" })).status,
    201,
  );
  const addresses = sql(databaseUrl, "SELECT DISTINCT address FROM token_families ORDER BY address").split("\n");
  expect("the sessions' addresses", addresses.join(" "), "127.0.0.1 127.0.0.2");
  return findings;
}

/** A log-out through nginx is known to each process within the bound, whichever of them answered it. */
async function checkLogOut(site: NginxSite, ports: readonly number[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const expect = expectation(findings);
  const { body: tokens } = await site.ask("POST", "/v1/login", { body: { username: "deployed", password: PASSWORD } });
  const meAt = (port: number) =>
    fetch(`http://127.0.0.1:${port}/v1/me`, bearer(tokens)).then(async (answer) => {
      await answer.body?.cancel();
      return answer.status;
    });
  for (const port of ports) expect("a token at one process", await meAt(port), 200);
  const refresh = { body: { refresh_token: tokens["refresh_token"] } };
  expect("log-out", (await site.ask("POST", "/v1/logout", refresh)).status, 204);
  await sleep(LOG_OUT_WITHIN_MILLISECONDS);
  for (const port of ports) expect("the token at one process after a log-out", await meAt(port), 401);
  expect("a refresh after a log-out", (await site.ask("POST", "/v1/token/refresh", refresh)).status, 401);
  return findings;
}

/** Restarts one process after the other while somebody refreshes and asks: no answer may be a fault, and no session may end. */
async function restartUnderLoad(
  site: NginxSite,
  processes: readonly DeployedProcess[],
  ports: readonly number[],
  start: (port: number) => DeployedProcess,
): Promise<{ readonly findings: readonly Finding[]; readonly requests: number }> {
  let ending = false;
  let requests = 0;
  const findings: Finding[] = [];
  const client = async () => {
    let { body: tokens } = await site.ask("POST", "/v1/login", { body: { username: "deployed", password: PASSWORD } });
    while (!ending) {
      const me = await site.ask("GET", "/v1/me", bearer(tokens));
      const refreshed = await site.ask("POST", "/v1/token/refresh", {
        body: { refresh_token: tokens["refresh_token"] },
      });
      requests += 2;
      if (me.status !== 200 || refreshed.status !== 200) {
        findings.push({
          where: "while restarting",
          what: `me ${me.status}, refresh ${refreshed.status}\n${site.errorLog()}`,
        });
        return;
      }
      tokens = refreshed.body;
      await sleep(10);
    }
  };
  const clients = Promise.all([client(), client(), client(), client()]);
  for (const [index, port] of ports.entries()) {
    await processes[index]!.end();
    await start(port).ready(port);
    // As long as nginx counts a process out after a refused connection: 2 s on a clock of whole seconds, so up to 3.
    await sleep(3_500);
  }
  ending = true;
  await clients;
  return { findings, requests };
}

if (isEntry(import.meta.url)) {
  const postgres = process.env["LATCHKEY_TEST_POSTGRES"] ?? "";
  if (postgres === "") throw new Error("set LATCHKEY_TEST_POSTGRES, as .ci/services.sh does");
  report("deployment", await checkDeploy(repositoryRoot, postgres));
}
