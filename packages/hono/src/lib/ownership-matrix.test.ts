// Every operation of every contract × who calls × where the victim's id stands. Verdicts come from the contracts' tables, and the victim's state is compared.
import type { AnyWireOperation, WireContract } from "@latchkey/contracts";
import type { JsonValue } from "@latchkey/core";
import { createMemoryStorage } from "@latchkey/core/memory";
import type { Storage } from "@latchkey/core/ports";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fieldsOf } from "./request/compile-fields.ts";
import { allContracts, anyUploads, ownKeys, unthrottled } from "./testing/all-contracts.ts";
import type { Asking, Person, Presented } from "./testing/contract-people.ts";
import { createPerson, onTheWire, policyOf, requestOf } from "./testing/contract-people.ts";
import type { Caller, Place } from "./testing/matrix-verdicts.ts";
import { asksForNoToken, isRefusal, refusalsOf } from "./testing/matrix-verdicts.ts";
import type { MountedContract } from "./testing/mount-contract.ts";
import { mountContract } from "./testing/mount-contract.ts";

/** A contract's realm, and realms beside it on the same store under the same master key. */
interface Stage {
  readonly storage: Storage;
  readonly mounted: MountedContract;
  readonly victim: Person;
  readonly foreigners: readonly (readonly [string, Person])[];
  close(): Promise<void>;
}

const operator = { kind: "operator" } as const;

async function createStage(contract: WireContract): Promise<Stage> {
  const storage = createMemoryStorage();
  const resourceServers = [{ id: "api", secret: "secret of the api" }];
  const mount = { uploads: anyUploads };
  const policy = unthrottled(contract);
  const mounted = mountContract(contract, { storage, signing: ownKeys(contract), mount, resourceServers, policy });
  // Their first accounts have the victim's number.
  const victim = await createPerson(mounted, contract, "victim");
  const others = [contract, ...allContracts.filter((other) => other !== contract)].map((other) => ({
    other,
    realm: mountContract(other, { storage, signing: ownKeys(other), realm: `other-${other.id}` }),
  }));
  const foreigners = await Promise.all(
    others.map(async ({ other, realm }) => [other.id, await createPerson(realm, other, "foreigner")] as const),
  );
  const close = async () => {
    for (const { realm } of [...others, { realm: mounted }]) await realm.close();
  };
  return { storage, mounted, victim, foreigners, close };
}

/** Everything that is kept of an account, but what strangers cause by naming it where anybody may. */
async function stateOf({ storage, mounted: { provider, clock } }: Stage, { id }: Person): Promise<unknown> {
  const { realm } = provider;
  const { items } = await provider.listEvents({ accountId: id, limit: 100 });
  return {
    account: await storage.read.accounts.withPassword({ realm, id }),
    families: await storage.read.families.listActive({ realm, accountId: id, now: clock.now, limit: 100 }),
    events: items.filter(({ type }) => !["account.log_in_failed", "account.code_requested"].includes(type)),
  };
}

async function presentedBy(stage: Stage, caller: Caller, own: Person): Promise<Presented> {
  const { provider } = stage.mounted;
  switch (caller) {
    case "anonymous":
      return {};
    case "garbage":
      return { access: "x.y.z", refresh: "x.y.z" };
    case "swapped":
      return { access: own.refresh, refresh: own.access };
    case "disabled":
      await provider.administerAccount(own.id, { status: "disabled" }, operator);
      break;
    case "withdrawn":
      await provider.withdraw(await provider.verifyAccessToken(own.access), {});
      break;
    case "logged out":
      await provider.logOut(own.refresh);
      break;
    default:
  }
  return own;
}

function placesOf(operation: AnyWireOperation): readonly Place[] {
  const inPath = fieldsOf(operation).some(([, field]) => field.in === "path");
  return [...(inPath ? (["path"] as const) : []), "query", ...(operation.method === "GET" ? [] : (["body"] as const))];
}

const idsOf = ({ id, number, identifiers }: Person): Record<string, JsonValue> => ({
  ...Object.fromEntries(["id", "uuid", "account_id", "accountId", "user_id", "sub"].map((name) => [name, id])),
  number,
  identifier: Object.values(identifiers)[0]!,
});

interface Case {
  readonly operation: AnyWireOperation;
  readonly caller: Caller;
  readonly place: Place;
  /** Tokens of another realm. */
  readonly foreign?: Presented;
}

/** One request of the matrix, by a caller made for it. */
async function tryOut(contract: WireContract, stage: Stage, { operation, caller, place, foreign }: Case) {
  const { mounted, victim } = stage;
  const own = await createPerson(mounted, contract, "mallory");
  const presented = foreign ?? (await presentedBy(stage, caller, own));
  const named = place === "path" || operation.does === "logIn" || operation.does === "requestCode" ? victim : own;
  const before = await stateOf(stage, victim);
  const { headers, ...request } = requestOf(contract, operation, { own, presented, named });
  const { authorization: _authorization, ...unasked } = headers;
  // Once with the header where nobody asks for it, once without.
  const sent = place === "body" && asksForNoToken(operation) ? unasked : headers;
  const more = place === "path" ? {} : { [place]: idsOf(victim) };
  const answer = await mounted.send(...onTheWire({ ...request, headers: sent }, more));
  const text = await answer.text();
  const json = text === "" ? undefined : (JSON.parse(text) as { error?: { request_id?: string } });
  if (json?.error?.request_id !== undefined) json.error.request_id = "";
  const what = `${caller}: ${operation.method} ${operation.paths[0]}, the victim's id in the ${place}: ${answer.status} ${text}`;
  expect(answer.status, what).toBeLessThan(500);
  const refusals = refusalsOf(contract, operation, caller, place);
  if (refusals !== undefined)
    expect(
      refusals.some((refusal) => isRefusal(contract, refusal, { status: answer.status, json })),
      `${what}, not ${refusals.map(({ status, name }) => `${status} ${name}`).join(" or ")}`,
    ).toBe(true);
  expect(await stateOf(stage, victim), what).toEqual(before);
  // What anybody may read by number is public by the table.
  if (operation.does !== "readAccountByNumber") expect(text, what).not.toMatch(/victim/);
}

/** All operations and places for one caller. */
async function tryAll(contract: WireContract, stage: Stage, caller: Caller, foreign?: Presented): Promise<void> {
  for (const operation of contract.operations)
    for (const place of placesOf(operation))
      await tryOut(contract, stage, { operation, caller, place, ...(foreign && { foreign }) });
}

describe.each(allContracts.map((contract) => [contract.id, contract] as const))("%s", (_id, contract) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(contract);
  });
  afterAll(() => stage.close());

  it.each(contract.operations.map((operation) => [operation.document.operationId, operation] as const))(
    "class 6: %s serves its owner, or an administrator, with the very request that others are refused",
    async (_name, operation) => {
      const { mounted } = stage;
      const own = await createPerson(
        mounted,
        contract,
        "owner",
        operation.role === undefined ? undefined : ["USER", operation.role],
      );
      const named = operation.role === undefined ? own : await createPerson(mounted, contract, "member");
      const code = operation.does === "logInWithCode" ? await codeFor(stage, contract, own) : undefined;
      const asking: Asking = { own, presented: own, named, ...(code !== undefined && { code }) };
      const { headers, ...request } = requestOf(contract, operation, asking);
      const client = operation.authentication === "client" && {
        authorization: `Basic ${btoa("api:secret+of+the+api")}`,
      };
      const answer = await mounted.send(...onTheWire({ ...request, headers: { ...headers, ...client } }));
      expect([answer.status, await answer.text()]).toEqual([operation.reply.status, expect.any(String)]);
    },
  );

  it("class 5: tokens of the other kind are refused, in header and fields", () => tryAll(contract, stage, "swapped"));

  it("class 5: tokens of another realm on the same store, of each contract, are refused, in header and fields", async () => {
    for (const [, foreigner] of stage.foreigners) await tryAll(contract, stage, "foreign", foreigner);
  });

  it.each(["anonymous", "garbage", "another account"] as const)(
    "class 6: %s gets at nothing of the victim's, with its id in path, query or body",
    (caller) => tryAll(contract, stage, caller),
  );

  it.each(["disabled", "withdrawn", "logged out"] as const)(
    "class 7: the tokens of an account that is %s are good for what the contract's policy says, and nothing else",
    (caller) => tryAll(contract, stage, caller),
  );
});

async function codeFor({ mounted }: Stage, contract: WireContract, { identifiers }: Person): Promise<string> {
  await mounted.provider.requestCode({ identifier: identifiers[policyOf(contract).logInWithCode[0]!]! });
  await mounted.provider.deliverMessages();
  return mounted.messages.at(-1)!.code!;
}
