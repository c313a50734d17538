// Any contract on an application, in memory, with an HS256 secret that the test knows and a clock that it sets.
import { createHmac } from "node:crypto";
import type { WireContract } from "@latchkey/contracts";
import type { IdentityProvider, JsonObject } from "@latchkey/core";
import { createIdentityProvider } from "@latchkey/core";
import { createMemoryStorage } from "@latchkey/core/memory";
import { nodePlatform } from "@latchkey/core/node";
import { Hono } from "hono";
import type { AnswerRecord } from "../mount-options.ts";
import { mountRealm } from "../mount-realm.ts";
import { openApiDocument } from "../openapi/openapi-document.ts";
import { undocumentedAnswers } from "../openapi/undocumented-answers.ts";

/** The secret of every realm here. */
export const contractSecret = "a secret of the tests, long enough to sign";

/** The type of JSON bodies. */
export const jsonType: Readonly<Record<string, string>> = { "content-type": "application/json" };

/** What a request has beside method and path. */
export interface SentBody {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: NonNullable<RequestInit["body"]>;
}

/** A mounted contract. */
export interface MountedContract {
  readonly provider: IdentityProvider;
  readonly clock: { now: number };
  send(method: string, path: string, sent?: SentBody): Promise<Response>;
  /** Status and body of a POST of JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<readonly [number, unknown]>;
  /** Ends the realm's timers; fails where an answer had a status that the document does not promise. */
  close(): Promise<void>;
}

/** Mounts a contract at `/`, alone. */
export function mountContract(contract: WireContract): MountedContract {
  const clock = { now: 1_790_000_000_345 };
  const provider = createIdentityProvider({
    realm: contract.id,
    issuer: "https://id.example",
    storage: createMemoryStorage(),
    signing: { algorithm: "HS256", secrets: [{ secret: new TextEncoder().encode(contractSecret) }] },
    claims: contract.claims,
    policy: contract.policy,
    platform: { ...nodePlatform(), hashConcurrency: 8 },
    clock: { now: () => clock.now, monotonic: () => clock.now },
  });
  const answers: AnswerRecord[] = [];
  const app = new Hono();
  mountRealm(app, { provider, contract, ownsPath: true, log: () => {}, observe: (record) => answers.push(record) });
  const send: MountedContract["send"] = async (method, path, sent = {}) => await app.request(path, { method, ...sent });
  return {
    provider,
    clock,
    send,
    async post(path, body, headers = {}) {
      const answer = await send("POST", path, { headers: { ...jsonType, ...headers }, body: JSON.stringify(body) });
      return [answer.status, await answer.json()];
    },
    close: async () => {
      await provider.close();
      const wrong = undocumentedAnswers(openApiDocument(contract), answers);
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    },
  };
}

/** A token under the secret of the realms here, or another. */
export function signToken(claims: JsonObject, secret: string = contractSecret, alg = "HS256"): string {
  const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const input = `${encode({ alg, typ: "JWT" })}.${encode(claims)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}
