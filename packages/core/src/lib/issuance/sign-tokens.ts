// Signs the pair of tokens of a family's newest generation. Pure but for the signature: the same row and account give the same claims.
import type { Account } from "../accounts/account.ts";
import { encodeTextAsBase64url } from "../kernel/base64url.ts";
import { toSeconds } from "../kernel/clock.ts";
import type { JsonValue } from "../kernel/json.ts";
import type { KeyRing, RingKey } from "../keys/key-ring.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import { encodeTokenIdentifier, toSessionId } from "../token-family/token-identifier.ts";
import type { ClaimsProfile, ClaimSource, TokenProfile } from "./claims-profile.ts";

/** What signing needs of the realm. */
export interface IssuingRealm {
  readonly issuer: string;
  readonly audience: string;
  readonly claims: ClaimsProfile;
  readonly accessLifetimeSeconds: number;
}

/** A pair of tokens with their absolute times, in seconds since the epoch. */
export interface SignedTokens {
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
}

/** Signs tokens for a family and its account. */
export type TokenSigner = (family: TokenFamily, account: Account) => Promise<SignedTokens>;

interface TokenFacts {
  readonly kind: "access" | "refresh";
  readonly family: TokenFamily;
  readonly account: Account;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Prepares a signer; the times of its tokens come from the family's row, so that a retry gets the same ones. */
export function createTokenSigner(realm: IssuingRealm, ring: KeyRing): TokenSigner {
  const access = tokenWriter(realm, realm.claims.access);
  const refresh = tokenWriter(realm, realm.claims.refresh);
  const refreshUse = realm.claims.refreshKey === "own" ? "refresh" : "access";
  return async (family, account) => {
    const issuedAt = toSeconds(family.rotatedAt);
    const accessExpiresAt = issuedAt + realm.accessLifetimeSeconds;
    const refreshExpiresAt = toSeconds(family.idleExpiresAt);
    const accessToken = access(
      { kind: "access", family, account, issuedAt, expiresAt: accessExpiresAt },
      ring.signer("access", family.rotatedAt),
    );
    const refreshToken = refresh(
      { kind: "refresh", family, account, issuedAt, expiresAt: refreshExpiresAt },
      ring.signer(refreshUse, family.rotatedAt),
    );
    return {
      accessToken: typeof accessToken === "string" ? accessToken : await accessToken,
      accessExpiresAt,
      refreshToken: typeof refreshToken === "string" ? refreshToken : await refreshToken,
      refreshExpiresAt,
    };
  };
}

function tokenWriter(realm: IssuingRealm, profile: TokenProfile) {
  const headers = new WeakMap<RingKey, string>();
  const claims = Object.entries(profile.claims);
  return (facts: TokenFacts, signer: RingKey): string | Promise<string> => {
    let header = headers.get(signer);
    if (header === undefined) {
      header = encodeTextAsBase64url(JSON.stringify(headerOf(profile, signer)));
      headers.set(signer, header);
    }
    const payload: Record<string, JsonValue> = {};
    for (const [name, source] of claims) payload[name] = claimValue(source, facts, realm);
    const signingInput = `${header}.${encodeTextAsBase64url(JSON.stringify(payload))}`;
    const signature = signer.key.sign(signingInput);
    return typeof signature === "string"
      ? `${signingInput}.${signature}`
      : signature.then((late) => `${signingInput}.${late}`);
  };
}

function headerOf(profile: TokenProfile, signer: RingKey): Record<string, string> {
  const header: Record<string, string> = {};
  for (const member of profile.header) {
    if (member === "alg") header["alg"] = signer.algorithm;
    else if (member === "typ") header["typ"] = profile.typ;
    else if (signer.kid !== undefined) header["kid"] = signer.kid;
  }
  return header;
}

function claimValue(source: ClaimSource, facts: TokenFacts, realm: IssuingRealm): JsonValue {
  if ("literal" in source) return source.literal;
  if ("identifier" in source) return facts.account.identifiers[source.identifier] ?? null;
  if ("attribute" in source) return facts.account.attributes[source.attribute] ?? null;
  const { kind, family, account } = facts;
  switch (source.from) {
    case "issuer":
      return realm.issuer;
    case "audience":
      return realm.audience;
    case "account_id":
      return account.id;
    case "account_number":
      return account.number;
    case "issued_at":
      return facts.issuedAt;
    case "expires_at":
      return facts.expiresAt;
    case "token_id":
      return encodeTokenIdentifier(
        { familyId: family.id, generation: family.generation, kind },
        realm.claims.tokenIdForm,
      );
    case "session_id":
      return toSessionId(family.id);
    case "client_id":
      return family.clientId;
    case "roles":
      return account.roles;
  }
}
