// Writes the claims of a token as JSON. What is the same in every token of a realm is written once, when the realm is composed; the rest is put between it.
import type { Account } from "../accounts/account.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import { encodeTokenIdentifier, toSessionId } from "../token-family/token-identifier.ts";
import type { ClaimsProfile, ClaimSource, TokenProfile } from "./claims-profile.ts";

/** What one token says. */
export interface TokenFacts {
  readonly kind: "access" | "refresh";
  readonly family: TokenFamily;
  readonly account: Account;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** What is the same in every token of a realm. */
export interface ClaimConstants {
  readonly issuer: string;
  readonly audience: string;
  readonly claims: Pick<ClaimsProfile, "tokenIdForm">;
}

/** The JSON of a claim's value: as a text where it is the same in every token. */
type ClaimText = string | ((facts: TokenFacts) => string);

/** Prepares the text of a profile's claims: what `JSON.stringify` makes of an object with the same members in the same order. */
export function claimsWriter(constants: ClaimConstants, profile: TokenProfile): (facts: TokenFacts) => string {
  const pieces: { readonly before: string; readonly write: (facts: TokenFacts) => string }[] = [];
  let before = "{";
  for (const [place, [name, source]] of Object.entries(profile.claims).entries()) {
    before += `${place === 0 ? "" : ","}${JSON.stringify(name)}:`;
    const text = claimText(source, constants);
    if (typeof text === "string") before += text;
    else {
      pieces.push({ before, write: text });
      before = "";
    }
  }
  const end = `${before}}`;
  return (facts) => {
    let text = "";
    for (const piece of pieces) text += piece.before + piece.write(facts);
    return text + end;
  };
}

function claimText(source: ClaimSource, { issuer, audience, claims }: ClaimConstants): ClaimText {
  if ("literal" in source) return JSON.stringify(source.literal);
  if ("identifier" in source) return ({ account }) => JSON.stringify(account.identifiers[source.identifier] ?? null);
  if ("attribute" in source) return ({ account }) => JSON.stringify(account.attributes[source.attribute] ?? null);
  switch (source.from) {
    case "issuer":
      return JSON.stringify(issuer);
    case "audience":
      return JSON.stringify(audience);
    case "account_id":
      return ({ account }) => JSON.stringify(account.id);
    case "account_number":
      return ({ account }) => `${account.number}`;
    case "issued_at":
      return ({ issuedAt }) => `${issuedAt}`;
    case "expires_at":
      return ({ expiresAt }) => `${expiresAt}`;
    // Of letters, digits and dashes: nothing in these two needs an escape.
    case "token_id":
      return ({ kind, family: { id, generation } }) =>
        `"${encodeTokenIdentifier({ familyId: id, generation, kind }, claims.tokenIdForm)}"`;
    case "session_id":
      return ({ family }) => `"${toSessionId(family.id)}"`;
    case "client_id":
      return ({ family }) => JSON.stringify(family.clientId);
    case "roles":
      return ({ account }) => JSON.stringify(account.roles);
  }
}
