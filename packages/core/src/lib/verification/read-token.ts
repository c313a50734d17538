// Reads a presented token as far as the token alone goes: form → signature → kind → time. Knows neither accounts nor families.
import type { IdentityErrorCode } from "../errors/identity-error.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { Clock } from "../kernel/clock.ts";
import { toSeconds } from "../kernel/clock.ts";
import type { CompactJws } from "../kernel/compact-jws.ts";
import { parseCompactJws } from "../kernel/compact-jws.ts";
import type { JsonObject, JsonValue } from "../kernel/json.ts";
import type { KeyRing, RingKey } from "../keys/key-ring.ts";
import type { TokenIdentifier } from "../token-family/token-identifier.ts";
import { decodeTokenIdentifier, familyCreatedAt } from "../token-family/token-identifier.ts";
import type { ClaimsProfile, ClaimSource } from "../issuance/claims-profile.ts";

/** What reading needs of the realm. */
export interface ReadingRealm {
  readonly issuer: string;
  readonly audience: string;
  readonly claims: ClaimsProfile;
  readonly clockToleranceSeconds: number;
}

/** What reading needs of the realm's keys. */
export type ReadingKeys = Pick<KeyRing, "verifiers" | "reload">;

/** A well-signed token of the asked kind. */
export interface ReadToken {
  readonly claims: JsonObject;
  readonly subject: { readonly id: string } | { readonly number: number };
  /** `undefined` for a token of a system that was replaced, under a secret of its. */
  readonly identifier: TokenIdentifier | undefined;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** What may be accepted although a fresh use would refuse it. */
export interface ReadLeniency {
  /** A log-out takes an expired token of the family. */
  readonly expired?: boolean;
}

const dayMilliseconds = 86_400_000;
// As long as a family may live: ten years and more, by the settings of the server.
const longestImaginableLife = 11 * 365 * dayMilliseconds;

/** Claims by name, in the profile's order. */
type ClaimSources = readonly (readonly [name: string, source: ClaimSource])[];

type Refusal = "missing" | "malformed" | "signature_invalid" | "wrong_kind" | "expired";

/** Reads tokens of one kind. Throws `IdentityError` with the kind's codes. */
export type TokenReader = (token: string | undefined, leniency?: ReadLeniency) => Promise<ReadToken>;

/** Prepares a reader for access or refresh tokens. */
export function createTokenReader(
  kind: "access" | "refresh",
  realm: ReadingRealm,
  ring: ReadingKeys,
  clock: Clock,
): TokenReader {
  const profile = realm.claims[kind];
  const sources: ClaimSources = Object.entries(profile.claims);
  const use = kind === "refresh" && realm.claims.refreshKey === "own" ? "refresh" : "access";
  const refuse = (reason: Refusal) => new IdentityError(`${kind}_token_${reason}` satisfies IdentityErrorCode);
  return async (token, leniency = {}) => {
    if (token === undefined || token === "") throw refuse("missing");
    const jws = parseCompactJws(token);
    if (jws === undefined) throw refuse("malformed");
    const signer = await findSigner(jws, use, kind, ring);
    if (signer === undefined) throw refuse("signature_invalid");
    const subject = readSubject(jws.payload, sources);
    if (jws.header["typ"] !== profile.typ || !hasFixedClaims(jws.payload, sources, realm) || subject === undefined)
      throw refuse("wrong_kind");
    const expiresAt = jws.payload["exp"];
    if (typeof expiresAt !== "number") throw refuse("wrong_kind");
    const read = signer.verifyOnly === true ? undefined : readIdentifier(jws.payload, sources, realm.claims);
    const identifier = read !== undefined && isPlausible(read, signer, expiresAt) ? read : undefined;
    if (identifier !== undefined && identifier.kind !== kind) throw refuse("wrong_kind");
    const now = toSeconds(clock.now());
    // A refresh token's row decides; refusing one because our clock stepped back would log people out.
    if (kind === "access" && isOfTheFuture(jws.payload, now + realm.clockToleranceSeconds)) {
      throw new IdentityError("access_token_not_yet_valid");
    }
    if (expiresAt <= now && leniency.expired !== true) throw refuse("expired");
    return { claims: jws.payload, subject, identifier, expiresAt };
  };
}

async function findSigner(
  jws: CompactJws,
  use: "access" | "refresh",
  kind: "access" | "refresh",
  ring: ReadingKeys,
): Promise<RingKey | undefined> {
  const kid = jws.header["kid"];
  if (kid !== undefined && typeof kid !== "string") return undefined;
  const tryAll = async () => {
    for (const candidate of ring.verifiers(use, kid)) {
      const { key, verifyOnly } = candidate;
      // A secret of another system may be short, and others may know it: no family of ours goes on by a token under it.
      if (verifyOnly === true && kind === "refresh") continue;
      // The algorithm is the key's: a header that names another one is refused before any arithmetic (RFC 8725 §3.1).
      if (key.algorithm !== jws.header.alg) continue;
      const verdict = key.verify(jws.signingInput, jws.signature);
      if (typeof verdict === "boolean" ? verdict : await verdict) return candidate;
    }
    return undefined;
  };
  const found = await tryAll();
  if (found !== undefined) return found;
  // Another process may have made a key: look once, but not for a token whose kid is known here.
  if (kid !== undefined && ring.verifiers(use, kid).length > 0) return undefined;
  return (await ring.reload()) ? tryAll() : undefined;
}

// Under a secret that another system had too, a random UUID has the layout of ours by chance; its 48 bits of time almost never lie within the last years.
function isPlausible({ familyId }: TokenIdentifier, { kid }: RingKey, expiresAt: number): boolean {
  const age = expiresAt * 1000 - familyCreatedAt(familyId);
  return kid !== undefined || (age >= -dayMilliseconds && age <= longestImaginableLife);
}

function hasFixedClaims(payload: JsonObject, sources: ClaimSources, realm: ReadingRealm): boolean {
  return sources.every(([name, source]) => {
    if ("literal" in source) return payload[name] === source.literal;
    if (!("from" in source)) return true;
    if (source.from === "issuer") return payload[name] === realm.issuer;
    if (source.from !== "audience") return true;
    const audience = payload[name];
    return audience === realm.audience || (Array.isArray(audience) && audience.includes(realm.audience));
  });
}

function readSubject(payload: JsonObject, sources: ClaimSources): ReadToken["subject"] | undefined {
  for (const [name, source] of sources) {
    if (!("from" in source)) continue;
    const value = payload[name];
    if (source.from === "account_id") return typeof value === "string" ? { id: value } : undefined;
    if (source.from === "account_number") return readNumber(value);
  }
  return undefined;
}

/** SimpleJWT from 5.5 on writes the number of a user as a text. */
function readNumber(value: JsonValue | undefined): { readonly number: number } | undefined {
  const number = typeof value === "string" && /^[1-9]\d{0,9}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? { number } : undefined;
}

function readIdentifier(
  payload: JsonObject,
  sources: ClaimSources,
  claims: ClaimsProfile,
): TokenIdentifier | undefined {
  for (const [name, source] of sources) {
    if (!("from" in source) || source.from !== "token_id") continue;
    const value = payload[name];
    return typeof value === "string" ? decodeTokenIdentifier(value, claims.tokenIdForm) : undefined;
  }
  return undefined;
}

// `iat` and `nbf` of the future: a clock of ours that stepped back, or a token of another issuer.
function isOfTheFuture(payload: JsonObject, latest: number): boolean {
  return [payload["iat"], payload["nbf"]].some(
    (time) => time !== undefined && !(typeof time === "number" && time <= latest),
  );
}
