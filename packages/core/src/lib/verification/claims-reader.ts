// What a realm's claims mean in the payload of a token: which must be as they are, which names the account, and which the family. Knows neither signatures nor times.
import type { ClaimsProfile, ClaimSource, TokenProfile } from "../issuance/claims-profile.ts";
import type { JsonObject, JsonValue } from "../kernel/json.ts";
import type { TokenIdentifier } from "../token-family/token-identifier.ts";
import { decodeTokenIdentifier } from "../token-family/token-identifier.ts";

/** The account that a token names. */
export type TokenSubject = { readonly id: string } | { readonly number: number };

/** Reads payloads of one kind of token. */
export interface ClaimsReader {
  /** Whether what is the same in every token of the realm is there: literals, issuer, and the audience or one of several. */
  readonly hasFixedClaims: (payload: JsonObject) => boolean;
  /** `undefined` where no claim names an account. */
  readonly subjectOf: (payload: JsonObject) => TokenSubject | undefined;
  /** `undefined` for a `jti` that is not of our layout, and where there is none. */
  readonly identifierOf: (payload: JsonObject) => TokenIdentifier | undefined;
}

/** Looks through a profile once for all tokens. */
export function claimsReader(
  profile: TokenProfile,
  realm: { readonly issuer: string; readonly audience: string; readonly claims: Pick<ClaimsProfile, "tokenIdForm"> },
): ClaimsReader {
  const { issuer, audience } = realm;
  const { tokenIdForm } = realm.claims;
  const sources = Object.entries(profile.claims);
  const fixed = sources.flatMap(([name, source]) => {
    if ("literal" in source) return [{ name, value: source.literal }];
    return originOf(source) === "issuer" ? [{ name, value: issuer }] : [];
  });
  const audiences = sources.flatMap(([name, source]) => (originOf(source) === "audience" ? [name] : []));
  const subject = sources.find(([, source]) => ["account_id", "account_number"].includes(originOf(source) ?? ""));
  const subjectName = subject?.[0];
  const isNumbered = subject !== undefined && originOf(subject[1]) === "account_number";
  const idName = sources.find(([, source]) => originOf(source) === "token_id")?.[0];
  const isMeant = (value: JsonValue | undefined) =>
    value === audience || (Array.isArray(value) && value.includes(audience));
  return {
    hasFixedClaims: (payload) =>
      fixed.every(({ name, value }) => payload[name] === value) && audiences.every((name) => isMeant(payload[name])),
    subjectOf(payload) {
      if (subjectName === undefined) return undefined;
      const value = payload[subjectName];
      if (isNumbered) return readNumber(value);
      return typeof value === "string" ? { id: value } : undefined;
    },
    identifierOf(payload) {
      const value = idName === undefined ? undefined : payload[idName];
      return typeof value === "string" ? decodeTokenIdentifier(value, tokenIdForm) : undefined;
    },
  };
}

function originOf(source: ClaimSource): string | undefined {
  return "from" in source ? source.from : undefined;
}

/** SimpleJWT from 5.5 on writes the number of a user as a text. */
function readNumber(value: JsonValue | undefined): { readonly number: number } | undefined {
  const number = typeof value === "string" && /^[1-9]\d{0,9}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? { number } : undefined;
}
