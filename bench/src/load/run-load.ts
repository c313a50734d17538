// A closed loop on every connection: warm up, measure, count. An answer that is no success ends the measurement: figures of refusals mean nothing.
import { HttpExchange } from "./http-exchange.ts";
import type { ConnectionJob, LoadJob, LoadResult } from "./job.ts";
import { cpuMilliseconds } from "./proc.ts";

interface Window {
  /** On the clock of `performance.now()`. */
  from: number;
  until: number;
  readonly latencies: number[];
}

/** Runs a job in this process. @throws Error at the first answer that is no success */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const { connections, beside = [] } = job;
  const exchanges = await Promise.all([...connections, ...beside].map(() => HttpExchange.open(job.port)));
  const start = performance.now() + job.warmUpSeconds * 1000;
  const window: Window = { from: start, until: start + job.seconds * 1000, latencies: [] };
  const uncounted: number[] = [];
  const usage = watchUsage(job, window);
  const stopPolling = pollBusily();
  try {
    const held = await Promise.all(
      [...connections, ...beside].map((one, index) =>
        drive(exchanges[index]!, one, window, index < connections.length ? window.latencies : uncounted),
      ),
    );
    const tokens = held.slice(0, connections.length);
    const used = await usage;
    const requests = window.latencies.length;
    const sorted = Float64Array.from(window.latencies).sort();
    return {
      requests,
      requestsPerSecond: requests / (used.milliseconds / 1000),
      p50: sorted[Math.floor(requests * 0.5)] ?? Number.NaN,
      p95: sorted[Math.floor(requests * 0.95)] ?? Number.NaN,
      p99: sorted[Math.floor(requests * 0.99)] ?? Number.NaN,
      cpuPerRequest: used.server / requests,
      serverBusy: used.server / used.milliseconds,
      loadShare: used.load / used.milliseconds,
      tokens,
    };
  } finally {
    stopPolling();
    for (const exchange of exchanges) exchange.close();
  }
}

// The load never sleeps. A server that writes to a sleeping process pays for waking it, the more so in a virtual machine, and only the slower servers
// would: the fastest keeps the load awake by itself.
function pollBusily(): () => void {
  let immediate = setImmediate(function again() {
    immediate = setImmediate(again);
  });
  return () => clearImmediate(immediate);
}

async function drive(
  exchange: HttpExchange,
  job: ConnectionJob,
  window: Window,
  latencies: number[],
): Promise<readonly string[] | null> {
  const write = requestWriter(job);
  const { rotates, tokens = [] } = job;
  const requests = tokens.length === 0 ? [write("")] : tokens.map(write);
  const held = [...tokens];
  for (let turn = 0; ; turn = (turn + 1) % requests.length) {
    const asked = performance.now();
    if (asked >= window.until) return rotates === undefined ? null : held;
    const { status, body } = await exchange.ask(requests[turn]!);
    const answered = performance.now();
    if (status < 200 || status > 299) throw new Error(`${job.method} ${job.path} was answered with ${status}: ${body}`);
    if (answered >= window.from && answered < window.until) latencies.push(answered - asked);
    if (rotates === undefined) continue;
    held[turn] = member(body, rotates);
    requests[turn] = write(held[turn]!);
  }
}

function requestWriter({ method, path, headers, body }: ConnectionJob): (token: string) => string {
  const lines = Object.entries({ host: "localhost", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join("")}`;
  return (token) => {
    if (body === undefined) return `${head.replace("{}", token)}\r\n`;
    const text = body.replace("{}", token);
    return `${head.replace("{}", token)}content-length: ${text.length}\r\n\r\n${text}`;
  };
}

/** A text member of a JSON answer, without parsing the whole: the load must stay cheaper than what it loads. */
function member(body: string, name: string): string {
  const label = `"${name}":"`;
  const start = body.indexOf(label);
  if (start < 0) throw new Error(`the answer has no ${name}: ${body}`);
  return body.slice(start + label.length, body.indexOf('"', start + label.length));
}

interface Usage {
  readonly milliseconds: number;
  readonly server: number;
  readonly load: number;
}

function watchUsage({ pid }: LoadJob, window: Window): Promise<Usage> {
  const look = () => ({ at: performance.now(), server: cpuMilliseconds(pid), load: process.cpuUsage() });
  return new Promise((resolve) => {
    setTimeout(() => {
      const first = look();
      window.from = first.at;
      setTimeout(() => {
        const last = look();
        window.until = Math.min(window.until, last.at);
        const load = last.load.user - first.load.user + last.load.system - first.load.system;
        resolve({ milliseconds: window.until - first.at, server: last.server - first.server, load: load / 1000 });
      }, window.until - first.at);
    }, window.from - performance.now());
  });
}
