import { describe, expect, it } from "vitest";
import type { Account } from "./account.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";

const signUp = { identifiers: { username: "kim" }, password: testPassword, attributes: { nickname: "k" } };

function createConfirmingRealm() {
  const sent: { readonly account: Account; readonly code: string }[] = [];
  const realm = createTestRealm({
    policy: { signUp: "confirmation" },
    sendConfirmation: async (_tx, account, code) => void sent.push({ account, code }),
  });
  return { ...realm, sent };
}

describe("an account that confirms its address first", () => {
  it("is pending without tokens, and active once its code came back; the code works once", async () => {
    const { provider, sent } = createConfirmingRealm();
    const { account, tokens } = await provider.signUp(signUp);
    expect([account.status, tokens]).toEqual(["pending", null]);
    await expect(provider.logIn({ identifier: "kim", password: testPassword })).rejects.toMatchObject({
      code: "account_pending",
    });
    const { code } = sent[0]!;
    expect(code).toMatch(/^[0-9a-f]{64}$/);
    const confirmed = await provider.confirmAccount({ number: account.number, code });
    expect([confirmed.status, confirmed.attributes]).toEqual(["active", { nickname: "k" }]);
    await expect(provider.logIn({ identifier: "kim", password: testPassword })).resolves.toBeTruthy();
    await expect(provider.confirmAccount({ number: account.number, code })).rejects.toMatchObject({
      code: "code_used",
    });
  });

  it("keeps a digest of the code, not the code", async () => {
    const { provider, sent } = createConfirmingRealm();
    const { account } = await provider.signUp(signUp);
    expect(JSON.stringify(await provider.getAccount(account.id))).not.toContain(sent[0]!.code);
  });

  it("class 14: a guessed code, another account's, the digest itself and an unknown account confirm nothing", async () => {
    const { provider, sent } = createConfirmingRealm();
    const { account } = await provider.signUp(signUp);
    await provider.signUp({ ...signUp, identifiers: { username: "lee" } });
    const digest = (await provider.getAccount(account.id)).attributes["confirmation_sha256"] as string;
    for (const code of ["", "0".repeat(64), sent[1]!.code, digest, sent[0]!.code.toUpperCase()]) {
      await expect(provider.confirmAccount({ number: account.number, code })).rejects.toMatchObject({
        code: "code_invalid",
      });
    }
    await expect(provider.confirmAccount({ number: 99, code: sent[0]!.code })).rejects.toMatchObject({
      code: "account_unknown",
    });
    expect((await provider.getAccount(account.id)).status).toBe("pending");
  });

  it("does not bring back an account that an administrator switched off", async () => {
    const { provider, sent } = createConfirmingRealm();
    const { account } = await provider.signUp(signUp);
    await provider.administerAccount(account.id, { status: "disabled" }, { kind: "operator" });
    await expect(provider.confirmAccount({ number: account.number, code: sent[0]!.code })).rejects.toMatchObject({
      code: "code_invalid",
    });
  });

  it("does not exist where the code cannot be sent", async () => {
    const realm = createTestRealm({
      policy: { signUp: "confirmation" },
      sendConfirmation: async () => {
        throw new Error("no way to send");
      },
    });
    await expect(realm.provider.signUp(signUp)).rejects.toThrow("no way to send");
    await expect(realm.provider.findAccount("kim")).rejects.toMatchObject({ code: "account_unknown" });
  });

  it("needs a way to send", () => {
    expect(() => createTestRealm({ policy: { signUp: "confirmation" } })).toThrow("sendConfirmation");
  });
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
