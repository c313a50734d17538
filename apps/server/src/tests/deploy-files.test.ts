// The files of apps/server/deploy as far as they can be judged without Docker, AWS and a running systemd: their structure, what they name, and what systemd says of the units.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { loadConfiguration } from "../config/load-configuration.ts";
import { inRepository } from "./support/listings.ts";

const execute = promisify(execFile);
const deploy = inRepository("apps/server/deploy");
const read = (name: string) => readFileSync(join(deploy, name), "utf8");

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly networks: readonly string[] | Readonly<Record<string, { readonly ipv4_address: string }>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
}

describe("compose.yaml", () => {
  const compose = parse(read("compose.yaml"), { merge: true }) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly networks: {
      readonly inside: { readonly ipam: { readonly config: readonly { readonly subnet: string }[] } };
    };
    readonly volumes: Readonly<Record<string, null>>;
  };
  const { services } = compose;
  const servers = [services["server-1"]!, services["server-2"]!];

  it("has two servers, PostgreSQL 16, nginx, and a migration before them", () => {
    expect(Object.keys(services).sort()).toEqual(["migrate", "nginx", "postgres", "server-1", "server-2"]);
    expect(services["postgres"]!.image).toBe("postgres:16");
    expect(services["migrate"]).toMatchObject({ command: ["migrate"], restart: "no", image: servers[0]!.image });
    for (const server of servers)
      expect(server.depends_on).toEqual({ migrate: { condition: "service_completed_successfully" } });
    expect(services["migrate"]!.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
    expect(services["postgres"]!.healthcheck?.test).toContain("pg_isready");
  });

  it("names only services, volumes, networks and files that there are", () => {
    for (const service of Object.values(services)) {
      for (const name of Object.keys(service.depends_on ?? {})) expect(services).toHaveProperty([name]);
      const networks = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks);
      expect(networks).toEqual(["inside"]);
      for (const [source = ""] of (service.volumes ?? []).map((volume) => volume.split(":"))) {
        if (!source.startsWith(".")) expect(compose.volumes).toHaveProperty([source]);
        // The certificate is the operator's.
        else if (source !== "./tls") expect(existsSync(join(deploy, source)), source).toBe(true);
      }
    }
    const { context, dockerfile } = services["migrate"]!.build!;
    expect(existsSync(join(deploy, context, dockerfile))).toBe(true);
  });

  it("holds no secret, and refuses to start without one", () => {
    const { DATABASE_URL, ...others } = servers[0]!.environment!;
    expect(DATABASE_URL).toMatch(/^postgres:\/\/latchkey:\$\{POSTGRES_PASSWORD:\?[^}]+\}@postgres:5432\/latchkey$/);
    for (const value of Object.values(others)) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
  });

  it("gives the servers no rights, and time to answer what is under way", () => {
    for (const server of servers) {
      expect(server).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
      expect(Number.parseInt(server.stop_grace_period!, 10)).toBeGreaterThanOrEqual(10);
      expect(server.ports).toBeUndefined();
    }
  });

  it("trusts nginx's address alone, and nginx knows both servers", () => {
    const at = (services["nginx"]!.networks as Readonly<Record<string, { readonly ipv4_address: string }>>)["inside"]!
      .ipv4_address;
    const file = join(deploy, "compose.config.json");
    expect(loadConfiguration({ LATCHKEY_CONFIG: file }, "/").trustedProxies).toEqual([at]);
    expect(compose.networks.inside.ipam.config).toEqual([{ subnet: at.replace(/\.\d+$/, ".0/24") }]);
    const upstream = read("nginx/upstream-compose.conf");
    expect([...upstream.matchAll(/^ *server (\S+)/gm)].map(([, server]) => server)).toEqual([
      "server-1:8000",
      "server-2:8000",
    ]);
  });
});

describe("Dockerfile", () => {
  const lines = read("Dockerfile").split("\n");
  const stages = lines.filter((line) => line.startsWith("FROM "));

  it("builds in one stage and runs in another, with the Node of the tests, under a user, with a health check", () => {
    const major = process.versions.node.split(".")[0]!;
    if (process.env["CI"] !== undefined)
      expect(stages).toEqual([`FROM node:${major}-bookworm-slim AS build`, `FROM node:${major}-bookworm-slim`]);
    const last = lines.slice(lines.lastIndexOf(stages[1]!)).join("\n");
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK [^]*\/health\/ready/m);
    expect(last).toMatch(/^STOPSIGNAL SIGTERM$/m);
    expect(last).not.toMatch(/pnpm|npm /);
  });

  it("copies what is there, and the pnpm of the repository makes it", () => {
    for (const [, path] of read("Dockerfile").matchAll(/^COPY (apps\S+) /gm))
      expect(existsSync(inRepository(path!))).toBe(true);
    const { packageManager } = JSON.parse(readFileSync(inRepository("package.json"), "utf8")) as {
      packageManager: string;
    };
    const used = new Set([...read("Dockerfile").matchAll(/pnpm@[\d.]+/g)].map(([name]) => name));
    expect([...used]).toEqual([packageManager]);
  });

  it("has a health check that says what the server says", async () => {
    const [, program] = /"--eval", "([^"]+)"/.exec(read("Dockerfile"))!;
    const check = (port: string) =>
      execute(process.execPath, ["--eval", program!], { env: { PORT: port } }).then(
        () => 0,
        (error: { readonly code: number }) => error.code,
      );
    let status = 200;
    const server = createServer((_, response) => response.writeHead(status).end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await check(String(port))).toBe(0);
    status = 503;
    expect(await check(String(port))).toBe(1);
    server.close();
    await once(server, "close");
    expect(await check(String(port))).toBe(1);
  });
});

describe("cloud-init.yaml", () => {
  const cloud = parse(read("cloud-init.yaml")) as {
    readonly write_files: readonly { readonly path: string; readonly permissions: string; readonly content: string }[];
    readonly runcmd: readonly string[];
  };

  it("is a cloud-config whose commands are there and are sound shell", async () => {
    expect(read("cloud-init.yaml")).toMatch(/^#cloud-config\n/);
    const scripts = cloud.write_files.filter(({ content }) => content.startsWith("#!/bin/bash"));
    expect(scripts).toHaveLength(2);
    for (const { path, content, permissions } of scripts) {
      expect(permissions).toBe("0755");
      await execute("bash", ["-n", "-c", content]);
      expect(cloud.runcmd).toContain(path);
    }
  });

  it("installs files that a deployed folder has", () => {
    const text = cloud.write_files.map(({ content }) => content).join("");
    const named = [...text.matchAll(/\$release"?\/(deploy\/[\w./-]+\w)/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThanOrEqual(4);
    for (const path of named) expect(existsSync(inRepository(`apps/server/${path}`)), path).toBe(true);
  });
});

describe("settings", () => {
  it.each(["latchkey.config.json", "compose.config.json"])("%s are right, and show nothing to the world", (name) => {
    const configuration = loadConfiguration({ LATCHKEY_CONFIG: join(deploy, name) }, "/");
    expect(configuration).toMatchObject({ rootPage: false, swagger: false, publicUrl: "https://id.example.com" });
  });
});

describe("systemd units", () => {
  it("are what systemd accepts, and expose little", { timeout: 60_000 }, async ({ skip }) => {
    const missing = await execute("systemd-analyze", ["--version"]).catch(() => undefined);
    if (process.env["CI"] !== undefined) expect(missing).toBeDefined();
    skip(missing === undefined, "needs systemd-analyze, of the package systemd");
    const folder = mkdtempSync(join(tmpdir(), "latchkey-units-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const units = readdirSync(join(deploy, "systemd"));
    expect(units.sort()).toEqual(["latchkey-migrate.service", "latchkey@.service"]);
    for (const unit of units) {
      const text = read(`systemd/${unit}`);
      expect(text).toMatch(
        /^ExecStart=\/opt\/latchkey\/current\/bin\/node \/opt\/latchkey\/current\/dist\/main\.js( migrate)?$/m,
      );
      const file = join(folder, unit);
      // What is verified must exist: this test's Node stands for the deployed one.
      writeFileSync(file, text.replaceAll("/opt/latchkey/current/bin/node", process.execPath));
      const { stdout, stderr } = await execute("systemd-analyze", ["verify", "--man=no", file]);
      expect(stdout + stderr).toBe("");
      const rated = await execute("systemd-analyze", ["security", "--offline=true", "--threshold=20", file]);
      expect(rated.stdout).toMatch(/Overall exposure level/);
    }
  });
});
