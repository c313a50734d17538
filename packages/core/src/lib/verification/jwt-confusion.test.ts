// The JWT confusion corpus (class 4): whatever a header says, the key decides. Every forgery is refused, none is a fault.
import { describe, expect, it } from "vitest";
import { forgeries, forgeryMaterial } from "../testing/jwt-forgeries.ts";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";

async function loggedIn() {
  const realm = createTestRealm();
  await realm.provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
  const { tokens } = await realm.provider.logIn({ identifier: "kim", password: testPassword });
  const { keys } = await realm.provider.jwks();
  return { ...realm, ...forgeryMaterial(tokens, keys[0]!) };
}

describe("class 4, AT-03: JWT confusion", () => {
  it.each(Object.entries(forgeries))("refuses %s", async (_, forge) => {
    const at = await loggedIn();
    const verdict = await Promise.resolve()
      .then(() => at.provider.verifyAccessToken(forge(at)))
      .catch((error: { code?: string }) => error.code);
    expect(verdict).toMatch(/^access_token_(malformed|signature_invalid|wrong_kind)$/);
  });

  it("class 5, AT-01: refuses an access token where a refresh token is wanted", async () => {
    const at = await loggedIn();
    await expect(at.provider.refresh(at.tokens.accessToken)).rejects.toMatchObject({
      code: /^refresh_token_(signature_invalid|wrong_kind)$/,
    });
  });

  it("class 5: refuses tokens of another realm with the same storage and master key", async () => {
    const at = await loggedIn();
    const other = at.again({ realm: "other", issuer: "https://id.example/other" });
    await expect(Promise.resolve().then(() => other.verifyAccessToken(at.tokens.accessToken))).rejects.toMatchObject({
      code: "access_token_signature_invalid",
    });
    await expect(other.refresh(at.tokens.refreshToken)).rejects.toMatchObject({
      code: "refresh_token_signature_invalid",
    });
  });

  it("class 4: re-encoded copies of a logged-out token stay dead", async () => {
    const at = await loggedIn();
    await at.provider.verifyAccessToken(at.tokens.accessToken);
    await at.provider.logOut(at.tokens.refreshToken);
    const copies = [
      at.tokens.accessToken,
      `${at.tokens.accessToken}=`,
      forgeries["stray bits in the last character"]!(at),
      ` ${at.tokens.accessToken}`,
    ];
    for (const copy of copies) {
      await expect(Promise.resolve().then(() => at.provider.verifyAccessToken(copy))).rejects.toMatchObject({
        code: /^access_token_(revoked|malformed)$/,
      });
    }
  });
});
