// Runs nginx with the site of apps/server/deploy: the repository's files, with ports, paths and the listeners for IPv6 substituted, and nothing else.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "./repository.ts";

/** The name that the site serves. */
const SITE_NAME = "id.example.com";

/** nginx under way. */
export interface NginxSite {
  /** Asks over TLS, whose certificate is verified. */
  ask(method: string, path: string, more?: AskOptions): Promise<SiteAnswer>;
  /** What `http://` answers: its status and Location. */
  redirect(path: string): Promise<readonly [number, string | null]>;
  errorLog(): string;
  end(): Promise<void>;
}

/** Of a request. */
export interface AskOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The client's own address, one of the loopback block. Default: the system's choice, 127.0.0.1. */
  readonly from?: string;
}

/** An answer, read. */
export interface SiteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Starts nginx in `folder` with the site of `deployFolder` on two ports, in front of two processes. @throws Error with nginx's words where it refuses the files. */
export async function startNginxSite(
  folder: string,
  deployFolder: string,
  ports: { readonly http: number; readonly https: number; readonly processes: readonly [number, number] },
): Promise<NginxSite> {
  const certificate = makeCertificate(folder);
  const configuration = writeConfiguration(folder, deployFolder, ports);
  const prefix = ["-p", `${folder}/`, "-c", configuration];
  const tested = run("/usr/sbin/nginx", [...prefix, "-t"], folder);
  if (tested.code !== 0) throw new Error(`nginx refuses the site:\n${tested.stderr}`);
  const child = spawn("/usr/sbin/nginx", [...prefix, "-g", "daemon off;"], { cwd: folder, stdio: "ignore" });
  const errorLog = () => readFileSync(join(folder, "error.log"), "utf8");
  await answers(child, ports.http, errorLog);
  return {
    ask: (method, path, more = {}) => ask(ports.https, certificate, method, path, more),
    async redirect(path) {
      const answer = await fetch(`http://127.0.0.1:${ports.http}${path}`, { redirect: "manual" });
      return [answer.status, answer.headers.get("location")];
    },
    errorLog,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "close");
    },
  };
}

function makeCertificate(folder: string): string {
  const tls = join(folder, "tls");
  mkdirSync(tls);
  const files = ["-keyout", join(tls, "privkey.pem"), "-out", join(tls, "fullchain.pem")];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const name = ["-subj", `/CN=${SITE_NAME}`, "-addext", `subjectAltName=DNS:${SITE_NAME}`];
  const made = run("openssl", ["req", "-x509", ...key, ...name, ...files], folder);
  if (made.code !== 0) throw new Error(`openssl made no certificate: ${made.stderr}`);
  return readFileSync(join(tls, "fullchain.pem"), "utf8");
}

function writeConfiguration(
  folder: string,
  deployFolder: string,
  {
    http,
    https,
    processes,
  }: { readonly http: number; readonly https: number; readonly processes: readonly [number, number] },
): string {
  const read = (name: string) => readFileSync(join(deployFolder, "nginx", name), "utf8");
  const site = read("latchkey.conf")
    .replaceAll(/^ *listen \[::\].*\n/gm, "")
    .replace("listen 80;", `listen 127.0.0.1:${http};`)
    .replace("listen 443 ", `listen 127.0.0.1:${https} `)
    .replaceAll("/etc/nginx/tls/", `${folder}/tls/`);
  const upstream = read("upstream.conf").replace(":8001 ", `:${processes[0]} `).replace(":8002 ", `:${processes[1]} `);
  writeFileSync(join(folder, "latchkey.conf"), site);
  writeFileSync(join(folder, "upstream.conf"), upstream);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `  ${name}_temp_path ${folder}/${name};\n`,
  );
  const file = join(folder, "nginx.conf");
  writeFileSync(
    file,
    `pid ${folder}/nginx.pid;\nerror_log ${folder}/error.log;\nworker_processes 1;\nevents { worker_connections 256; }\n` +
      `http {\n  access_log off;\n${paths.join("")}  include ${folder}/upstream.conf;\n  include ${folder}/latchkey.conf;\n}\n`,
  );
  // nginx's workers give up root, and walk through here.
  chmodSync(folder, 0o755);
  return file;
}

async function answers(child: ChildProcess, port: number, errorLog: () => string): Promise<void> {
  for (let turn = 0; turn < 100 && child.exitCode === null; turn++) {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { redirect: "manual" }).catch(() => undefined);
    if (answer !== undefined) return;
    await sleep(100);
  }
  throw new Error(`nginx did not answer:\n${errorLog()}`);
}

async function ask(
  port: number,
  ca: string,
  method: string,
  path: string,
  { body, headers = {}, from }: AskOptions,
): Promise<SiteAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const sent = request({
    host: "127.0.0.1",
    port,
    path,
    method,
    ca,
    servername: SITE_NAME,
    agent: false,
    ...(from === undefined ? {} : { localAddress: from }),
    headers: { host: SITE_NAME, ...(text === undefined ? {} : { "content-type": "application/json" }), ...headers },
  });
  return await new Promise((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (answer) => {
      let received = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const isJson = answer.headers["content-type"]?.includes("json") === true;
        const parsed = isJson ? (JSON.parse(received) as SiteAnswer["body"]) : {};
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: parsed });
      });
    });
    sent.end(text);
  });
}
