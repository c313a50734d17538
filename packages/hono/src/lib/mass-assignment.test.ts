// What only the server decides is sent along at sign-up and change of every contract, in each form of body and in the query: never set.
import type { AnyWireOperation, WireContract } from "@latchkey/contracts";
import type { Account, JsonValue } from "@latchkey/core";
import { afterAll, describe, expect, it } from "vitest";
import { allContracts, ownKeys } from "./testing/all-contracts.ts";
import type { TableRequest } from "./testing/contract-people.ts";
import { createPerson, onTheWire, requestOf } from "./testing/contract-people.ts";
import type { MountedContract } from "./testing/mount-contract.ts";
import { mountContract } from "./testing/mount-contract.ts";

const hostile: Readonly<Record<string, JsonValue>> = {
  roles: ["ADMIN"],
  role: "ADMIN",
  status: "active",
  id: "2".repeat(22),
  uuid: "2".repeat(22),
  number: 4711,
  realm: "other",
  account_id: "2".repeat(22),
  created_at: "2001-01-01T00:00:00Z",
  createdAt: 1,
  last_log_in_at: 1,
  security_version: 99,
  securityVersion: 99,
  username_key: "admin",
  password_hash: "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
  is_staff: true,
  is_superuser: true,
  is_active: true,
  is_admin: true,
  confirmed: true,
  verified_email: "a@example.com",
  verified_mobile: "+821012345678",
  identifiers: { email: "a@example.com" },
  "identifiers.email": "a@example.com",
  attributes: { verified_email: "a@example.com" },
  "attributes.verified_email": "a@example.com",
  issueTokens: true,
  "roles[]": "ADMIN",
  "roles[0]": "ADMIN",
};

const forms = ["json", "form", "multipart", "query"] as const;
type Form = (typeof forms)[number];
type Wired = Readonly<Parameters<MountedContract["send"]>>;

/** A good request with one member more, or none. Lists, all of them optional, have no place in forms. */
function spoiled(whole: TableRequest, form: Form, name?: string): Wired {
  const more = name === undefined ? {} : { [name]: hostile[name]! };
  if (form === "query") return onTheWire(whole, { query: more });
  const texts = Object.entries(whole.body ?? {}).filter(([, value]) => form === "json" || typeof value === "string");
  const request = { ...whole, body: { ...Object.fromEntries(texts), ...more } };
  if (form === "multipart") return multipart(request);
  return onTheWire({
    ...request,
    mediaType: form === "form" ? "application/x-www-form-urlencoded" : "application/json",
  });
}

function multipart({ method, path, body, headers }: TableRequest): Wired {
  const parts = new FormData();
  for (const [key, value] of Object.entries(body ?? {}))
    parts.append(key, typeof value === "string" ? value : JSON.stringify(value));
  return [method, path, { headers, body: parts }];
}

/** What the server decides of an account. */
const decided = ({ realm, status, roles, securityVersion, identifiers, attributes }: Account) => ({
  realm,
  status,
  roles,
  securityVersion,
  kinds: Object.keys(identifiers).toSorted(),
  attributes: Object.keys(attributes).toSorted(),
});

async function accounts({ provider }: MountedContract): Promise<readonly Account[]> {
  return (await provider.listAccounts({ limit: 100 })).items;
}

describe.each(allContracts.map((contract) => [contract.id, contract] as const))("%s", (_id, contract) => {
  const ends: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const end of ends) await end();
  });
  const mount = () => {
    const mounted = mountContract(contract, { signing: ownKeys(contract) });
    ends.push(() => mounted.close());
    return mounted;
  };
  const formsOf = ({ profile = contract.profile }: AnyWireOperation) =>
    forms.filter((form) => form === "query" || profile.bodies.includes(form));
  const cases = (does: AnyWireOperation["does"]) =>
    contract.operations
      .filter((operation) => operation.does === does)
      .flatMap((operation) => formsOf(operation).map((form) => [form, operation] as const));
  const namesOf = (operation: AnyWireOperation) =>
    Object.keys(hostile).filter((name) => !Object.hasOwn(operation.fields ?? {}, name));

  it.each(cases("signUp"))(
    "class 6: what only the server decides cannot be set at sign-up, sent as %s",
    async (form, operation) => {
      const mounted = mount();
      const asking = { ...(await stranger(mounted, contract)), presented: {} };
      const fresh = () => requestOf(contract, operation, asking);
      expect((await mounted.send(...spoiled(fresh(), form))).status).toBe(201);
      const [plain] = await accounts(mounted);
      for (const name of namesOf(operation)) {
        const before = await accounts(mounted);
        const answer = await mounted.send(...spoiled(fresh(), form, name));
        const added = (await accounts(mounted)).filter(({ id }) => !before.some((known) => known.id === id));
        const refused = isRefused(contract, operation, form);
        expect([name, answer.status, added.length]).toEqual([name, refused ? 400 : 201, refused ? 0 : 1]);
        for (const account of added) {
          expect([name, decided(account)]).toEqual([name, decided(plain!)]);
          expect([account.id, account.createdAt]).not.toEqual([hostile["id"], 1]);
          expect(account.number).toBe(Math.max(...before.map(({ number }) => number)) + 1);
        }
      }
    },
  );

  it.each(cases("updateAccount"))(
    "class 6: what only the server decides cannot be set by the account's owner, sent as %s",
    async (form, operation) => {
      const mounted = mount();
      const own = await createPerson(mounted, contract, "owner");
      const request = { own, presented: own, named: own };
      for (const name of namesOf(operation)) {
        const before = await mounted.provider.getAccount(own.id);
        const whole = requestOf(contract, operation, request);
        // Identifiers stay as they are, since a change of one raises the security version.
        const kept = Object.entries(whole.body ?? {}).filter(
          ([field]) => !operation.fields?.[field]?.to?.startsWith("identifiers."),
        );
        const answer = await mounted.send(...spoiled({ ...whole, body: Object.fromEntries(kept) }, form, name));
        expect([name, answer.status]).toEqual([name, isRefused(contract, operation, form) ? 400 : 200]);
        const after = await mounted.provider.getAccount(own.id);
        const { attributes: _new, updatedAt: _later, ...rest } = after;
        const { attributes: _old, updatedAt: _earlier, ...restBefore } = before;
        expect([name, rest]).toEqual([name, restBefore]);
        const added = Object.keys(after.attributes).filter((attribute) => !Object.hasOwn(before.attributes, attribute));
        const targets = new Set(Object.values(operation.fields ?? {}).map(({ to }) => to));
        expect([name, added.filter((attribute) => !targets.has(`attributes.${attribute}`))]).toEqual([name, []]);
      }
    },
  );
});

async function stranger(mounted: MountedContract, contract: WireContract) {
  const own = await createPerson(mounted, contract, "stranger");
  await mounted.provider.withdraw(await mounted.provider.verifyAccessToken(own.access), {});
  return { own, named: own };
}

/** Whether the contract's framework refuses what it does not know. */
function isRefused(contract: WireContract, operation: AnyWireOperation, form: Form): boolean {
  const { unknownFields } = operation.profile ?? contract.profile;
  return unknownFields === "refused" || (unknownFields === "refused_in_body" && form !== "query");
}
