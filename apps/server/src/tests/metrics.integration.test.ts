// What operators see of a server: metrics and health with detail, on a port of its own.
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfiguration } from "../config/load-configuration.ts";
import { createLog } from "../log.ts";
import { startServer } from "../start-server.ts";
import type { RunningServer } from "../start-server.ts";
import { testPassword } from "./support/client.ts";
import { createSandbox } from "./support/sandbox.ts";
import { runMain } from "./support/server-process.ts";

const log = createLog({ level: "silent", format: "json" });
const sandbox = createSandbox();
const configuration = loadConfiguration(sandbox.environment, sandbox.folder);
let server: RunningServer;
let origin: string;
let operators: string;

beforeAll(async () => {
  server = await startServer({ ...configuration, metrics: { host: "127.0.0.1", port: 0 } }, log);
  origin = `http://127.0.0.1:${server.port}`;
  operators = `http://127.0.0.1:${server.metricsPort}`;
});
afterAll(async () => {
  await server.close(0);
  sandbox.remove();
});

const post = (path: string, body: unknown) =>
  fetch(`${origin}/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** Samples by name and labels; every line must be of the format. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const answer = await fetch(`${operators}/metrics`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const text = await answer.text();
  expect(text.endsWith("\n")).toBe(true);
  const samples = new Map<string, number>();
  for (const line of text.trimEnd().split("\n")) {
    if (/^# (HELP [a-z_]+ \S.*|TYPE [a-z_]+ (counter|gauge|histogram))$/.test(line)) continue;
    const sample = /^([a-z_]+(?:\{(?:[a-z_]+="[^"\\]*",?)+\})?) ([0-9.e+-]+)$/.exec(line);
    expect(sample, line).not.toBeNull();
    samples.set(sample![1]!, Number(sample![2]));
  }
  return samples;
}

describe("the port of the operators", () => {
  it("counts requests by operation and status, refusals by code, and how long they took", async () => {
    await post("/signup", { username: "gildong", password: testPassword });
    await post("/login", { username: "gildong", password: testPassword });
    await post("/login", { username: "gildong", password: "wrong wrong wrong" });
    await fetch(`${origin}/v1/nothing/${"x".repeat(50)}`);
    const samples = await scrape();
    const labels = 'realm="main",operation="logIn"';
    expect(samples.get(`latchkey_requests_total{${labels},status="200"}`)).toBe(1);
    expect(samples.get(`latchkey_requests_total{${labels},status="401"}`)).toBe(1);
    expect(samples.get('latchkey_requests_total{realm="main",operation="none",status="404"}')).toBe(1);
    expect(samples.get(`latchkey_refusals_total{${labels},code="credentials_invalid"}`)).toBe(1);
    expect(samples.get(`latchkey_request_duration_seconds_bucket{${labels},le="+Inf"}`)).toBe(2);
    expect(samples.get(`latchkey_request_duration_seconds_count{${labels}}`)).toBe(2);
    expect(samples.get(`latchkey_request_duration_seconds_sum{${labels}}`)).toBeGreaterThan(0);
  });

  it("tells queue, index, keys and commits", async () => {
    const samples = await scrape();
    const realm = '{realm="main"}';
    for (const name of ["hash_queue_running", "hash_queue_waiting", `revocation_index_age_seconds${realm}`])
      expect(samples.get(`latchkey_${name}`), name).toBe(0);
    expect(samples.get(`latchkey_ready${realm}`)).toBe(1);
    expect(samples.get(`latchkey_revocation_index_entries${realm}`)).toBeGreaterThanOrEqual(0);
    expect(samples.get('latchkey_signing_keys{realm="main",use="access",state="current"}')).toBe(1);
    expect(samples.get('latchkey_throttled_total{realm="main",limit="failuresPerAddress"}')).toBe(0);
    const commits = samples.get("latchkey_commit_units_count")!;
    expect(samples.get("latchkey_commit_units_sum")).toBeGreaterThanOrEqual(commits);
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => post("/signup", { username: `many${index}`, password: testPassword })),
    );
    const after = await scrape();
    expect(after.get("latchkey_commit_units_sum")).toBe(samples.get("latchkey_commit_units_sum")! + 8);
    expect(after.get('latchkey_commit_units_bucket{le="+Inf"}')).toBe(after.get("latchkey_commit_units_count"));
  });

  it("OP-10 metrics and detailed health are not on the public port, whose health says one word", async () => {
    const health = await fetch(`${operators}/health`);
    expect([health.status, await health.json()]).toMatchObject([
      200,
      { status: "ready", database: { load: { kind: "group_commit" } }, realms: [{ name: "main", ready: true }] },
    ]);
    const missing = await fetch(`${origin}/metrics`);
    expect([missing.status, await missing.text()]).toEqual([404, expect.not.stringContaining("latchkey_")]);
    expect((await fetch(`${origin}/health`)).status).toBe(404);
    expect(await (await fetch(`${origin}/health/ready`)).json()).toEqual({ status: "ready" });
    expect((await fetch(`${operators}/v1/me`)).status).toBe(404);
    expect(configuration.metrics).toBeNull();
    const { METRICS_PORT: _port, ...environment } = sandbox.environment;
    expect(loadConfiguration(environment, sandbox.folder).metrics).toEqual({ host: "127.0.0.1", port: 9464 });
  });

  it("ends the start with word of METRICS_PORT where its port is taken, before anybody is served", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const own = createSandbox({ environment: { METRICS_PORT: String(port) } });
    const { code, stderr } = await runMain(own, []);
    other.close();
    own.remove();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} is in use`);
    expect(stderr).toContain(`METRICS_PORT=${port + 1} npx -y pnpm@12 start`);
    expect(stderr).toContain("METRICS_PORT=0 for none");
    expect(stderr).not.toContain("Listening");
  });
});
