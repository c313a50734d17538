// What a token must say, and who must have signed it, before anybody looks at accounts or families.
import { describe, expect, it } from "vitest";
import type { ClaimsProfile } from "../issuance/claims-profile.ts";
import { rfc9068Claims } from "../issuance/claims-profile.ts";
import { encodeBase64url } from "../kernel/base64url.ts";
import { utf8 } from "../kernel/bytes.ts";
import type { RingKey } from "../keys/key-ring.ts";
import type { SigningAlgorithm } from "../keys/key-store.ts";
import { nodeJwsKeys } from "../node/node-jws.ts";
import { createTestClock } from "../testing/realm-for-tests.ts";
import { encodeTokenIdentifier } from "../token-family/token-identifier.ts";
import { createTokenReader, type ReadingKeys } from "./read-token.ts";

const start = 1_790_000_000_345;
const seconds = Math.floor(start / 1000);
const familyId = `${start.toString(16).padStart(12, "0")}0123456789`;
const identifier = (kind: "access" | "refresh", family = familyId) =>
  encodeTokenIdentifier({ familyId: family, generation: 3, kind }, "uuid");

/** A key of the ring; `checked` counts the signatures that it was asked about. */
async function makeKey(kid: string | undefined, algorithm: SigningAlgorithm = "EdDSA") {
  const { privateJwk } = await nodeJwsKeys.generate(algorithm);
  const key = await nodeJwsKeys.importJwk(algorithm, privateJwk);
  const counts = { checked: 0 };
  const ringKey: RingKey = {
    kid,
    algorithm,
    key: {
      algorithm,
      sign: (input) => key.sign(input),
      verify: (input, signature) => {
        counts.checked += 1;
        return key.verify(input, signature);
      },
    },
  };
  return { ringKey, counts };
}
type TestKey = Awaited<ReturnType<typeof makeKey>>;

const first = await makeKey("first");
const other = await makeKey("other");
const secret = await makeKey(undefined, "HS256");

const encode = (value: unknown) => encodeBase64url(utf8(JSON.stringify(value)));
async function mint(
  changes: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  { ringKey: { kid, algorithm, key } }: TestKey = first,
): Promise<string> {
  const claims = {
    iss: "https://id.example/v1",
    aud: "https://api.example/",
    sub: "2222222222222222222222",
    jti: identifier("access"),
    iat: seconds,
    exp: seconds + 300,
    ...changes,
  };
  const input = `${encode({ alg: algorithm, typ: "at+jwt", kid, ...header })}.${encode(claims)}`;
  return `${input}.${await key.sign(input)}`;
}
const mintRefresh = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key?: TestKey) =>
  mint({ aud: undefined, jti: identifier("refresh"), ...changes }, { typ: "rt+jwt", ...header }, key);

/** Keys that are there from the beginning, and those that another process made meanwhile. */
function ringOf(known: readonly TestKey[], made: readonly TestKey[] = []) {
  let keys = known;
  const asked = { reloads: 0 };
  const ring: ReadingKeys = {
    verifiers: (_use, kid) => keys.map(({ ringKey }) => ringKey).filter((key) => kid === undefined || key.kid === kid),
    reload: async () => {
      asked.reloads += 1;
      keys = [...known, ...made];
      return made.length > 0;
    },
  };
  return { ring, asked };
}

function readerOf(
  kind: "access" | "refresh" = "access",
  { claims = rfc9068Claims, ring = ringOf([first]).ring }: { claims?: ClaimsProfile; ring?: ReadingKeys } = {},
) {
  const clock = createTestClock(start);
  const realm = {
    issuer: "https://id.example/v1",
    audience: "https://api.example/",
    claims,
    clockToleranceSeconds: 5,
  };
  const read = createTokenReader(kind, realm, ring, clock);
  const codeOf = async (token: string | undefined, leniency?: { readonly expired?: boolean }) => {
    try {
      await read(token, leniency);
      return "good";
    } catch (error) {
      return (error as { readonly code: string }).code;
    }
  };
  return { clock, read, codeOf };
}

describe("a token that is good", () => {
  it("tells its account, family, generation and expiry, and its claims as they are", async () => {
    expect(await readerOf().read(await mint({ more: [1] }))).toMatchObject({
      subject: { id: "2222222222222222222222" },
      identifier: { familyId, generation: 3, kind: "access" },
      expiresAt: seconds + 300,
      claims: { sub: "2222222222222222222222", more: [1] },
    });
    expect(await readerOf("refresh").read(await mintRefresh())).toMatchObject({
      identifier: { familyId, generation: 3, kind: "refresh" },
    });
  });

  it("may have other audiences beside ours", async () => {
    const { codeOf } = readerOf();
    expect(await codeOf(await mint({ aud: ["https://another.example/", "https://api.example/"] }))).toBe("good");
  });

  it("names a family of another system where its jti has another layout: none of ours", async () => {
    for (const jti of ["a text", "00000000-0000-0000-0000-000000000000", 7, null, undefined, [identifier("access")]])
      expect((await readerOf().read(await mint({ jti }))).identifier).toBeUndefined();
  });
});

describe("a token that is none", () => {
  it.each(["access", "refresh"] as const)("missing or malformed %s tokens are told apart", async (kind) => {
    const { codeOf } = readerOf(kind);
    expect([await codeOf(undefined), await codeOf("")]).toEqual([`${kind}_token_missing`, `${kind}_token_missing`]);
    for (const text of [" ", "x", "..", "a.b.c", "a.b.c.d.e", `${await mint()}.`, `${await mint()}=`])
      expect([text, await codeOf(text)]).toEqual([text, `${kind}_token_malformed`]);
  });
});

describe("class 5: a well-signed token of another kind, realm or purpose is refused", () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["an ID token's typ", {}, { typ: "JWT" }],
    ["a refresh token's typ", {}, { typ: "rt+jwt" }],
    ["a typ in other letters", {}, { typ: "AT+JWT" }],
    ["no typ", {}, { typ: undefined }],
    ["another issuer", { iss: "https://id.example/other" }, {}],
    ["an issuer that goes on", { iss: "https://id.example/v1/" }, {}],
    ["no issuer", { iss: undefined }, {}],
    ["a list of issuers", { iss: ["https://id.example/v1"] }, {}],
    ["another audience", { aud: "https://another.example/" }, {}],
    ["an audience that goes on", { aud: "https://api.example/more" }, {}],
    ["other audiences", { aud: ["https://another.example/", "https://api.example/more"] }, {}],
    ["no audience at all", { aud: [] }, {}],
    ["no audience", { aud: undefined }, {}],
    ["an audience that is an object", { aud: { "https://api.example/": true } }, {}],
    ["no subject", { sub: undefined }, {}],
    ["a subject that is a number", { sub: 7 }, {}],
    ["a subject that is a list", { sub: ["2222222222222222222222"] }, {}],
    ["no expiry", { exp: undefined }, {}],
    ["an expiry that is text", { exp: "9999999999" }, {}],
    ["an expiry that is null", { exp: null }, {}],
    ["the jti of a refresh token", { jti: identifier("refresh") }, {}],
  ])("%s", async (_, changes, header) => {
    const { codeOf } = readerOf();
    expect(await codeOf(await mint(changes, header))).toBe("access_token_wrong_kind");
  });

  it("an access token where a refresh token is wanted, under a key that signs both", async () => {
    const { codeOf } = readerOf("refresh", { claims: { ...rfc9068Claims, refreshKey: "shared" } });
    expect(await codeOf(await mint())).toBe("refresh_token_wrong_kind");
    expect(await codeOf(await mintRefresh({ jti: identifier("access") }))).toBe("refresh_token_wrong_kind");
    expect(await codeOf(await mintRefresh())).toBe("good");
  });

  it("a fixed claim of another value, where it is all that tells the kinds apart", async () => {
    const access = {
      header: ["alg"],
      typ: "JWT",
      claims: {
        exp: { from: "expires_at" },
        email: { identifier: "email" },
        token_type: { literal: "access" },
        user_id: { from: "account_number" },
      },
    } as const;
    const { read, codeOf } = readerOf("access", { claims: { ...rfc9068Claims, access } });
    const token = (changes: Record<string, unknown>) =>
      mint({ token_type: "access", user_id: 7, email: "kim@example.com", ...changes }, { typ: "JWT" });
    expect(await read(await token({}))).toMatchObject({ subject: { number: 7 }, identifier: undefined });
    for (const wrong of ["refresh", "", "ACCESS", null, true, undefined])
      expect([wrong, await codeOf(await token({ token_type: wrong }))]).toEqual([wrong, "access_token_wrong_kind"]);
    // What a contract takes from the account says nothing of the token's kind.
    expect(await codeOf(await token({ email: undefined }))).toBe("good");
    expect((await read(await token({ user_id: "4294967295" }))).subject).toEqual({ number: 4_294_967_295 });
    for (const wrong of [1.5, Number.MAX_SAFE_INTEGER + 1, true, null, [7], { id: 7 }, "12345678901", "7\n", undefined])
      expect([wrong, await codeOf(await token({ user_id: wrong }))]).toEqual([wrong, "access_token_wrong_kind"]);
  });

  it("tokens that name no account at all", async () => {
    const { sub: _sub, ...claims } = rfc9068Claims.access.claims;
    const { codeOf } = readerOf("access", {
      claims: { ...rfc9068Claims, access: { ...rfc9068Claims.access, claims } },
    });
    expect(await codeOf(await mint())).toBe("access_token_wrong_kind");
  });
});

describe("time", () => {
  it("ends a token at the second of exp, whatever the tolerance; a log-out takes it all the same", async () => {
    const { clock, codeOf } = readerOf();
    const token = await mint();
    clock.advance(299_654);
    expect(await codeOf(token)).toBe("good");
    clock.advance(1);
    expect(await codeOf(token)).toBe("access_token_expired");
    expect(await codeOf(token, {})).toBe("access_token_expired");
    expect(await codeOf(token, { expired: false })).toBe("access_token_expired");
    expect(await codeOf(token, { expired: true })).toBe("good");
  });

  it.each(["iat", "nbf"])(
    "refuses an access token whose %s lies beyond the tolerance, or is no number",
    async (name) => {
      const { codeOf } = readerOf();
      expect(await codeOf(await mint({ [name]: seconds + 5 }))).toBe("good");
      for (const wrong of [seconds + 6, seconds + 5.5, "0", null, true, [0]])
        expect([wrong, await codeOf(await mint({ [name]: wrong }))]).toEqual([wrong, "access_token_not_yet_valid"]);
      expect(await codeOf(await mint({ [name]: undefined }))).toBe("good");
    },
  );

  it("logs nobody out whose refresh token was made before our clock stepped back", async () => {
    const { codeOf } = readerOf("refresh");
    expect(await codeOf(await mintRefresh({ iat: seconds + 3600, nbf: seconds + 3600 }))).toBe("good");
  });
});

describe("class 4, AT-03: the key decides, and not the header", () => {
  it("refuses another algorithm than the key's, before any arithmetic", async () => {
    for (const alg of ["HS256", "RS256", "none", "eddsa"]) {
      const { codeOf } = readerOf();
      const token = await mint({}, { alg });
      const { checked } = first.counts;
      expect([alg, await codeOf(token)]).toEqual([alg, "access_token_signature_invalid"]);
      expect(first.counts.checked).toBe(checked);
    }
  });

  it("refuses another key's signature under a known kid, without asking for keys", async () => {
    const { ring, asked } = ringOf([first], [other]);
    const { codeOf } = readerOf("access", { ring });
    expect(await codeOf(await mint({}, { kid: "first" }, other))).toBe("access_token_signature_invalid");
    expect(asked.reloads).toBe(0);
  });

  it.each([7, null, true, ["first"], { $ne: "" }])("refuses the kid %j without asking for keys", async (kid) => {
    const { ring, asked } = ringOf([first], [other]);
    const { codeOf } = readerOf("access", { ring });
    expect(await codeOf(await mint({}, { kid }))).toBe("access_token_signature_invalid");
    expect(asked.reloads).toBe(0);
  });

  it("asks once for keys that another process may have made: of an unknown kid, and where none is named", async () => {
    for (const header of [{}, { kid: undefined }]) {
      const { ring, asked } = ringOf([first], [other]);
      const { codeOf } = readerOf("access", { ring });
      expect(await codeOf(await mint({}, header, other))).toBe("good");
      expect(asked.reloads).toBe(1);
    }
  });

  it("refuses what no key has signed after asking, and does not try the same keys twice", async () => {
    for (const header of [{}, { kid: undefined }]) {
      const { ring, asked } = ringOf([first]);
      const { codeOf } = readerOf("access", { ring });
      const { checked } = first.counts;
      expect(await codeOf(await mint({}, header, other))).toBe("access_token_signature_invalid");
      expect(asked.reloads).toBe(1);
      expect(first.counts.checked - checked).toBe("kid" in header ? 1 : 0);
    }
  });

  it("tries each key where a token names none, on runtimes that verify at once and on those that take their time", async () => {
    const later: TestKey = {
      ...other,
      ringKey: {
        ...other.ringKey,
        key: { ...other.ringKey.key, verify: async (input, signature) => other.ringKey.key.verify(input, signature) },
      },
    };
    const { ring } = ringOf([secret, first, later]);
    const { codeOf } = readerOf("access", { ring });
    for (const signer of [secret, first, other])
      expect(await codeOf(await mint({}, { kid: undefined }, signer))).toBe("good");
    const stranger = await makeKey(undefined);
    expect(await codeOf(await mint({}, {}, stranger))).toBe("access_token_signature_invalid");
  });
});

describe("the jti of a token under a configured secret, which another system may have had too", () => {
  const day = 86_400;
  const elevenYears = 11 * 365 * day;
  // A family that was created on a full second.
  const created = (at: number) => `${(at * 1000).toString(16).padStart(12, "0")}0123456789`;
  const { ring } = ringOf([secret, first]);

  it.each([
    ["was created within eleven years before its expiry", elevenYears, true],
    ["was created earlier than that", elevenYears + 1, false],
    ["was created up to a day after its expiry, by a clock that was set back", -day, true],
    ["was created later than that", -day - 1, false],
  ])("names a family of ours only where it %s", async (_, age, isOurs) => {
    const { read } = readerOf("access", { ring });
    const exp = seconds + 300;
    const jti = identifier("access", created(exp - age));
    const known = isOurs ? { generation: 3 } : undefined;
    const bySecret = (await read(await mint({ exp, jti }, {}, secret))).identifier;
    if (known === undefined) expect(bySecret).toBeUndefined();
    else expect(bySecret).toMatchObject(known);
    // Under a key that only this realm has, every one is ours.
    expect((await read(await mint({ exp, jti }))).identifier).toMatchObject({ generation: 3 });
  });
});
