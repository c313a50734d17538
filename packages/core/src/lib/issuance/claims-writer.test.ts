// The text of claims is what JSON.stringify makes of an object that has them: nothing of a name or value gets between members.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Account } from "../accounts/account.ts";
import type { JsonValue } from "../kernel/json.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import { encodeTokenIdentifier, toSessionId } from "../token-family/token-identifier.ts";
import { rfc9068Claims, type ClaimSource, type TokenProfile } from "./claims-profile.ts";
import { claimsWriter, type ClaimConstants, type TokenFacts } from "./claims-writer.ts";

const codePoint = fc.integer({ min: 0, max: 0x10ffff }).map((value) => String.fromCodePoint(value));
const text = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 8 }),
  fc.constantFrom('","roles":["ADMIN"],"x":"', "\\", '"', "\u2028", "\ud800", "</script>", "constructor", "toString"),
);
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>;
const seconds = fc.integer({ min: 0, max: 4_102_444_800 });
const origins = [
  "issuer",
  "audience",
  "account_id",
  "account_number",
  "issued_at",
  "expires_at",
  "token_id",
  "session_id",
  "client_id",
  "roles",
] as const;
const source: fc.Arbitrary<ClaimSource> = fc.oneof(
  fc.record({ from: fc.constantFrom(...origins) }),
  fc.record({ literal: json }),
  fc.record({ identifier: fc.constantFrom("username", "email", "mobile") }),
  fc.record({ attribute: fc.constantFrom("name", "level", "none") }),
);
// Numbers as names come first in every object; `__proto__` is no name that a profile can have.
const name = fc.oneof(text, fc.nat(20).map(String)).filter((one) => one !== "__proto__");
const profile: fc.Arbitrary<TokenProfile> = fc
  .uniqueArray(fc.tuple(name, source), { selector: ([one]) => one, maxLength: 12 })
  .map((claims) => ({ header: ["alg"], typ: "at+jwt", claims: Object.fromEntries(claims) }));
const constants: fc.Arbitrary<ClaimConstants> = fc.record({
  issuer: text,
  audience: text,
  claims: fc.record({ tokenIdForm: fc.constantFrom("hex" as const, "uuid" as const) }),
});
const facts: fc.Arbitrary<TokenFacts> = fc.record({
  kind: fc.constantFrom("access" as const, "refresh" as const),
  family: fc.record({
    id: fc.stringMatching(/^[0-9a-f]{22}$/),
    generation: fc.integer({ min: 0, max: 0xffff_ffff }),
    clientId: text,
  }) as fc.Arbitrary<TokenFamily>,
  account: fc.record({
    id: text,
    number: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    roles: fc.array(text, { maxLength: 3 }),
    identifiers: fc.dictionary(fc.constantFrom("username", "email"), text),
    attributes: fc.dictionary(fc.constantFrom("name", "level"), json),
  }) as unknown as fc.Arbitrary<Account>,
  issuedAt: seconds,
  expiresAt: seconds,
});

function valueOf(one: ClaimSource, { issuer, audience, claims }: ClaimConstants, said: TokenFacts): JsonValue {
  if ("literal" in one) return one.literal;
  if ("identifier" in one) return said.account.identifiers[one.identifier] ?? null;
  if ("attribute" in one) return said.account.attributes[one.attribute] ?? null;
  const { kind, family, account } = said;
  return {
    issuer,
    audience,
    account_id: account.id,
    account_number: account.number,
    issued_at: said.issuedAt,
    expires_at: said.expiresAt,
    token_id: encodeTokenIdentifier({ familyId: family.id, generation: family.generation, kind }, claims.tokenIdForm),
    session_id: toSessionId(family.id),
    client_id: family.clientId,
    roles: account.roles,
  }[one.from];
}

test("claims are written as JSON.stringify writes an object with the same members, token after token", () => {
  const usual = fc.constantFrom(rfc9068Claims.access, rfc9068Claims.refresh);
  fc.assert(
    fc.property(
      fc.oneof(profile, usual),
      constants,
      fc.array(facts, { minLength: 1, maxLength: 3 }),
      (of, same, all) => {
        const write = claimsWriter(same, of);
        for (const said of all) {
          const members = Object.entries(of.claims).map(([member, one]) => [member, valueOf(one, same, said)] as const);
          expect(write(said)).toBe(JSON.stringify(Object.fromEntries(members)));
        }
      },
    ),
    { numRuns: 500 },
  );
});
