import fc from "fast-check";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { encodeBase64url } from "./base64url.ts";
import { utf8 } from "./bytes.ts";
import { longestToken, parseCompactJws } from "./compact-jws.ts";

const part = (value: unknown) => encodeBase64url(utf8(JSON.stringify(value)));
const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((value) => String.fromCodePoint(value));
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
    ["a character beyond ASCII", token.replace(".", "é.")],
    ["a lone surrogate", token.replace(/AQID$/, "AQI\ud800")],
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

  it("takes a token of the greatest length and none of one more", () => {
    const start = `${part({ alg: "HS256" })}.${part({})}.`;
    expect(parseCompactJws(start.padEnd(longestToken, "A"))).toBeDefined();
    expect(parseCompactJws(start.padEnd(longestToken + 1, "A"))).toBeUndefined();
  });

  it("says what jose reads in a token, whatever it parsed before", () => {
    const json = fc.dictionary(fc.string({ unit: codePoint }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 });
    const tokens = fc.array(
      fc.tuple(json, json).map(([header, payload]) => ({ header: { ...header, alg: "HS256" }, payload })),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(tokens, fc.boolean(), (all, repeat) => {
        const texts = (repeat ? [...all, ...all] : all).map(
          ({ header, payload }) => `${part(header)}.${part(payload)}.AQID`,
        );
        const parsed = texts.map((text) => parseCompactJws(text));
        for (const [place, text] of texts.entries()) {
          const expected = { header: decodeProtectedHeader(text), payload: decodeJwt(text) };
          if (!Object.hasOwn(expected.header, "crit")) expect(parsed[place]).toMatchObject(expected);
        }
      }),
    );
  });

  it("class 4: reads a header anew that differs in one character, and lets nobody change one that is shared", () => {
    const header = part({ alg: "HS256", kid: "aaaaaaaaaaaaaaaaaaaaaa" });
    const other = part({ alg: "HS256", kid: "aaaaaaaaaaaaaaaaaaaaab" });
    const rest = `${part({ sub: "a" })}.AQID`;
    const first = parseCompactJws(`${header}.${rest}`)!.header;
    expect(parseCompactJws(`${other}.${rest}`)!.header["kid"]).toBe("aaaaaaaaaaaaaaaaaaaaab");
    expect(parseCompactJws(`${header}.${rest}`)!.header).toEqual(first);
    expect(() => Object.assign(first, { alg: "none" })).toThrow(TypeError);
    for (const refused of [{ alg: "HS256", crit: [] }, { kid: "a" }, { alg: 5 }]) {
      for (let time = 0; time < 2; time++) expect(parseCompactJws(`${part(refused)}.${rest}`)).toBeUndefined();
    }
  });

  it("class 4: a stream of tokens with headers of their own displaces no meaning", () => {
    const rest = `${part({ sub: "a" })}.AQID`;
    for (const kid of Array.from({ length: 300 }, (_, at) => `key ${at % 150} ${"x".repeat(at % 200)}`)) {
      for (const alg of ["HS256", "EdDSA"])
        expect(parseCompactJws(`${part({ alg, kid })}.${rest}`)?.header).toEqual({ alg, kid });
    }
  });

  it("never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: codePoint }),
          fc.array(fc.base64String()).map((parts) => parts.join(".")),
        ),
        (text) => {
          parseCompactJws(text);
        },
      ),
    );
  });
});
