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
    expect(bearerToken(header)).toBe(token);
  });

  it("tells schemes apart by letter case where a profile does", () => {
    expect(bearerToken("bearer abc", true)).toBeUndefined();
    expect(bearerToken("Bearer abc", true)).toBe("abc");
  });
});

describe("clientCredentials (RFC 7617, RFC 6749 §2.3.1)", () => {
  const basic = (text: string) => `Basic ${btoa(text)}`;

  it("decodes id and secret as form values", () => {
    expect(clientCredentials(basic("api%3Aone:a+b%25"))).toEqual({ id: "api:one", secret: "a b%" });
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
