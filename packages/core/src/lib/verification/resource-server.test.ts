// A resource server without a database: what it reads of a token, and every refusal by its code.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTestRealm, testPassword } from "../testing/realm-for-tests.ts";
import { forgeries, forgeryMaterial } from "../testing/jwt-forgeries.ts";
import {
  accessClaims,
  makeTestKey,
  publishAt,
  signToken,
  testIssuer,
  unsignedToken,
  verdict,
} from "../testing/token-issuer.ts";
import type { KeyAddress, TestKey } from "../testing/token-issuer.ts";
import { createResourceServerVerifier } from "./resource-server.ts";
import type { ResourceServerOptions } from "./resource-server.ts";

const start = 1_790_000_000_345;
const now = () => Date.now();
const clock = { now, monotonic: now };

// jose reads the age of its keys from Date.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

const key = await makeTestKey("first");
const other = await makeTestKey("second");

const verifierOf = (address: KeyAddress, options: Partial<ResourceServerOptions> = {}) =>
  createResourceServerVerifier({ issuer: testIssuer, clock, fetch: address.fetch, ...options });

const token = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, signer: TestKey = key) =>
  signToken(signer, accessClaims(now(), changes), header);

describe("a token that is good", () => {
  it("tells of its bearer, with the keys of the issuer's address", async () => {
    const address = publishAt(key);
    const verify = verifierOf(address);
    expect(address.asked).toEqual([]);
    const verified = await verify(await token());
    expect(verified).toMatchObject({
      subject: "2222222222222222222222",
      clientId: "latchkey",
      sessionId: "a family",
      roles: ["USER"],
      expiresAt: Math.floor(start / 1000) + 300,
    });
    expect(verified.claims["jti"]).toBe("a token");
    expect(address.asked).toEqual([`${testIssuer}/.well-known/jwks.json`]);
  });

  it.each(["EdDSA", "ES256", "RS256"])("may be signed with %s", async (alg) => {
    const signer = await makeTestKey(alg, alg);
    expect(await verdict(verifierOf(publishAt(key, signer)), await token({}, {}, signer))).toBe("accepted");
  });

  it("may have several audiences, and those who read it may have another one than the issuer", async () => {
    const audience = "https://resource.example/";
    const several = await token({ aud: ["https://another.example/", audience] });
    expect(await verdict(verifierOf(publishAt(key), { audience }), several)).toBe("accepted");
    expect(await verdict(verifierOf(publishAt(key)), several)).toBe("access_token_wrong_kind");
  });

  it("may name no key: each published one is tried", async () => {
    const unnamed = await token({}, { kid: undefined }, other);
    expect(await verdict(verifierOf(publishAt(key, other)), unnamed)).toBe("accepted");
    expect(await verdict(verifierOf(publishAt(key, await makeTestKey("third"))), unnamed)).toBe(
      "access_token_signature_invalid",
    );
  });

  it("may say less of its bearer, or it otherwise: what is of another type is left out", async () => {
    const verify = verifierOf(publishAt(key));
    const bearerOf = async (changes: Record<string, unknown>) => await verify(await token(changes));
    const nothing = { clientId: undefined, sessionId: undefined, roles: [] };
    expect(await bearerOf({ client_id: undefined, sid: undefined, roles: undefined })).toMatchObject(nothing);
    expect(await bearerOf({ client_id: 7, sid: ["a family"], roles: "ADMIN" })).toMatchObject(nothing);
    expect((await bearerOf({ roles: ["USER", 7, null, ["ADMIN"]] })).roles).toEqual(["USER"]);
  });

  it("is read by the keys of an issuer whose identifier ends in a slash", async () => {
    const address = publishAt(key);
    const issuer = `${testIssuer}/`;
    const verify = verifierOf(address, { issuer });
    expect(await verdict(verify, await token({ iss: issuer, aud: issuer }))).toBe("accepted");
    expect(address.asked).toEqual([`${testIssuer}/.well-known/jwks.json`]);
  });

  it("is verified by keys that are given, and by the address that is given", async () => {
    const address = publishAt();
    expect(await verdict(verifierOf(address, { jwks: { keys: [key.publicJwk] } }), await token())).toBe("accepted");
    expect(address.asked).toEqual([]);
    const jwksUrl = "https://keys.example/all.json";
    await verdict(verifierOf(address, { jwksUrl }), await token());
    expect(address.asked).toEqual([jwksUrl]);
    expect(() => verifierOf(address, { jwksUrl: "no address" })).toThrow(TypeError);
  });

  it("of a realm of our own: signed by the provider, read by its JWK Set alone", async () => {
    const { provider, clock: realmClock } = createTestRealm();
    const { account } = await provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
    const { tokens } = await provider.logIn({ identifier: "kim", password: testPassword });
    const verify = createResourceServerVerifier({ issuer: testIssuer, jwks: await provider.jwks(), clock: realmClock });
    expect(await verify(tokens.accessToken)).toMatchObject({ subject: account.id, roles: ["USER"] });
    // What this verifier cannot see, as it says.
    await provider.logOut(tokens.refreshToken);
    expect(await verdict(verify, tokens.accessToken)).toBe("accepted");
    realmClock.advance(300_000);
    expect(await verdict(verify, tokens.accessToken)).toBe("access_token_expired");
  });
});

describe("a token that is refused", () => {
  const seconds = Math.floor(start / 1000);
  it.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
    ["expired", "access_token_expired", { exp: seconds }, {}],
    ["expired long ago", "access_token_expired", { exp: seconds - 86_400 }, {}],
    ["expired, within the tolerance for early tokens", "access_token_expired", { exp: seconds - 3 }, {}],
    ["of the future (iat)", "access_token_not_yet_valid", { iat: seconds + 6 }, {}],
    ["of the future (nbf)", "access_token_not_yet_valid", { nbf: seconds + 6 }, {}],
    ["another audience", "access_token_wrong_kind", { aud: "https://another.example/" }, {}],
    ["no audience", "access_token_wrong_kind", { aud: undefined }, {}],
    ["another issuer", "access_token_wrong_kind", { iss: "https://evil.example/" }, {}],
    ["an issuer that differs in a slash", "access_token_wrong_kind", { iss: `${testIssuer}/` }, {}],
    ["class 5: of another kind (ID token)", "access_token_wrong_kind", {}, { typ: "JWT" }],
    ["class 5: of another kind (refresh token)", "access_token_wrong_kind", {}, { typ: "rt+jwt" }],
    ["class 5: no typ", "access_token_wrong_kind", {}, { typ: undefined }],
    ["an nbf that is text", "access_token_wrong_kind", { nbf: "now" }, {}],
    ["no subject", "access_token_wrong_kind", { sub: undefined }, {}],
    ["a subject that is a number", "access_token_wrong_kind", { sub: 7 }, {}],
    ["no jti", "access_token_wrong_kind", { jti: undefined }, {}],
    ["no exp", "access_token_wrong_kind", { exp: undefined }, {}],
    ["no iat", "access_token_wrong_kind", { iat: undefined }, {}],
    ["an iat that is text", "access_token_wrong_kind", { iat: "now" }, {}],
    ["an exp that is text", "access_token_wrong_kind", { exp: "never" }, {}],
  ])("%s: %s", async (_, code, changes, header) => {
    expect(await verdict(verifierOf(publishAt(key)), await token(changes, header))).toBe(code);
  });

  it("that names no key: as the key that signed it would have it refused", async () => {
    const expired = await token({ exp: seconds - 60 }, { kid: undefined }, other);
    await expect(Promise.resolve(verifierOf(publishAt(key, other))(expired))).rejects.toMatchObject({
      code: "access_token_expired",
      // For whoever logs it.
      cause: expect.any(Error),
    });
  });

  it("missing, or no token at all: without asking for keys", async () => {
    const address = publishAt(key);
    const verify = verifierOf(address);
    for (const missing of [undefined, ""]) expect(await verdict(verify, missing)).toBe("access_token_missing");
    for (const text of ["x", "a.b.c", "....", "a".repeat(100_000), `${await token()}=`])
      expect(await verdict(verify, text)).toBe("access_token_malformed");
    // None of them was worth a request.
    expect(address.asked).toEqual([]);
  });

  it("of the future: within the tolerance it is taken, and there may be none", async () => {
    const early = await token({ iat: seconds + 5, nbf: seconds + 5 });
    expect(await verdict(verifierOf(publishAt(key)), early)).toBe("accepted");
    const strict = verifierOf(publishAt(key), { clockToleranceSeconds: 0 });
    expect(await verdict(strict, early)).toBe("access_token_not_yet_valid");
  });
});

describe("class 4, AT-03: JWT confusion", () => {
  const material = async () => {
    const { provider, clock: realmClock } = createTestRealm();
    await provider.signUp({ identifiers: { username: "kim" }, password: testPassword });
    const { tokens } = await provider.logIn({ identifier: "kim", password: testPassword });
    const { keys } = await provider.jwks();
    const address = publishAt();
    address.answer(() => Response.json({ keys }));
    return {
      at: forgeryMaterial(tokens, keys[0]!),
      verify: createResourceServerVerifier({ issuer: testIssuer, clock: realmClock, fetch: address.fetch }),
    };
  };

  it.each(Object.entries(forgeries))("refuses %s, before and after the token itself is known", async (_, forge) => {
    const { at, verify } = await material();
    const refusal = /^access_token_(malformed|signature_invalid|wrong_kind)$/;
    expect(await verdict(verify, forge(at))).toMatch(refusal);
    expect(await verdict(verify, at.tokens.accessToken)).toBe("accepted");
    expect(await verdict(verify, at.tokens.accessToken)).toBe("accepted");
    expect(await verdict(verify, forge(at))).toMatch(refusal);
  });

  it("refuses a token under a known kid that another key signed", async () => {
    const verify = verifierOf(publishAt(key));
    expect(await verdict(verify, await token({}, { kid: key.kid }, other))).toBe("access_token_signature_invalid");
  });

  it("refuses an algorithm that the published key does not have, and symmetric ones altogether", async () => {
    const secret = { kty: "oct", k: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA", kid: "shared", alg: "HS256" };
    const verify = verifierOf(publishAt(), { jwks: { keys: [key.publicJwk, secret] } });
    for (const header of [
      { alg: "ES256", kid: key.kid },
      { alg: "HS256", kid: "shared" },
      { alg: "none", kid: key.kid },
      { alg: "constructor", kid: key.kid },
    ]) {
      const forged = unsignedToken({ typ: "at+jwt", ...header }, accessClaims(now()));
      expect([header, await verdict(verify, forged)]).toEqual([header, "access_token_signature_invalid"]);
    }
  });
});
