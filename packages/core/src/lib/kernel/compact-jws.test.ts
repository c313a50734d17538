import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeBase64url } from "./base64url.ts";
import { utf8 } from "./bytes.ts";
import { longestToken, parseCompactJws } from "./compact-jws.ts";

const part = (value: unknown) => encodeBase64url(utf8(JSON.stringify(value)));
const token = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: "a" })}.AQID`;

describe("the compact serialisation (RFC 7515 §7.1)", () => {
  it("parses header, payload, signing input and signature", () => {
    expect(parseCompactJws(token)).toEqual({
      header: { alg: "HS256", typ: "JWT" },
      payload: { sub: "a" },
      signingInput: token.slice(0, token.lastIndexOf(".")),
      signature: "AQID",
    });
  });

  it.each([
    ["nothing", ""],
    ["one part", "abc"],
    ["two parts", token.slice(0, token.lastIndexOf("."))],
    ["five parts (a JWE)", `${token}.AQID.AQID`],
    ["no signature (alg none)", token.slice(0, token.lastIndexOf(".") + 1)],
    ["padding", `${token}=`],
    ["other characters", token.replace(".", "+.")],
    ["a header that is no object", `${part([])}.${part({})}.AQID`],
    ["a header without alg", `${part({})}.${part({})}.AQID`],
    ["a critical extension", `${part({ alg: "HS256", crit: ["b64"], b64: false })}.${part({})}.AQID`],
    ["a payload that is no object", `${part({ alg: "HS256" })}.${part("x")}.AQID`],
    ["a payload that is no UTF-8", `${part({ alg: "HS256" })}.${encodeBase64url(new Uint8Array([0xff]))}.AQID`],
    ["too much", `${part({ alg: "HS256" })}.${part({ x: "x".repeat(longestToken) })}.AQID`],
  ])("class 4: refuses %s", (_, text) => {
    expect(parseCompactJws(text)).toBeUndefined();
  });

  it("class 4: knows one text per token: stray bits in the last character of the signature are refused", () => {
    expect(parseCompactJws(token.replace(/D$/, "E"))).toBeDefined();
    const oneByte = token.replace(/AQID$/, "AQ");
    expect(parseCompactJws(oneByte)).toBeDefined();
    expect(parseCompactJws(oneByte.replace(/Q$/, "R"))).toBeUndefined();
  });

  it("never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(fc.base64String()).map((parts) => parts.join(".")),
        ),
        (text) => {
          parseCompactJws(text);
        },
      ),
    );
  });
});
