import { drfProfile } from "@latchkey/contracts";
import { latchkey } from "@latchkey/contracts/latchkey";
import { describe, expect, it } from "vitest";
import { bearerToken, clientCredentials } from "./credentials.ts";

describe("bearerToken (RFC 6750 §2.1)", () => {
  it.each([
    ["Bearer abc", "abc"],
    ["bearer abc", "abc"],
    ["Bearer", ""],
    ["Bearer ", ""],
    ["Bearer a b", "a b"],
    ["Bearerabc", undefined],
    ["Basic abc", undefined],
    ["Token abc", undefined],
    [undefined, undefined],
  ])("class 4: %s is %s", (header, token) => {
    expect(bearerToken(header, latchkey.profile.bearer)).toBe(token);
  });

  it("tells schemes apart by letter case where a profile does", () => {
    const rules = { caseSensitive: true, refusedWhereOpen: false };
    expect(bearerToken("bearer abc", rules)).toBeUndefined();
    expect(bearerToken("Bearer abc", rules)).toBe("abc");
  });

  it("counts words where a profile does", () => {
    const { bearer } = drfProfile({ locale: "en", authentication: "simplejwt" });
    expect(bearerToken(" Bearer  abc ", bearer)).toBe("abc");
    expect(bearerToken("Token a b", bearer)).toBeUndefined();
    for (const header of ["Bearer", "Bearer ", "Bearer a b"]) {
      expect(() => bearerToken(header, bearer)).toThrow("credentials_malformed");
    }
  });
});

describe("clientCredentials (RFC 7617, RFC 6749 §2.3.1)", () => {
  const basic = (text: string) => `Basic ${btoa(text)}`;

  it("decodes id and secret as form values", () => {
    expect(clientCredentials(basic("api%3Aone:a+b%25"))).toEqual({ id: "api:one", secret: "a b%" });
    expect(clientCredentials(basic("id:\u00c3\u00a9"))).toEqual({ id: "id", secret: "é" });
    expect(clientCredentials(basic("id:"))).toEqual({ id: "id", secret: "" });
    expect(clientCredentials(basic("id:a:b"))).toEqual({ id: "id", secret: "a:b" });
  });

  it.each([basic("no colon"), basic("id:%"), basic("id:\u00ff"), "Basic", "Basic *", "Bearer aWQ6YQ==", undefined])(
    "%s is nobody",
    (header) => {
      expect(clientCredentials(header)).toBeUndefined();
    },
  );
});
