// Codes through the facade: who gets one, what it is good for, and what refuses it.
import { describe, expect, it } from "vitest";
import type { IdentityProviderOptions } from "../provider-options.ts";
import { englishMessages, koreanMessages } from "../messages/message-templates.ts";
import { createMessageBox } from "../testing/message-box.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import { createCode } from "./code-secret.ts";

const mobile = "+821012345678";
const policy = { logInWithCode: ["mobile", "email"], logInWith: ["username"] } as const;
const operator = { kind: "operator" } as const;
const wrongOf = (code: string): string => (code === "000000" ? "000001" : "000000");

async function createScene(options: Partial<IdentityProviderOptions> = {}) {
  const box = createMessageBox();
  const realm = createTestRealm({ messageSender: box, ...options, policy: { ...policy, ...options.policy } });
  const { provider } = realm;
  const person = { username: "gildong", mobile, email: "gildong@example.com" };
  const account = await provider.createAccount({ identifiers: person, password: testPassword }, operator);
  const ask = async () => {
    await provider.requestCode({ identifier: mobile });
    await provider.deliverMessages();
    return box.code();
  };
  const enter = (code: string | undefined) => provider.logInWithCode({ identifier: mobile, code });
  return { ...realm, box, account, ask, enter };
}

const refusal = (code: string) => expect.objectContaining({ name: "IdentityError", code });

describe("a one-time code", () => {
  it("goes to the account's number, logs in, and is told in the events", async () => {
    const { provider, box, account, ask, enter, clock } = await createScene();
    const code = await ask();
    expect(code).toMatch(/^\d{6}$/);
    expect(box.sent).toMatchObject([{ channel: "sms", to: mobile, text: `Use this code to log in: ${code}`, code }]);
    clock.advance(1000);
    const { account: entered, tokens } = await enter(code);
    expect(entered).toMatchObject({ id: account.id, lastLogInAt: clock.now() });
    expect(await provider.verifyAccessToken(tokens.accessToken)).toMatchObject({ subject: { id: account.id } });
    const { items } = await provider.listEvents({ accountId: account.id });
    expect(items.map(({ type }) => type)).toEqual(["account.logged_in", "account.code_requested", "account.signed_up"]);
    expect(JSON.stringify(items)).not.toContain(code);
    await provider.close();
  });

  it("goes by e-mail too, in Korean where that is wanted", async () => {
    const { provider, box } = await createScene({ messageTemplates: koreanMessages });
    const sent = await provider.requestCode({ identifier: "gildong@example.com", kind: "email" });
    expect(sent).toEqual({ channel: "email", expiresInSeconds: 600 });
    await provider.deliverMessages();
    expect(box.sent).toMatchObject([{ to: "gildong@example.com", subject: "로그인 인증번호" }]);
    expect(box.sent[0]!.text).toBe(`로그인 인증번호는 ${box.code()}입니다. 10분 안에 입력해 주세요.`);
    expect(englishMessages.logInCode({ code: "1", minutes: 10 }).subject).toBe("Your log-in code");
    await provider.close();
  });

  it("AS-08, classes 1 and 14: is used once, also by 50 at the same time", async () => {
    const { ask, enter, provider } = await createScene();
    const code = await ask();
    const ends = await Promise.allSettled(Array.from({ length: 50 }, () => enter(code)));
    const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
    expect(ends.length - refused.length).toBe(1);
    for (const reason of refused) expect(reason).toEqual(refusal("code_used"));
    expect((await provider.listEvents({ type: "account.logged_in" })).items).toHaveLength(1);
    await provider.close();
  });

  it("AS-09: is good for ten minutes and not a millisecond longer", async () => {
    const { ask, enter, clock, provider } = await createScene();
    const late = await ask();
    clock.advance(600_000);
    await expect(enter(late)).rejects.toEqual(refusal("code_expired"));
    await expect(enter(wrongOf(late))).rejects.toEqual(refusal("code_invalid"));
    const early = await ask();
    clock.advance(599_999);
    await enter(early);
    await provider.close();
  });

  it("AS-10, class 14: stands nowhere in the store, nor does its message", async () => {
    const { provider, storage } = await createScene();
    await provider.start();
    const texts: string[] = [];
    // A sender in another process would have it; here nothing is sent before the look.
    const unsent = await createScene({
      messageSender: { send: () => Promise.reject(new Error("away")) },
      onBackgroundError: () => {},
    });
    await unsent.provider.requestCode({ identifier: mobile });
    const place = { realm: "main", accountId: unsent.account.id, purpose: "log_in" } as const;
    texts.push(JSON.stringify(await unsent.storage.read.codes.current(place)));
    const far = { realm: "main", now: Number.MAX_SAFE_INTEGER, limit: 9 };
    texts.push(JSON.stringify(await unsent.storage.read.messages.due(far)));
    expect(texts[1]).toContain('"sealed":"v1.');
    for (const text of texts) {
      expect(text).not.toContain(mobile);
      expect(text).not.toMatch(/"\d{6}"|log in:/);
    }
    expect(await storage.read.messages.due(far)).toEqual([]);
    await Promise.all([provider.close(), unsent.provider.close()]);
  });

  it("AS-11: is dead when the next one was asked for", async () => {
    const { ask, enter, provider } = await createScene();
    const [first, second] = [await ask(), await ask()];
    if (first !== second) await expect(enter(first)).rejects.toEqual(refusal("code_invalid"));
    await enter(second);
    await provider.close();
  });

  it("classes 9 and 14: may be tried five times, by however many at once; then the right one comes too late", async () => {
    // The code's own limit: that of the account is proved with the others.
    const { ask, enter, provider } = await createScene({ policy: { throttling: { guessesPerAccount: null } } });
    const code = await ask();
    const ends = await Promise.allSettled(Array.from({ length: 200 }, () => enter(wrongOf(code))));
    const codes = ends.map((end) => (end as PromiseRejectedResult).reason.code as string);
    expect(codes.filter((each) => each === "code_invalid")).toHaveLength(4);
    expect(codes.filter((each) => each === "code_exhausted")).toHaveLength(196);
    await expect(enter(code)).rejects.toEqual(refusal("code_exhausted"));
    await enter(await ask());
    await provider.close();
  });

  it("class 9: is asked for five times in fifteen minutes at most, without a pause, so that asking buys few guesses", async () => {
    const { provider, ask, clock } = await createScene();
    for (let count = 0; count < 5; count++) await ask();
    clock.advance(60_000);
    await expect(ask()).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: 840 });
    clock.advance(839_999);
    await expect(ask()).rejects.toMatchObject({ code: "rate_limited", retryAfterSeconds: 1 });
    clock.advance(1);
    await ask();
    await provider.close();
  });

  it("class 7: is dead when the account has changed since, and told the status only to whoever has it", async () => {
    const { provider, ask, enter, account } = await createScene();
    const code = await ask();
    await provider.setPassword(account.id, `${testPassword}!`, operator);
    await expect(enter(code)).rejects.toEqual(refusal("code_invalid"));
    const fresh = await ask();
    await provider.administerAccount(account.id, { status: "declined" }, operator);
    await expect(enter(fresh)).rejects.toEqual(refusal("code_invalid"));
    await expect(ask()).rejects.toEqual(refusal("account_declined"));
    await provider.close();
  });
});

describe("a one-time code is refused", () => {
  it("class 13: at log-in for an unknown number as for a known one without a code", async () => {
    const { provider, enter } = await createScene();
    await expect(enter("123456")).rejects.toEqual(refusal("code_invalid"));
    const unknown = provider.logInWithCode({ identifier: "+821099999999", code: "123456" });
    await expect(unknown).rejects.toEqual(refusal("code_invalid"));
    await expect(enter(undefined)).rejects.toEqual(refusal("code_missing"));
    await expect(provider.requestCode({ identifier: "+821099999999" })).rejects.toEqual(refusal("account_unknown"));
    const { items } = await provider.listEvents({ type: "account.log_in_failed" });
    expect(items.map(({ detail }) => detail!["reason"])).toEqual(["code_invalid", "code_invalid"]);
    await provider.close();
  });

  it("with another account's number, and tells nothing of whose it is (class 14: bound to its request)", async () => {
    const { provider, ask, enter } = await createScene();
    const other = { identifiers: { username: "other", mobile: "+821087654321" }, password: testPassword };
    await provider.createAccount(other, operator);
    const code = await ask();
    const elsewhere = provider.logInWithCode({ identifier: "+821087654321", code });
    await expect(elsewhere).rejects.toEqual(refusal("code_invalid"));
    await enter(code);
    await provider.close();
  });

  it("where nothing sends, and where the realm has no such kind", async () => {
    const { again, provider } = await createScene();
    const silent = createTestRealm({ policy });
    await silent.provider.createAccount({ identifiers: { username: "a", mobile } }, operator);
    await expect(silent.provider.requestCode({ identifier: mobile })).rejects.toEqual(refusal("message_undeliverable"));
    await expect(provider.requestCode({ identifier: "x", kind: "username" })).rejects.toThrow(/logInWithCode/);
    expect(() => again({ policy: { logInWithCode: ["username"] } })).toThrow(/logInWithCode names "username"/);
    expect(() => again({ policy: { codeAttempts: 0 } })).toThrow(/codeAttempts/);
    expect(() => again({ masterKey: undefined as never })).toThrow(/masterKey is needed/);
    await Promise.all([provider.close(), silent.provider.close()]);
  });
});

describe("six digits", () => {
  it("are drawn evenly, with leading zeros, and draws that would favour some are thrown away", () => {
    const draws = [new Uint8Array([255, 255, 255, 255]), new Uint8Array([0, 0, 0, 7])];
    expect(createCode(() => draws.shift()!)).toBe("000007");
    expect(createCode(() => new Uint8Array([0, 15, 66, 63]))).toBe("999999");
  });
});
