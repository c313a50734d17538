// A contract's realm under requests made of its document: fills in what is good at the time, sends, and judges each answer.
import type { WireContract } from "@latchkey/contracts";
import { expect } from "vitest";
import type { OpenApiDocument } from "../openapi/openapi-document.ts";
import { anyUploads, ownKeys, unthrottled } from "./all-contracts.ts";
import type { Person } from "./contract-people.ts";
import { createPerson, newIdentifiers, newPassword, policyOf } from "./contract-people.ts";
import type { FuzzedRequest } from "./document-requests.ts";
import { headerSafe } from "./document-requests.ts";
import type { MountedContract, MountedOptions } from "./mount-contract.ts";
import { mountContract } from "./mount-contract.ts";

/** No answer may take longer, in milliseconds. */
const longest = 1000;
/** A machine that is busy with others gets so many tries. */
const tries = 3;
/** Shorter texts stand in answers by chance. */
const shortestSecret = 8;
const requestsPerPerson = 20;

/** A realm that is fuzzed. */
export interface FuzzedContract {
  readonly mounted: MountedContract;
  /** Statuses that were answered. */
  readonly statuses: ReadonlySet<number>;
  /** Operations that served somebody. */
  readonly served: ReadonlySet<string>;
  /** Sends a request and fails where the answer is not one of the document, tells a secret, or takes long. */
  judge(request: FuzzedRequest): Promise<void>;
  /** Fails where log or events tell a secret, or an answer was wrong. */
  close(): Promise<void>;
}

const client = { id: "fuzz", secret: "the secret of the fuzzed api" };

/** Mounts the contract. */
export async function fuzzContract(
  contract: WireContract,
  document: OpenApiDocument,
  options: MountedOptions = {},
): Promise<FuzzedContract> {
  const mounted = mountContract(contract, {
    signing: ownKeys(contract),
    policy: unthrottled(contract),
    mount: { uploads: anyUploads },
    resourceServers: [client],
    ...options,
  });
  const statuses = new Set<number>();
  const served = new Set<string>();
  const secrets = new Set<string>();
  const people = await createPeople(mounted, contract);
  const operationIds = new Set(JSON.stringify(document).match(/"operationId":"[^"]*"/g));
  return {
    mounted,
    statuses,
    served,
    async judge(fuzzed) {
      const request = await people.fillIn(fuzzed);
      const told = [...request.secrets, ...people.secrets()].filter((secret) => secret.length >= shortestSecret);
      for (const secret of told) secrets.add(secret);
      const { answer, milliseconds } = await sendTimed(mounted, request);
      const headers = [...answer.headers].map((pair) => pair.join(": ")).join("\n");
      const text = `${headers}\n\n${await answer.text()}`;
      const what = `${request.method} ${request.path}${request.query.slice(0, 200)} (${request.operation.operationId}): ${answer.status} ${text.slice(0, 500)}`;
      expect(answer.status, what).toBeLessThan(500);
      expect(mounted.newestProblem(), what).toBeUndefined();
      const { operation } = mounted.answers.at(-1)!;
      if (operation !== undefined) expect([...operationIds]).toContain(`"operationId":"${operation}"`);
      expect(
        told.filter((secret) => text.includes(secret)),
        what,
      ).toEqual([]);
      expect(milliseconds, what).toBeLessThan(longest);
      statuses.add(answer.status);
      if (operation !== undefined && answer.status < 400) served.add(operation);
      await people.sent(answer.status);
    },
    async close() {
      const written = JSON.stringify(mounted.log) + (await allEvents(mounted));
      expect([...secrets].filter((secret) => written.includes(secret))).toEqual([]);
      await mounted.close();
    },
  };
}

/** Sends, and sends again where it took too long: a busy machine is not a slow answer. */
async function sendTimed(mounted: MountedContract, { method, path, query, headers, body }: FuzzedRequest) {
  for (let attempt = 1; ; attempt++) {
    const started = performance.now();
    const answer = await mounted.send(method, path + query, { headers, ...(body !== undefined && { body }) });
    const milliseconds = performance.now() - started;
    if (milliseconds < longest || attempt === tries) return { answer, milliseconds };
  }
}

/** Whoever the placeholders of requests stand for: renewed now and then, and whenever a token was refused. */
async function createPeople(mounted: MountedContract, contract: WireContract) {
  const codeKind = policyOf(contract).logInWithCode[0];
  const basic = btoa(`${client.id}:${client.secret.replaceAll(" ", "+")}`);
  let own: Person;
  let administrator: Person;
  let code = "";
  let requests = 0;
  const renew = async (): Promise<void> => {
    own = await createPerson(mounted, contract, "own");
    administrator = await createPerson(mounted, contract, "admin", ["USER", "ADMIN"]);
    if (codeKind === undefined) return;
    await mounted.provider.requestCode({ identifier: own.identifiers[codeKind]! });
    await mounted.provider.deliverMessages();
    code = mounted.messages.at(-1)!.code!;
  };
  await renew();
  const resolve = (text: string, encode: (value: string) => string): string =>
    text.replaceAll(
      /@(own|fresh) (\w+)@|@([a-z ]+)@/g,
      (whole, whose: string | undefined, kind: string, name: string) => {
        const { access, refresh, password, id, number, sessionId } = own;
        if (whose !== undefined)
          return encode((whose === "own" ? own.identifiers : newIdentifiers(contract, "fresh"))[kind] ?? kind);
        const values: Readonly<Record<string, string>> = {
          access,
          refresh,
          password,
          "new password": newPassword(),
          id,
          number: String(number),
          session: sessionId,
          code,
          administrator: administrator.access,
          client: basic,
        };
        return Object.hasOwn(values, name) ? encode(values[name]!) : whole;
      },
    );
  const plain = (value: string) => value;
  return {
    secrets: () => [
      own.password,
      own.access,
      own.refresh,
      administrator.password,
      administrator.access,
      client.secret,
      basic,
    ],
    async sent(status: number): Promise<void> {
      if (status === 401 || ++requests % requestsPerPerson === 0) await renew();
    },
    async fillIn(request: FuzzedRequest): Promise<FuzzedRequest> {
      const { body, headers } = request;
      const isForm = headers["content-type"]?.includes("urlencoded") === true;
      return {
        ...request,
        path: resolve(request.path, encodeURIComponent),
        query: resolve(request.query, encodeURIComponent),
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, headerSafe(resolve(value, plain))]),
        ),
        body: typeof body === "string" ? resolve(body, isForm ? encodeURIComponent : plain) : body,
        secrets: request.secrets.map((secret) => resolve(secret, plain)),
      };
    },
  };
}

async function allEvents({ provider }: MountedContract): Promise<string> {
  let written = "";
  let cursor: string | undefined;
  do {
    const page = await provider.listEvents({ limit: 100, ...(cursor !== undefined && { cursor }) });
    written += JSON.stringify(page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return written;
}
