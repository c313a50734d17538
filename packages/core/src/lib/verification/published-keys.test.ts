// When a resource server asks for the issuer's keys, what it does without an answer, and what its cache may remember under them.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  accessClaims,
  makeTestKey,
  publishAt,
  signToken,
  testIssuer,
  verdict,
  verifyTwice,
} from "../testing/token-issuer.ts";
import type { KeyAddress, TestKey } from "../testing/token-issuer.ts";
import { createResourceServerVerifier } from "./resource-server.ts";
import type { ResourceServerOptions, VerifiedAccessToken } from "./resource-server.ts";

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
const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

const key = await makeTestKey("first");
const other = await makeTestKey("second");

const verifierOf = (address: KeyAddress, options: Partial<ResourceServerOptions> = {}) =>
  createResourceServerVerifier({ issuer: testIssuer, clock, fetch: address.fetch, ...options });

const token = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, signer: TestKey = key) =>
  signToken(signer, accessClaims(now(), changes), header);

describe("the keys", () => {
  it("are asked for once by many tokens at the same time", async () => {
    const address = publishAt(key);
    const verify = verifierOf(address);
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, index) => token({ jti: String(index) })));
    expect(new Set(await Promise.all(tokens.map((one) => verdict(verify, one))))).toEqual(new Set(["accepted"]));
    expect(address.asked).toHaveLength(1);
  });

  it("are asked for by a fetch that is called as browsers want it: on nothing", async () => {
    const address = publishAt(key);
    const strict = function (this: unknown, ...request: Parameters<typeof fetch>): Promise<Response> {
      return this === undefined ? address.fetch(...request) : Promise.reject(new TypeError("Illegal invocation"));
    };
    expect(await verdict(verifierOf(address, { fetch: strict }), await token())).toBe("accepted");
  });

  it("are asked for once more for an unknown kid, which makes a new key known at once", async () => {
    const address = publishAt(key);
    const verify = verifierOf(address);
    await verify(await token());
    address.publish(key, other);
    pass(1000);
    expect(await verdict(verify, await token({}, {}, other))).toBe("accepted");
    expect(address.asked).toHaveLength(2);
  });

  it("class 4: are asked for at most once a second, however many kids somebody invents", async () => {
    const address = publishAt(key);
    const verify = verifierOf(address);
    await verify(await token());
    pass(1000);
    for (let index = 0; index < 50; index++)
      expect(await verdict(verify, await token({}, { kid: `invented ${index}` }))).toBe(
        "access_token_signature_invalid",
      );
    expect(address.asked).toHaveLength(2);
  });

  it.each([
    ["an unknown kid", { kid: "invented" }, "access_token_signature_invalid"],
    ["no kid, where several are meant", { kid: undefined }, "accepted"],
  ])("class 4: are asked for in time, however often tokens come with %s", async (_, header, code) => {
    const address = publishAt(key, other);
    const verify = verifierOf(address);
    await verify(await token());
    pass(900);
    // Within the second nobody is asked; nor does this put off the next time.
    expect(await verdict(verify, await token({}, header))).toBe(code);
    const third = await makeTestKey("third");
    address.publish(key, other, third);
    pass(100);
    expect(await verdict(verify, await token({}, {}, third))).toBe("accepted");
    expect(address.asked).toHaveLength(2);
  });

  it("are asked for again when they are old; a retired one vouches for nothing then, known token or not", async () => {
    const address = publishAt(key, other);
    const verify = verifierOf(address, { jwksMaxAgeSeconds: 60 });
    const known = await token({ exp: Math.floor(start / 1000) + 3600 });
    await verifyTwice(verify, known);
    address.publish(other);
    pass(59_999);
    // Trusted for as long as is said.
    expect(await verdict(verify, known)).toBe("accepted");
    expect(address.asked).toHaveLength(1);
    pass(1);
    expect(await verdict(verify, known)).toBe("access_token_signature_invalid");
    expect(await verdict(verify, await token({}, {}, other))).toBe("accepted");
    expect(address.asked).toHaveLength(2);
  });
});

describe("class 12: an address that gives no keys is our fault, not the bearer's", () => {
  it.each<[string, () => Response | Promise<Response>]>([
    ["is unreachable", () => Promise.reject(new TypeError("fetch failed"))],
    ["answers 500", () => new Response("no", { status: 500 })],
    ["answers 404 with keys", () => Response.json({ keys: [key.publicJwk] }, { status: 404 })],
    ["redirects", () => new Response(null, { status: 302, headers: { location: "https://evil.example/" } })],
    ["answers with a page", () => new Response("<html>")],
    ["answers with no JWK Set", () => Response.json({ keys: "none" })],
  ])("%s: store_unavailable, with a time to come again", async (_, reply) => {
    const address = publishAt(key);
    address.answer(reply);
    const verify = verifierOf(address);
    await expect(Promise.resolve(verify(await token()))).rejects.toMatchObject({
      code: "store_unavailable",
      retryAfterSeconds: 1,
    });
    // It is let alone for a second, however many tokens come.
    for (const jti of ["a", "b", "c"]) expect(await verdict(verify, await token({ jti }))).toBe("store_unavailable");
    expect(address.asked).toHaveLength(1);
    address.publish(key);
    pass(1000);
    expect(await verdict(verify, await token())).toBe("accepted");
  });

  it("is asked again a second later, however many tokens come meanwhile", async () => {
    const address = publishAt(key);
    address.answer(() => Promise.reject(new TypeError("fetch failed")));
    const verify = verifierOf(address);
    for (let index = 0; index < 10; index++) {
      expect(await verdict(verify, await token({ jti: String(index) }))).toBe("store_unavailable");
      expect(address.asked).toHaveLength(1);
      pass(100);
    }
    address.publish(key);
    expect(await verdict(verify, await token())).toBe("accepted");
  });

  it("goes on with the keys that it has while they are young", async () => {
    const address = publishAt(key);
    const verify = verifierOf(address, { jwksMaxAgeSeconds: 60 });
    const known = await token();
    await verifyTwice(verify, known);
    address.answer(() => Promise.reject(new TypeError("fetch failed")));
    pass(2000);
    expect(await verdict(verify, await token({}, {}, other))).toBe("store_unavailable");
    expect(await verdict(verify, known)).toBe("accepted");
    expect(await verdict(verify, await token({ jti: "another" }))).toBe("accepted");
    pass(60_000);
    expect(await verdict(verify, known)).toBe("store_unavailable");
  });
});

describe("the cache", () => {
  const known = async (address = publishAt(key), options: Partial<ResourceServerOptions> = {}) => {
    const verify = verifierOf(address, options);
    const good = await token();
    await verifyTwice(verify, good);
    return { verify, good, address };
  };

  it("answers a known token synchronously, with an object that nobody can change for the next one", async () => {
    const { verify, good } = await known();
    const first = verify(good);
    expect(first).not.toBeInstanceOf(Promise);
    expect(first).toBe(verify(good));
    const given = await known(publishAt(), { jwks: { keys: [key.publicJwk] } });
    expect(given.verify(given.good)).not.toBeInstanceOf(Promise);
    const verified = first as VerifiedAccessToken;
    expect(() => Object.assign(verified.roles, ["ADMIN"])).toThrow(TypeError);
    expect(() => Object.assign(verified, { subject: "somebody" })).toThrow(TypeError);
    expect(() => Object.assign(verified.claims, { sub: "somebody" })).toThrow(TypeError);
  });

  it("refuses a known token from the second on that it expires", async () => {
    const { verify, good } = await known(publishAt(key), { jwksMaxAgeSeconds: 3600 });
    // To the millisecond.
    pass(299_654);
    expect(await verdict(verify, good)).toBe("accepted");
    pass(1);
    expect(() => verify(good)).toThrow(expect.objectContaining({ code: "access_token_expired" }));
  });

  it("forgets everything when the keys have changed, and nothing when they have not or the answer was none", async () => {
    const { verify, good, address } = await known();
    const remembers = () => !(verify(good) instanceof Promise);
    const refetch = async () => {
      pass(1000);
      await verdict(verify, await token({}, { kid: "unknown" }));
    };
    await refetch();
    expect(remembers()).toBe(true);
    address.answer(() => new Response("broken", { status: 500 }));
    await refetch();
    expect(remembers()).toBe(true);
    address.publish(key, other);
    await refetch();
    expect(remembers()).toBe(false);
    expect(address.asked).toHaveLength(4);
  });

  it("keeps no verdict of keys that were replaced while it was made", async () => {
    const { verify, good, address } = await known();
    const answer = Promise.withResolvers<Response>();
    address.answer(() => answer.promise);
    pass(1000);
    const unknown = verdict(verify, await token({}, { kid: "unknown" }));
    // While the new set is under way, the old one still vouches for another token …
    const meanwhile = await token({ jti: "meanwhile" });
    expect(await verdict(verify, meanwhile)).toBe("accepted");
    answer.resolve(Response.json({ keys: [other.publicJwk] }));
    const atTheSameTime = verdict(verify, meanwhile);
    expect(await unknown).toBe("access_token_signature_invalid");
    await atTheSameTime;
    // … and for neither of them any longer.
    expect(await verdict(verify, meanwhile)).toBe("access_token_signature_invalid");
    expect(await verdict(verify, good)).toBe("access_token_signature_invalid");
  });
});
