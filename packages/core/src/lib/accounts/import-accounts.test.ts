// Accounts of another system: what is refused and why, what is found again, and that the owner's next log-in replaces the hash.
import { describe, expect, it } from "vitest";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import type { ImportedAccountInput } from "../provider-inputs.ts";

const operator = { kind: "operator" } as const;
// Django 3.2.25, make_password("12341234").
const django = "pbkdf2_sha256$260000$xvb9DMBBsvmGaR3oKVOAgy$Q8kRyYbji/SirfPA6CWfNpZVeP9JSDzJ1W37pFlYMoI=";
const row = (username: string, more: Partial<ImportedAccountInput> = {}): ImportedAccountInput => ({
  identifiers: { username },
  ...more,
});

describe("an import", () => {
  it("keeps number, roles, status, attributes and the time of creation, and records an event each", async () => {
    const { provider, clock } = createTestRealm();
    const given = { number: 31, roles: ["ADMIN", "USER"], attributes: { nickname: "K" }, createdAt: 1_600_000_000_000 };
    const outcomes = await provider.importAccounts(
      [row("Kim", { ...given, passwordHash: django }), row("lee", { status: "disabled" })],
      operator,
    );
    expect(outcomes).toMatchObject([
      { outcome: "imported", account: { ...given, identifiers: { username: "Kim" }, status: "active" } },
      { outcome: "imported", account: { number: 32, roles: ["USER"], status: "disabled", createdAt: clock.now() } },
    ]);
    const { items } = await provider.listEvents({ type: "account.imported" });
    expect(items.map(({ actor, at, accountId }) => [actor, at, accountId])).toEqual(
      outcomes.toReversed().map((outcome) => ["operator", clock.now(), "account" in outcome && outcome.account.id]),
    );
    const { account } = await provider.signUp({ identifiers: { username: "new" }, password: testPassword });
    expect(account.number).toBe(33);
  });

  it("lets people log in with the passwords that they have, and replaces the hash", async () => {
    const { provider, storage } = createTestRealm();
    await provider.importAccounts([row("kim", { passwordHash: django })], operator);
    const stored = async () =>
      (await storage.read.accounts.byIdentifier({ realm: "main", kind: "username", key: "kim" }))?.passwordHash;
    await expect(provider.logIn({ identifier: "kim", password: "12341235" })).rejects.toMatchObject({
      code: "credentials_invalid",
    });
    expect(await stored()).toBe(django);
    const { account } = await provider.logIn({ identifier: "KIM", password: "12341234" });
    expect(account.number).toBe(1);
    expect(await stored()).toMatch(/^\$argon2id\$/);
    await provider.logIn({ identifier: "kim", password: "12341234" });
    await expect(provider.logIn({ identifier: "kim", password: "12341235" })).rejects.toMatchObject({
      code: "credentials_invalid",
    });
  });

  it("an account without a password never logs in with one", async () => {
    const { provider } = createTestRealm();
    await provider.importAccounts([row("kim"), row("lee", { passwordHash: null })], operator);
    for (const identifier of ["kim", "lee"])
      for (const password of ["", "!", "null"])
        await expect(provider.logIn({ identifier, password })).rejects.toMatchObject({ code: "credentials_invalid" });
  });

  it("finds again what it imported, and changes nothing of it", async () => {
    const { provider } = createTestRealm();
    const rows = [row("kim", { number: 5, passwordHash: django }), row("lee")];
    const [first] = await provider.importAccounts(rows, operator);
    await provider.logIn({ identifier: "kim", password: "12341234" });
    const again = await provider.importAccounts(
      [{ ...rows[0]!, roles: ["ADMIN"], passwordHash: null }, rows[1]!],
      operator,
    );
    expect(again.map(({ outcome }) => outcome)).toEqual(["present", "present"]);
    expect(again[0]).toMatchObject({ account: { id: first!.outcome !== "refused" && first!.account.id } });
    await provider.logIn({ identifier: "kim", password: "12341234" });
    expect((await provider.findAccount("kim")).roles).toEqual(["USER"]);
  });

  it("keeps a shortuuid as the account's id, in either order of its digits", async () => {
    const { provider } = createTestRealm();
    const ids = ["CLS9fByfifGwPy5YQWTQon", "zzzzzzzzzzzzzzzzzzzzz2"];
    await provider.importAccounts(
      ids.map((id) => row(id, { id })),
      operator,
    );
    for (const id of ids) expect((await provider.getAccount(id)).identifiers).toEqual({ username: id });
    const [clash] = await provider.importAccounts([row("other", { id: ids[0]! })], operator);
    expect(clash).toMatchObject({ outcome: "refused", error: { code: "identifier_taken", kinds: ["id"] } });
  });

  it("class 8, class 11: refuses by the rules of sign-up, with every problem, and goes on", async () => {
    const { provider } = createTestRealm();
    await provider.signUp({ identifiers: { username: "taken" }, password: testPassword });
    const bad: readonly (readonly [ImportedAccountInput, object])[] = [
      [row("a@b"), { fields: { username: [{ problem: "invalid_format" }] } }],
      [row("nul\u0000"), { fields: { username: [{ problem: "invalid_characters" }] } }],
      [{ identifiers: { nickname: "x" } }, { fields: { nickname: [{ problem: "unknown_field" }] } }],
      [{ identifiers: {} }, { fields: { identifiers: [{ problem: "required" }] } }],
      [row("TAKEN"), { code: "identifier_taken", kinds: ["username"] }],
      [row("b", { number: 1 }), { code: "identifier_taken", kinds: ["number"] }],
      [
        row("c", {
          id: "short",
          number: 2 ** 31,
          passwordHash: "md5$salt$0123456789abcdef0123456789abcdef",
          status: "gone" as "active",
          roles: ["no role"],
          attributes: { long: "x".repeat(16_384) },
          createdAt: 1.5,
        }),
        {
          fields: Object.fromEntries(
            ["id", "number", "passwordHash", "status", "roles", "attributes", "createdAt"].map((name) => [
              name,
              [expect.anything()],
            ]),
          ),
        },
      ],
      [row("d", { number: 0 }), { fields: { number: [{ problem: "invalid_format" }] } }],
      [
        row("e", { passwordHash: django.replace("260000", "9000000") }),
        { fields: { passwordHash: [{ problem: "invalid_format" }] } },
      ],
    ];
    const outcomes = await provider.importAccounts([...bad.map(([input]) => input), row("good")], operator);
    for (const [index, [, error]] of bad.entries())
      expect([index, outcomes[index]]).toMatchObject([
        index,
        index === 4 ? { outcome: "present" } : { outcome: "refused", error },
      ]);
    expect(outcomes.at(-1)?.outcome).toBe("imported");
    const names = (await provider.listAccounts({})).items.map(({ identifiers }) => identifiers["username"]);
    expect(new Set(names)).toEqual(new Set(["good", "taken"]));
  });

  it("refuses a row of which a part belongs to one account and a part to another, or that has another number", async () => {
    const { provider } = createTestRealm();
    await provider.importAccounts(
      [
        { identifiers: { username: "kim", email: "kim@example.com" }, number: 1 },
        { identifiers: { username: "lee", email: "lee@example.com" }, number: 2 },
      ],
      operator,
    );
    const outcomes = await provider.importAccounts(
      [
        { identifiers: { username: "kim", email: "lee@example.com" }, number: 1 },
        { identifiers: { username: "kim", email: "kim@example.com" }, number: 2 },
        { identifiers: { username: "kim", email: "new@example.com" } },
        { identifiers: { username: "new" }, number: 2 },
      ],
      operator,
    );
    const taken = (...kinds: string[]) => ({ outcome: "refused", error: { code: "identifier_taken", kinds } });
    expect(outcomes).toMatchObject([
      taken("username", "email"),
      taken("username", "email"),
      taken("username"),
      taken("number"),
    ]);
  });

  it("a number that a withdrawn account had is refused, whoever asks for it", async () => {
    const { provider } = createTestRealm();
    const { tokens } = await provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
    await provider.withdraw(await provider.verifyAccessToken(tokens!.accessToken), {});
    expect(await provider.importAccounts([row("kim", { number: 1 })], operator)).toMatchObject([
      { outcome: "refused", error: { kinds: ["number"] } },
    ]);
  });

  it("a dry run says the same and writes nothing", async () => {
    const { provider } = createTestRealm();
    const rows = [row("kim", { number: 4 }), row("KIM", { number: 5 }), row("a@b"), row("lee")];
    const dry = await provider.importAccounts(rows, operator, { dryRun: true });
    expect((await provider.listAccounts({})).items).toEqual([]);
    expect((await provider.listEvents({})).items.filter(({ type }) => type === "account.imported")).toEqual([]);
    const real = await provider.importAccounts(rows, operator);
    expect(real.map(({ outcome }) => outcome)).toEqual(dry.map(({ outcome }) => outcome));
    expect(dry.map(({ outcome }) => outcome)).toEqual(["imported", "refused", "refused", "imported"]);
  });

  it("takes any number of accounts, and lets others in between", async () => {
    const { provider } = createTestRealm();
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const outcomes = await provider.importAccounts(
      Array.from({ length: 450 }, (_, index) => row(`user${index}`, { number: 450 - index })),
      operator,
    );
    clearInterval(timer);
    expect(outcomes.every(({ outcome }) => outcome === "imported")).toBe(true);
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});
