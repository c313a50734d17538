// What strangers learn of accounts: nothing at the latchkey contract's log-in, and of the others what their documents tell. Hashes are counted, no clock is read.
import type { AnyWireOperation, WireContract } from "@latchkey/contracts";
import { revelationsOf } from "@latchkey/contracts";
import { latchkey } from "@latchkey/contracts/latchkey";
import { mobile } from "@latchkey/contracts/mobile";
import { rabbit } from "@latchkey/contracts/rabbit";
import { afterAll, describe, expect, it } from "vitest";
import { allContracts, ownKeys, unthrottled } from "./testing/all-contracts.ts";
import type { Person } from "./testing/contract-people.ts";
import { createPerson, newIdentifiers, newPassword, onTheWire, requestOf } from "./testing/contract-people.ts";
import type { MountedContract, MountedOptions } from "./testing/mount-contract.ts";
import { mountContract } from "./testing/mount-contract.ts";

const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

function mount(contract: WireContract, options: MountedOptions = {}): MountedContract {
  const mounted = mountContract(contract, { signing: ownKeys(contract), ...options });
  ends.push(() => mounted.close());
  return mounted;
}

const operator = { kind: "operator" } as const;
const sorts = ["known", "unknown", "disabled", "pending", "declined", "withdrawn"] as const;
type Sort = (typeof sorts)[number];

/** Somebody of that sort. An unknown one has identifiers that nobody has. */
async function createSubject(mounted: MountedContract, contract: WireContract, sort: Sort): Promise<Person> {
  const person = await createPerson(mounted, contract, "subject");
  const { provider } = mounted;
  if (sort === "withdrawn") await provider.withdraw(await provider.verifyAccessToken(person.access), {});
  if (sort === "disabled" || sort === "pending" || sort === "declined")
    await provider.administerAccount(person.id, { status: sort }, operator);
  return sort === "unknown" ? { ...person, identifiers: newIdentifiers(contract, "nobody") } : person;
}

/** Everything about an answer but its ids, and the hashes that it cost. */
async function ask(mounted: MountedContract, contract: WireContract, operation: AnyWireOperation, named: Person) {
  const stranger = { ...named, password: newPassword() };
  const request = requestOf(contract, operation, { own: stranger, presented: {}, named });
  const before = mounted.hashes();
  const answer = await mounted.send(...onTheWire(request));
  const { "x-request-id": requestId, ...headers } = Object.fromEntries(answer.headers) as Record<string, string>;
  const body = (await answer.text()).replaceAll(requestId!, "");
  return { status: answer.status, headers, body, hashes: mounted.hashes() - before };
}

const operationOf = (contract: WireContract, does: AnyWireOperation["does"]) =>
  contract.operations.find((operation) => operation.does === does)!;

/** One answer for each sort of account. */
async function askAll(contract: WireContract, does: AnyWireOperation["does"], options: MountedOptions = {}) {
  const mounted = mount(contract, { policy: unthrottled(contract), ...options });
  const answers: Partial<Record<Sort, Awaited<ReturnType<typeof ask>>>> = {};
  for (const sort of sorts)
    answers[sort] = await ask(
      mounted,
      contract,
      operationOf(contract, does),
      await createSubject(mounted, contract, sort),
    );
  return answers as Record<Sort, Awaited<ReturnType<typeof ask>>>;
}

const silent = allContracts.filter((contract) => contract !== rabbit && contract !== mobile);

describe("what a wrong password tells", () => {
  it.each(silent.map((contract) => [contract.id, contract] as const))(
    "AS-05, class 13: %s answers log-ins of known, unknown, disabled, pending, declined and withdrawn accounts alike, after one hash",
    async (_id, contract) => {
      const answers = await askAll(contract, "logIn");
      expect(answers.known).toMatchObject({ status: 401, hashes: 1 });
      for (const sort of sorts) expect([sort, answers[sort]]).toEqual([sort, answers.known]);
    },
  );

  it("AS-05, class 13: what cannot be a user name or a password costs the same hash and gets the same answer", async () => {
    const mounted = mount(latchkey);
    const { identifiers } = await createPerson(mounted, latchkey, "subject");
    const seen = new Set<string>();
    for (const [username, password] of [
      [identifiers["username"]!, "wrong"],
      ["a@b", "wrong"],
      ["+821012345678", "wrong"],
      ["x".repeat(5000), "wrong"],
      ["\u200b", "wrong"],
      [identifiers["username"]!, "x".repeat(30_000)],
      ["nobody", "x".repeat(30_000)],
    ] as const) {
      const before = mounted.hashes();
      const body = JSON.stringify({ username, password });
      const answer = await mounted.send("POST", "/login", { headers: { "content-type": "application/json" }, body });
      const { error } = (await answer.json()) as { error: object };
      seen.add(JSON.stringify([answer.status, { ...error, request_id: "" }, mounted.hashes() - before]));
    }
    expect([...seen]).toEqual([expect.stringContaining("[401,")]);
    expect([...seen][0]).toMatch(/,1\]$/);
  });

  it("AS-05, classes 9 and 13: wrong passwords are slowed down alike, whether the account exists or not", async () => {
    const mounted = mount(latchkey);
    const rows: unknown[] = [];
    for (const sort of sorts) {
      const subject = await createSubject(mounted, latchkey, sort);
      const row: unknown[] = [];
      for (let guess = 0; guess < 8; guess++)
        row.push(await ask(mounted, latchkey, operationOf(latchkey, "logIn"), subject));
      rows.push(row);
    }
    expect(rows[0]).toContainEqual(expect.objectContaining({ status: 429 }));
    for (const row of rows) expect(row).toEqual(rows[0]);
  });

  it("AS-05, class 13: rabbit tells unknown accounts, as its document does, and no status without the password", async () => {
    const answers = await askAll(rabbit, "logIn");
    for (const sort of ["unknown", "withdrawn"] as const)
      expect([answers[sort].status, answers[sort].body]).toEqual([404, '{"error": "사용자를 찾을 수 없습니다."}\n']);
    for (const sort of ["known", "disabled", "pending", "declined"] as const)
      expect([sort, answers[sort]]).toEqual([sort, answers.known]);
    expect(answers.known.status).toBe(401);
  });
});

describe("what a code tells", () => {
  it("AS-05, class 13: mobile tells at a request for a code who is no member, and the status of members, as its document does", async () => {
    const answers = await askAll(mobile, "requestCode");
    const unknown = [404, '{"detail":"가입하지 않은 회원입니다","code":"not_found"}'];
    expect(Object.fromEntries(sorts.map((sort) => [sort, [answers[sort].status, answers[sort].body]]))).toEqual({
      known: [200, '{"detail":"We texted you a login code."}'],
      unknown,
      withdrawn: unknown,
      disabled: [400, '{"non_field_errors":["User account is disabled."]}'],
      pending: [406, '{"detail":"승인 대기중인 회원입니다.","code":"1006"}'],
      declined: [403, '{"detail":"승인 거절된 회원입니다.","code":"1005"}'],
    });
  });

  it("AS-05, class 13: mobile answers wrong codes alike for everybody", async () => {
    const answers = await askAll(mobile, "logInWithCode");
    for (const sort of sorts) expect([sort, answers[sort]]).toEqual([sort, answers.known]);
    expect(answers.known.status).toBe(400);
  });
});

describe("what contracts tell", () => {
  const signUp = (at: string, fields: string) => ({
    at,
    tells: `whether a value of ${fields} is taken`,
    isSignUp: true,
  });

  it("AS-05, class 13: the latchkey contract and the three that know user names tell of no account but at sign-up", () => {
    expect(Object.fromEntries(silent.map((contract) => [contract.id, revelationsOf(contract)]))).toEqual({
      latchkey: [signUp("POST /signup", "username, email, mobile")],
      intern: [signUp("POST /accounts/signup/", "username")],
      baro: [signUp("POST /api/signup/", "username")],
      onboarding: [signUp("POST /signup", "username")],
    });
    expect(revelationsOf(latchkey, { ...latchkey.policy, signUp: "closed" })).toEqual([]);
  });

  it("AS-05, class 13: rabbit and mobile tell what their documents have them tell, and no more", () => {
    expect(revelationsOf(rabbit)).toEqual([
      { at: "POST /api/user/login", tells: "which accounts exist", isSignUp: false },
      signUp("POST /api/user/register", "email"),
      { at: "GET /api/user/{id}", tells: "who has which number", isSignUp: false },
      { at: "GET /api/confirm-user/{id}/{hash}", tells: "which numbers are confirmed", isSignUp: false },
    ]);
    expect(revelationsOf(mobile)).toEqual([
      signUp("POST /api/registration/", "mobile, unique_in_site, unique_key, username"),
      { at: "POST /api/auth/mobile/", tells: "which accounts exist, and their status", isSignUp: false },
      { at: "GET /api/users/check_duplicate/", tells: "whether a value of username is taken", isSignUp: false },
    ]);
  });
});
