// A realm with the latchkey contract on an application, in memory: what the tests of this package drive.
import { latchkey } from "@latchkey/contracts/latchkey";
import type { IdentityProvider, IdentityProviderOptions } from "@latchkey/core";
import { createIdentityProvider } from "@latchkey/core";
import { createMemoryStorage } from "@latchkey/core/memory";
import { nodePlatform } from "@latchkey/core/node";
import { Hono } from "hono";
import type { AnswerRecord, LogEntry, MountRealmOptions } from "../mount-options.ts";
import { mountRealm } from "../mount-realm.ts";
import { openApiDocument } from "../openapi/openapi-document.ts";
import { compileBodyCheck } from "./answer-schemas.ts";
import { undocumentedAnswers } from "../openapi/undocumented-answers.ts";
import { countedArgon2id, masterKey } from "./mount-contract.ts";

/** The password of every account here. */
export const testPassword = "correct horse battery staple";

/** The resource server that may introspect. Its id needs RFC 6749's form encoding. */
export const resourceServer = { id: "api:one", secret: "s3cret with 100% of everything" } as const;

/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies freely
  readonly json: any;
}

/** What a test sends: a body as an object becomes JSON. */
export interface Sent {
  readonly body?: unknown;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A mounted realm. */
export interface MountedRealm {
  readonly app: Hono;
  readonly provider: IdentityProvider;
  readonly clock: { now(): number; advance(milliseconds: number): void };
  /** Every answer so far. */
  readonly answers: readonly AnswerRecord[];
  readonly log: readonly LogEntry[];
  send(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** Signs up and returns the body. */
  signUp(username: string): Promise<{ access_token: string; refresh_token: string; account: { id: string } }>;
  /** An access token of a new administrator. */
  administrator(): Promise<string>;
  /** Ends the realm's timers; fails where an answer had a status or a body that the document does not promise. */
  close(): Promise<void>;
}

const document = openApiDocument(latchkey, { path: "/v1" });
const checkBody = compileBodyCheck(document);

/** Creates a realm of its own. */
export function createMountedRealm(
  options: Partial<IdentityProviderOptions> & { readonly mount?: Partial<MountRealmOptions> } = {},
): MountedRealm {
  const { mount, ...differences } = options;
  let now = 1_790_000_000_345;
  const clock = {
    now: () => now,
    monotonic: () => now,
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const answers: AnswerRecord[] = [];
  const log: LogEntry[] = [];
  const provider = createIdentityProvider({
    issuer: "https://id.example/v1",
    storage: createMemoryStorage(),
    masterKey,
    platform: { ...nodePlatform(), argon2id: countedArgon2id().argon2id, hashConcurrency: 64 },
    policy: latchkey.policy,
    resourceServers: [resourceServer],
    clock,
    ...differences,
  });
  const app = new Hono();
  mountRealm(app, {
    provider,
    contract: latchkey,
    path: "/v1",
    clientAddress: () => "203.0.113.7",
    log: (entry) => log.push(entry),
    observe: (record) => answers.push(record),
    ...mount,
  });
  const wrongBodies: string[] = [];
  const send = async (method: string, path: string, sent: Sent = {}) => {
    const answer = await request(app, method, path, sent);
    const { operation } = answers.at(-1) ?? {};
    const wrong =
      operation === undefined || method === "HEAD" ? undefined : checkBody(operation, answer.status, answer.json);
    if (wrong !== undefined) wrongBodies.push(wrong);
    return answer;
  };
  return {
    app,
    provider,
    clock,
    answers,
    log,
    send,
    signUp: async (username) => (await send("POST", "/v1/signup", { body: { username, password: testPassword } })).json,
    administrator: async () => {
      const username = `administrator-${crypto.randomUUID()}`;
      const input = { identifiers: { username }, password: testPassword, roles: ["USER", "ADMIN"] };
      await provider.createAccount(input, { kind: "operator" });
      return (await provider.logIn({ identifier: username, password: testPassword })).tokens.accessToken;
    },
    close: async () => {
      await provider.close();
      const wrong = [...undocumentedAnswers(document, answers), ...wrongBodies];
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    },
  };
}

async function request(app: Hono, method: string, path: string, sent: Sent): Promise<Answer> {
  const body = sent.raw ?? (sent.body === undefined ? undefined : JSON.stringify(sent.body));
  const headers = new Headers();
  if (sent.body !== undefined) headers.set("content-type", "application/json");
  if (sent.token !== undefined) headers.set("authorization", `Bearer ${sent.token}`);
  for (const [name, value] of Object.entries(sent.headers ?? {})) headers.set(name, value);
  if (typeof body === "string" && !headers.has("content-type")) headers.set("content-type", "");
  const init = { method, headers, ...(body !== undefined && { body }) };
  const made = new Request(new URL(path, "http://localhost"), init);
  if (headers.get("content-type") === "") made.headers.delete("content-type");
  const response = await app.fetch(made);
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== "" ? JSON.parse(text) : undefined,
  };
}
