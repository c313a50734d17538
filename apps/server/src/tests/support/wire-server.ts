// The server that the black-box cases are run against: the repository's own configuration, secrets of the tests, an empty database.
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { WireCase, WireCaseHooks, WireCaseRequest, WireCaseTarget } from "@latchkey/contracts/wire-cases";
import type { Clock, JsonObject } from "@latchkey/core";
import { loadConfiguration } from "../../config/load-configuration.ts";
import { secretVariable } from "../../config/environment.ts";
import { contracts } from "../../contracts.ts";
import { createLog } from "../../log.ts";
import type { Realm } from "../../realms.ts";
import { composeServer, startServer } from "../../start-server.ts";
import { inRepository } from "./listings.ts";
import { mobileHooks, writeReferenceData } from "./mobile-hooks.ts";
import type { Sandbox } from "./sandbox.ts";
import { createSandbox } from "./sandbox.ts";

/** The realm that serves a seed's contract. */
export const realmOfSeed: Readonly<Record<string, string>> = {
  "000": "intern",
  "001": "baro",
  "002": "onboarding",
  "003": "mobile",
  "004": "rabbit",
};

/** Every case, of contracts that are not there yet too. */
export const wireCases: readonly WireCase[] = JSON.parse(
  readFileSync(inRepository("packages/contracts/fixtures/wire-cases.json"), "utf8"),
) as readonly WireCase[];

/** A server under test. */
export interface WireServer {
  readonly target: WireCaseTarget;
  readonly realms: readonly Realm[];
  secretOf(realm: string): string;
  send(request: Partial<WireCaseRequest> & { readonly path: string }): ReturnType<WireCaseTarget["send"]>;
  close(): Promise<void>;
}

/** Serves in this process without a socket; its clock can be moved. */
export async function serveInProcess(only?: readonly string[]): Promise<WireServer> {
  const { sandbox, secretOf } = prepare(only);
  let ahead = 0;
  const clock: Clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead };
  const configuration = configurationOf(sandbox);
  const { outboxFile } = configuration.messaging;
  const server = await composeServer(configuration, createLog({ level: "silent", format: "json" }), {
    clock,
  });
  const send = async ({ method = "GET", path, headers = {}, body }: Partial<WireCaseRequest> & { path: string }) => {
    const init = { method, headers, ...(body !== undefined && { body }) };
    return await read(await server.app.fetch(new Request(`http://localhost:8000${path}`, init), {}));
  };
  const advanceClock = async ({ seconds }: JsonObject) => {
    ahead += Number(seconds) * 1000;
    return {};
  };
  return {
    realms: server.realms,
    secretOf,
    send,
    target: {
      send,
      hooks: { ...hooksOf({ realms: server.realms, outboxFile, secretOf, now: clock.now }), advanceClock },
    },
    close: async () => {
      await server.close();
      sandbox.remove();
    },
  };
}

/** Serves on a port of its own; time is the machine's. */
export async function serveOnSocket(only?: readonly string[]): Promise<WireServer> {
  const { sandbox, secretOf } = prepare(only);
  const configuration = configurationOf(sandbox);
  const { outboxFile } = configuration.messaging;
  const server = await startServer(configuration, createLog({ level: "silent", format: "json" }));
  const send = async ({ method = "GET", path, headers = {}, body }: Partial<WireCaseRequest> & { path: string }) => {
    const init = { method, headers, ...(body !== undefined && { body }) };
    return await read(await fetch(`http://127.0.0.1:${server.port}${path}`, init));
  };
  return {
    realms: server.realms,
    secretOf,
    send,
    target: { send, hooks: hooksOf({ realms: server.realms, outboxFile, secretOf, now: Date.now }) },
    close: async () => {
      await server.close(1_000);
      sandbox.remove();
    },
  };
}

function prepare(only: readonly string[] | undefined) {
  const { realms } = JSON.parse(readFileSync(inRepository("latchkey.config.json"), "utf8")) as {
    readonly realms: Readonly<Record<string, { readonly contract: keyof typeof contracts }>>;
  };
  const wanted = Object.fromEntries(Object.entries(realms).filter(([name]) => only?.includes(name) ?? true));
  const secrets = new Map<string, string>();
  for (const [name, { contract }] of Object.entries(wanted)) {
    if (contracts[contract].signing === "HS256") secrets.set(name, `${name}-${randomBytes(24).toString("base64url")}`);
  }
  const environment = Object.fromEntries([...secrets].map(([name, secret]) => [secretVariable(name), secret]));
  const referenceData = "reference-data.json";
  const { mobile } = wanted;
  const settings = { realms: { ...wanted, ...(mobile && { mobile: { ...mobile, referenceData } }) } };
  const sandbox = createSandbox({ settings, environment });
  writeReferenceData(sandbox.folder, referenceData);
  return { sandbox, secretOf: (realm: string) => secrets.get(realm)! };
}

const configurationOf = (sandbox: Sandbox) => loadConfiguration(sandbox.environment, sandbox.folder);

async function read(response: Response) {
  return { status: response.status, headers: response.headers, text: await response.text() };
}

interface HookParts {
  readonly realms: readonly Realm[];
  readonly outboxFile: string;
  readonly secretOf: (realm: string) => string;
  readonly now: () => number;
}

/** What no request can do. */
function hooksOf({ realms, outboxFile, secretOf, now }: HookParts): WireCaseHooks {
  return {
    ...mobileHooks(realms, outboxFile),
    mintToken: async ({ seed, userId, type, expiresIn, saveAs }) => {
      const iat = Math.floor(now() / 1000);
      const claims = {
        token_type: type!,
        exp: iat + Number(expiresIn),
        iat,
        jti: randomBytes(16).toString("hex"),
        user_id: userId!,
      };
      return { [String(saveAs)]: signHs256(claims, secretOf(realmOfSeed[String(seed)]!)) };
    },
    // Confirmation is off, and every case that has this step does without it.
    confirmEmail: async () => ({}),
    sleep: async ({ seconds }) => {
      await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
      return {};
    },
  };
}

/** A token as the replaced systems sign it. */
export function signHs256(claims: JsonObject, secret: string): string {
  const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}
