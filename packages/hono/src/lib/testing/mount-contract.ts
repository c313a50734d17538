// Any contract on an application, in memory unless a test says otherwise, with a clock that it sets and cheap hashes that it can count.
import { createHash, createHmac } from "node:crypto";
import type { WireContract } from "@latchkey/contracts";
import type { IdentityProvider, IdentityProviderOptions, JsonObject, OutgoingMessage } from "@latchkey/core";
import { createIdentityProvider } from "@latchkey/core";
import { createMemoryStorage } from "@latchkey/core/memory";
import { nodePlatform } from "@latchkey/core/node";
import { Hono } from "hono";
import type { AnswerRecord, LogEntry, MountRealmOptions } from "../mount-options.ts";
import { mountRealm } from "../mount-realm.ts";
import { openApiDocument } from "../openapi/openapi-document.ts";
import { undocumentedAnswers } from "../openapi/undocumented-answers.ts";
import { compileBodyCheck } from "./answer-schemas.ts";

/** The secret of every realm here that is not told to make keys. */
export const contractSecret = "a secret of the tests, long enough to sign";

/** The master key of every realm here. */
export const masterKey: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

/** The type of JSON bodies. */
export const jsonType: Readonly<Record<string, string>> = { "content-type": "application/json" };

/** What a request has beside method and path. */
export interface SentBody {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: NonNullable<RequestInit["body"]>;
}

/** Differences of a mounted contract. */
export interface MountedOptions extends Partial<IdentityProviderOptions> {
  readonly mount?: Partial<MountRealmOptions>;
}

/** A mounted contract. */
export interface MountedContract {
  readonly provider: IdentityProvider;
  readonly clock: { now: number };
  /** Every answer so far. */
  readonly answers: readonly AnswerRecord[];
  readonly log: readonly LogEntry[];
  /** Every message that went out. */
  readonly messages: readonly OutgoingMessage[];
  /** Password hashes that were computed so far. */
  hashes(): number;
  send(method: string, path: string, sent?: SentBody): Promise<Response>;
  /** What was wrong with the newest answer, by the document; `undefined` where nothing was. */
  newestProblem(): string | undefined;
  /** Status and body of a POST of JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<readonly [number, unknown]>;
  /** Ends the realm's timers; fails where an answer had a status or a body that the document does not promise. */
  close(): Promise<void>;
}

/** Mounts a contract at `/`, alone. */
export function mountContract(contract: WireContract, options: MountedOptions = {}): MountedContract {
  const { mount, ...differences } = options;
  const clock = { now: 1_790_000_000_345 };
  const messages: OutgoingMessage[] = [];
  const hashing = countedArgon2id();
  const provider = createIdentityProvider({
    realm: contract.id,
    issuer: "https://id.example",
    storage: createMemoryStorage(),
    masterKey,
    signing: { algorithm: "HS256", secrets: [{ secret: new TextEncoder().encode(contractSecret) }] },
    claims: contract.claims,
    policy: contract.policy,
    platform: { ...nodePlatform(), argon2id: hashing.argon2id, hashConcurrency: 64 },
    clock: { now: () => clock.now, monotonic: () => clock.now },
    messageSender: { send: async (message) => void messages.push(message) },
    ...differences,
  });
  const answers: AnswerRecord[] = [];
  const log: LogEntry[] = [];
  const app = new Hono();
  mountRealm(app, {
    provider,
    contract,
    ownsPath: true,
    clientAddress: () => "203.0.113.7",
    log: (entry) => log.push(entry),
    observe: (record) => answers.push(record),
    ...mount,
  });
  const document = openApiDocument(contract);
  const wrongBodies = new Set<string>();
  let newest: string | undefined;
  const checkBody = compileBodyCheck(document);
  const send: MountedContract["send"] = async (method, path, sent = {}) => {
    const before = answers.length;
    const answer = await app.request(path, { method, ...sent });
    // Requests at the same time mix up their records; those are judged by their status alone.
    const operation = answers.length === before + 1 ? answers.at(-1)!.operation : undefined;
    newest =
      operation === undefined || method === "HEAD"
        ? undefined
        : checkBody(operation, answer.status, await bodyOf(answer));
    if (newest !== undefined) wrongBodies.add(newest);
    return answer;
  };
  return {
    provider,
    clock,
    answers,
    log,
    messages,
    hashes: hashing.count,
    send,
    newestProblem: () => undocumentedAnswers(document, answers.slice(-1))[0] ?? newest,
    async post(path, body, headers = {}) {
      const answer = await send("POST", path, { headers: { ...jsonType, ...headers }, body: JSON.stringify(body) });
      return [answer.status, await answer.json()];
    },
    close: async () => {
      await provider.close();
      const wrong = [...undocumentedAnswers(document, answers), ...wrongBodies];
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    },
  };
}

async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.clone().text();
  return text === "" ? undefined : JSON.parse(text);
}

/** A hash that costs nothing, and how often it was computed. */
export function countedArgon2id(): { readonly argon2id: Argon2id; count(): number } {
  let count = 0;
  return {
    argon2id: async (password, salt, { tagLength }) => {
      count++;
      return new Uint8Array(createHash("sha512").update(salt).update(password).digest().subarray(0, tagLength));
    },
    count: () => count,
  };
}

type Argon2id = NonNullable<IdentityProviderOptions["platform"]>["argon2id"];

/** A token under the secret of the realms here, or another. */
export function signToken(claims: JsonObject, secret: string = contractSecret, alg = "HS256"): string {
  const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${encode({ alg, typ: "JWT" })}.${encode(claims)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}
