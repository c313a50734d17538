// Signs the pair of tokens of a family's newest generation. Pure but for the signature: the same row and account give the same claims.
import type { Account } from "../accounts/account.ts";
import { encodeTextAsBase64url } from "../kernel/base64url.ts";
import { toSeconds } from "../kernel/clock.ts";
import { whenThere, type Soon } from "../kernel/soon.ts";
import type { KeyRing, RingKey } from "../keys/key-ring.ts";
import type { TokenFamily } from "../token-family/token-family.ts";
import type { ClaimsProfile, TokenProfile } from "./claims-profile.ts";
import { claimsWriter, type TokenFacts } from "./claims-writer.ts";

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

/** Signs tokens for a family and its account; at once where the keys do. */
export type TokenSigner = (family: TokenFamily, account: Account) => Soon<SignedTokens>;

/** Prepares a signer; the times of its tokens come from the family's row, so that a retry gets the same ones. */
export function createTokenSigner(realm: IssuingRealm, ring: KeyRing): TokenSigner {
  const access = tokenWriter(realm, realm.claims.access);
  const refresh = tokenWriter(realm, realm.claims.refresh);
  const refreshUse = realm.claims.refreshKey === "own" ? "refresh" : "access";
  return (family, account) => {
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
    const pair = (accessText: string, refreshText: string): SignedTokens => ({
      accessToken: accessText,
      accessExpiresAt,
      refreshToken: refreshText,
      refreshExpiresAt,
    });
    return typeof accessToken === "string" && typeof refreshToken === "string"
      ? pair(accessToken, refreshToken)
      : Promise.all([accessToken, refreshToken]).then(([first, second]) => pair(first, second));
  };
}

function tokenWriter(realm: IssuingRealm, profile: TokenProfile) {
  const headers = new WeakMap<RingKey, string>();
  const claimsOf = claimsWriter(realm, profile);
  return (facts: TokenFacts, signer: RingKey): Soon<string> => {
    let header = headers.get(signer);
    if (header === undefined) {
      header = encodeTextAsBase64url(JSON.stringify(headerOf(profile, signer)));
      headers.set(signer, header);
    }
    const signingInput = `${header}.${encodeTextAsBase64url(claimsOf(facts))}`;
    return whenThere(signer.key.sign(signingInput), (signature) => `${signingInput}.${signature}`);
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
