import { describe, expect, it } from "vitest";
import { createMemoryStorage } from "../../memory.ts";
import { withFaults, type FaultPlan } from "../conformance/faults.ts";
import { createMessageBox } from "../testing/message-box.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import type { IdentityProviderOptions } from "../provider-options.ts";

const signUp = { identifiers: { username: "kim" }, password: testPassword, attributes: { nickname: "k" } };
const confirmationLink = "https://pages.example/confirm/{number}/{code}";
const policy = { signUp: "confirmation" } as const;
const mailed = (username: string) => ({ ...signUp, identifiers: { username, email: `${username}@example.com` } });
const day = 86_400_000;

function createConfirmingRealm(options: Partial<IdentityProviderOptions> = {}) {
  const box = createMessageBox();
  const realm = createTestRealm({ policy, confirmationLink, messageSender: box, ...options });
  const { provider } = realm;
  const logIn = () => provider.logIn({ identifier: "kim", password: testPassword });
  return { ...realm, box, logIn, delivered: () => provider.deliverMessages() };
}

async function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "done",
    (error: { readonly code: unknown }) => error.code,
  );
}

describe("an account that confirms its address first", () => {
  it("is pending without tokens, is sent one link of the configured host, and is active once its code came back; the code works once", async () => {
    const { provider, box, logIn, delivered } = createConfirmingRealm();
    const { account, tokens } = await provider.signUp(mailed("kim"));
    expect([account.status, tokens]).toEqual(["pending", null]);
    expect(await refusal(logIn())).toBe("account_pending");
    await delivered();
    const code = box.code();
    expect(code).toMatch(/^[0-9a-f]{64}$/);
    expect(box.sent).toMatchObject([
      { channel: "email", to: "kim@example.com", subject: "Confirm your e-mail address" },
    ]);
    expect(box.sent[0]!.text.endsWith(`\n\nhttps://pages.example/confirm/${account.number}/${code}`)).toBe(true);
    const confirmed = await provider.confirmAccount({ number: account.number, code });
    expect([confirmed.status, confirmed.attributes]).toEqual([
      "active",
      { nickname: "k", verified_email: "kim@example.com" },
    ]);
    expect(await refusal(logIn())).toBe("done");
    expect(await refusal(provider.confirmAccount({ number: account.number, code }))).toBe("code_used");
  });

  it("AS-10: neither the account nor the store's code holds the code, and the digest confirms nothing", async () => {
    const { provider, storage, box, delivered } = createConfirmingRealm();
    const { account } = await provider.signUp(mailed("kim"));
    await delivered();
    const place = { realm: "main", accountId: account.id, purpose: "confirm_email" } as const;
    const kept = (await storage.read.codes.current(place))!;
    expect(JSON.stringify([kept, await provider.getAccount(account.id)])).not.toContain(box.code());
    expect(await refusal(provider.confirmAccount({ number: account.number, code: kept.digest }))).toBe("code_invalid");
  });

  it("class 14: a guessed code, another account's and an unknown account confirm nothing, and use up nobody's code", async () => {
    const { provider, box, delivered } = createConfirmingRealm();
    const { account } = await provider.signUp(mailed("kim"));
    await delivered();
    const own = box.code();
    await provider.signUp(mailed("lee"));
    await delivered();
    for (const code of ["", "0".repeat(64), box.code(), own.toUpperCase()])
      expect(await refusal(provider.confirmAccount({ number: account.number, code }))).toBe("code_invalid");
    expect(await refusal(provider.confirmAccount({ number: 99, code: own }))).toBe("account_unknown");
    expect(await refusal(provider.confirmAccount({ number: account.number, code: own }))).toBe("done");
  });

  it("AS-08 class 1: of 50 parallel confirmations with one code exactly one succeeds", async () => {
    const { provider, box, delivered } = createConfirmingRealm();
    const { account } = await provider.signUp(mailed("kim"));
    await delivered();
    const confirm = () => refusal(provider.confirmAccount({ number: account.number, code: box.code() }));
    const outcomes = await Promise.all(Array.from({ length: 50 }, confirm));
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(["done", "code_used"]));
  });

  it("has a day; whoever then logs in with the right password is sent another link, once, and the old one is dead", async () => {
    const { provider, box, clock, logIn, delivered } = createConfirmingRealm();
    const { account } = await provider.signUp(mailed("kim"));
    await delivered();
    const old = box.code();
    clock.advance(day - 1);
    await logIn().catch(() => undefined);
    await delivered();
    expect(box.sent).toHaveLength(1);
    clock.advance(1);
    expect(await refusal(provider.confirmAccount({ number: account.number, code: old }))).toBe("code_expired");
    expect(await refusal(provider.confirmAccount({ number: account.number, code: "0" }))).toBe("code_invalid");
    await refusal(provider.logIn({ identifier: "kim", password: "wrong wrong wrong" }));
    await delivered();
    expect(box.sent).toHaveLength(1);
    expect(await Promise.all([1, 2, 3].map(() => refusal(logIn())))).toEqual(Array(3).fill("account_pending"));
    await delivered();
    expect(box.sent).toHaveLength(2);
    expect(await refusal(provider.confirmAccount({ number: account.number, code: old }))).toBe("code_invalid");
    expect(await refusal(provider.confirmAccount({ number: account.number, code: box.code() }))).toBe("done");
  });

  it("does not bring back an account that an administrator switched off, or took its approval from", async () => {
    const { provider, box, clock, logIn, delivered } = createConfirmingRealm();
    const { account } = await provider.signUp(mailed("kim"));
    await delivered();
    const confirm = () => refusal(provider.confirmAccount({ number: account.number, code: box.code() }));
    await provider.administerAccount(account.id, { status: "disabled" }, { kind: "operator" });
    expect(await confirm()).toBe("code_invalid");
    await provider.administerAccount(account.id, { status: "pending" }, { kind: "operator" });
    clock.advance(day);
    await refusal(logIn());
    await delivered();
    expect(await confirm()).toBe("done");
    await provider.administerAccount(account.id, { status: "pending" }, { kind: "operator" });
    clock.advance(day);
    await refusal(logIn());
    await delivered();
    expect(box.sent).toHaveLength(2);
  });

  it("does not exist without an address or a way out for messages", async () => {
    const { provider } = createConfirmingRealm();
    await expect(provider.signUp(signUp)).rejects.toMatchObject({
      code: "request_malformed",
      fields: { email: [{ problem: "required" }] },
    });
    const silent = createTestRealm({ policy, confirmationLink });
    expect(await refusal(silent.provider.signUp(mailed("kim")))).toBe("message_undeliverable");
    expect(await refusal(silent.provider.findAccount("kim"))).toBe("account_unknown");
  });

  it("class 12: account, code and message are recorded together or not at all, whichever statement fails", async () => {
    const plan: FaultPlan = {};
    const { provider, box, delivered } = createConfirmingRealm({ storage: withFaults(createMemoryStorage(), plan) });
    await provider.start();
    let statements = 0;
    for (; ; statements++) {
      plan.statementsBeforeFault = statements;
      const outcome = await refusal(provider.signUp(mailed("kim")));
      plan.statementsBeforeFault = undefined;
      if (outcome === "done") break;
      expect([outcome, await refusal(provider.findAccount("kim"))]).toEqual(["store_unavailable", "account_unknown"]);
      expect(await delivered()).toEqual({ sent: 0, postponed: 0, givenUp: 0 });
    }
    expect(statements).toBeGreaterThan(2);
    await delivered();
    expect(box.sent).toHaveLength(1);
  });

  it.each([
    [{}, "confirmationLink is needed"],
    [{ confirmationLink: "https://pages.example/confirm" }, "confirmationLink is needed"],
    [{ confirmationLink: "/confirm/{number}/{code}" }, "confirmationLink is needed"],
    [{ confirmationLink, masterKey: undefined as never }, "masterKey is needed"],
    [
      {
        confirmationLink,
        policy: { ...policy, identifiers: { username: { syntax: "username", form: "folded", maximum: 9 } } },
      },
      "policy.signUp needs",
    ],
  ] satisfies readonly (readonly [Partial<IdentityProviderOptions>, string])[])(
    "needs a link, a key and an address: %o",
    (options, told) => {
      expect(() => createTestRealm({ policy, ...options })).toThrow(told);
    },
  );
});

describe("a realm that reveals unknown accounts", () => {
  it("says so at log-in and before, and costs no hash; others do not", async () => {
    const { provider, hashes } = createTestRealm({ policy: { revealsUnknownAccounts: true, tokensAtSignUp: false } });
    expect((await provider.signUp(signUp)).tokens).toBeNull();
    const before = hashes();
    const logIn = provider.logIn({ identifier: "lee", password: testPassword });
    await expect(logIn).rejects.toMatchObject({ code: "account_unknown" });
    await expect(provider.requireAccount({ identifier: "lee" })).rejects.toMatchObject({ code: "account_unknown" });
    await expect(provider.requireAccount({ identifier: "kim" })).resolves.toBeUndefined();
    expect(hashes()).toBe(before);
    await expect(provider.logIn({ identifier: "kim", password: "wrong wrong wrong" })).rejects.toMatchObject({
      code: "credentials_invalid",
    });
    await expect(createTestRealm().provider.requireAccount({ identifier: "lee" })).resolves.toBeUndefined();
  });
});

describe("a withdrawal that wants a confirmation", () => {
  it("is refused where an attribute is another one, and done where it is the account's", async () => {
    const { provider } = createTestRealm();
    const { account, tokens } = await provider.signUp(signUp);
    const principal = await provider.verifyAccessToken(tokens!.accessToken);
    for (const attributes of [{ nickname: "K" }, { nickname: "" }, { other: "k" }]) {
      await expect(provider.withdraw(principal, { attributes })).rejects.toMatchObject({
        code: "request_malformed",
        fields: { [Object.keys(attributes)[0]!]: [{ problem: "incorrect" }] },
      });
    }
    expect((await provider.getAccountByNumber(account.number)).id).toBe(account.id);
    await provider.withdraw(principal, { attributes: { nickname: "k" } });
    for (const number of [account.number, 0, -1, 1.5]) {
      await expect(provider.getAccountByNumber(number)).rejects.toMatchObject({ code: "account_unknown" });
    }
  });
});
