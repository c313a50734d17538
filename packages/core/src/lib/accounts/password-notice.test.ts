import { describe, expect, it } from "vitest";
import { createMemoryStorage } from "../../memory.ts";
import { withFaults, type FaultPlan } from "../conformance/faults.ts";
import { createMessageBox } from "../testing/message-box.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import { koreanMessages } from "../messages/message-templates.ts";
import type { IdentityProviderOptions } from "../provider-options.ts";

const next = "seven purple umbrellas";
const mobile = "+821012345678";
const email = "kim@example.com";
const operator = { kind: "operator" } as const;

async function createScene({ policy, ...options }: Partial<IdentityProviderOptions> = {}) {
  const box = createMessageBox();
  const realm = createTestRealm({
    messageSender: box,
    policy: { logInWithCode: ["mobile", "email"], ...policy },
    ...options,
  });
  const { provider } = realm;
  const identifiers = { username: "kim", mobile, email };
  const { account, tokens } = await provider.signUp({ identifiers, password: testPassword });
  const bearer = await provider.verifyAccessToken(tokens!.accessToken);
  /** The account proves an address to be its own. */
  const verify = async (kind: "mobile" | "email") => {
    const identifier = identifiers[kind];
    await provider.requestCode({ identifier, kind });
    await provider.deliverMessages();
    await provider.logInWithCode({ identifier, kind, code: box.code() });
    box.sent.length = 0;
  };
  const change = () => provider.changePassword(bearer, { currentPassword: testPassword, newPassword: next });
  const notices = async () => {
    await provider.deliverMessages();
    return box.sent.map(({ channel, to }) => `${channel} ${to}`);
  };
  return { ...realm, box, account, bearer, verify, change, notices };
}

describe("AS-07 a credential change is told to the account's owner", () => {
  it("by mail, without the password, where the address was verified", async () => {
    const { verify, change, notices, box } = await createScene();
    await verify("mobile");
    await verify("email");
    await change();
    expect(await notices()).toEqual([`email ${email}`]);
    expect(box.sent[0]).toMatchObject({ subject: "Your password was changed" });
    expect(box.sent[0]!.text).toMatch(
      /^The password of your account at id\.example was changed on \d{4}-\d\d-\d\d \d\d:\d\d UTC\./,
    );
    for (const secret of [testPassword, next]) expect(JSON.stringify(box.sent)).not.toContain(secret);
  });

  it("by SMS where only the number was verified; in Korean, too", async () => {
    const { verify, change, notices, box } = await createScene({ messageTemplates: koreanMessages });
    await verify("mobile");
    await change();
    expect(await notices()).toEqual([`sms ${mobile}`]);
    expect(box.sent[0]!.text).toContain("비밀번호가");
    expect(box.sent[0]!.subject).toBeUndefined();
  });

  it("whoever made the change", async () => {
    const { provider, account, verify, notices } = await createScene();
    await verify("email");
    await provider.setPassword(account.id, next, operator);
    expect(await notices()).toEqual([`email ${email}`]);
  });

  it.each([
    [undefined, []],
    ["none", []],
    ["any", [`email ${email}`]],
  ] as const)(
    "an address that nobody verified hears nothing, unless the policy says any (%s)",
    async (passwordChangeNotice, told) => {
      const { change, notices } = await createScene(passwordChangeNotice && { policy: { passwordChangeNotice } });
      await change();
      expect(await notices()).toEqual(told);
    },
  );

  it("an address that took a verified one's place is not verified", async () => {
    const { provider, bearer, verify, change, notices } = await createScene();
    await verify("email");
    await provider.updateAccount(bearer, { identifiers: { email: "other@example.com" } });
    await change();
    expect(await notices()).toEqual([]);
  });

  it("class 12: notice and change are recorded together or not at all, and a wrong password tells nobody", async () => {
    const plan: FaultPlan = {};
    const { provider, bearer, verify, change, notices, account } = await createScene({
      storage: withFaults(createMemoryStorage(), plan),
    });
    await verify("email");
    const guess = provider.changePassword(bearer, { currentPassword: "wrong wrong wrong", newPassword: next });
    await expect(guess).rejects.toMatchObject({ code: "request_malformed" });
    let statements = 0;
    for (; ; statements++) {
      plan.statementsBeforeFault = statements;
      const outcome = await change().then(
        () => "done",
        (error: { readonly code: unknown }) => error.code,
      );
      plan.statementsBeforeFault = undefined;
      if (outcome === "done") break;
      expect([outcome, await notices()]).toEqual(["store_unavailable", []]);
      expect((await provider.getAccount(account.id)).securityVersion).toBe(account.securityVersion);
    }
    expect(statements).toBeGreaterThan(3);
    expect(await notices()).toEqual([`email ${email}`]);
  });

  it("a process that sends nothing itself records it for another; without any way out the change is made all the same", async () => {
    const { account, verify, notices, again, change } = await createScene();
    await verify("email");
    const commandLine = again({ messageSender: "another_process" });
    await commandLine.setPassword(account.id, next, operator);
    await commandLine.close();
    expect(await notices()).toEqual([`email ${email}`]);
    await again({ messageSender: undefined as never }).setPassword(account.id, testPassword, operator);
    expect(await notices()).toHaveLength(1);
    // The last change stands, though nobody could be told.
    await expect(change()).resolves.toBeUndefined();
  });
});
