// A realm that asks the store for each token says of the account what it knows of it.
import { expect, it } from "vitest";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";

it("class 7: a strict realm tells a withdrawn account and one that was switched off from a revoked token", async () => {
  const { provider } = createTestRealm({ policy: { accessRevocation: "strict" } });
  const signUp = async (username: string) =>
    await provider.signUp({ identifiers: { username }, password: testPassword });
  const codeOf = async (token: string | undefined) => {
    try {
      await provider.verifyAccessToken(token);
      return "good";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  const [gone, off, out] = await Promise.all(["gone", "off", "out"].map(signUp));
  expect(await codeOf(gone!.tokens!.accessToken)).toBe("good");
  await provider.withdraw(await provider.verifyAccessToken(gone!.tokens!.accessToken), {});
  await provider.administerAccount(off!.account.id, { status: "disabled" }, { kind: "operator" });
  await provider.logOut(out!.tokens!.refreshToken);
  expect(await codeOf(gone!.tokens!.accessToken)).toBe("access_token_account_unknown");
  expect(await codeOf(off!.tokens!.accessToken)).toBe("access_token_account_disabled");
  expect(await codeOf(out!.tokens!.accessToken)).toBe("access_token_revoked");
});
