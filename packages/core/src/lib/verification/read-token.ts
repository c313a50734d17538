// Reads a presented token as far as the token alone goes: form → signature → kind → time. Knows neither accounts nor families.
import type { IdentityErrorCode } from "../errors/identity-error.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { Clock } from "../kernel/clock.ts";
import { toSeconds } from "../kernel/clock.ts";
import type { CompactJws } from "../kernel/compact-jws.ts";
import { parseCompactJws } from "../kernel/compact-jws.ts";
import type { JsonObject } from "../kernel/json.ts";
import { whenThere, type Soon } from "../kernel/soon.ts";
import type { KeyRing, RingKey } from "../keys/key-ring.ts";
import type { TokenIdentifier } from "../token-family/token-identifier.ts";
import { familyCreatedAt } from "../token-family/token-identifier.ts";
import type { ClaimsProfile } from "../issuance/claims-profile.ts";
import { claimsReader, type TokenSubject } from "./claims-reader.ts";

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
  readonly subject: TokenSubject;
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

type Refusal = "missing" | "malformed" | "signature_invalid" | "wrong_kind" | "expired";

/** Reads tokens of one kind; at once where the keys verify at once. Throws or rejects with `IdentityError` of the kind's codes. */
export type TokenReader = (token: string | undefined, leniency?: ReadLeniency) => Soon<ReadToken>;

/** Prepares a reader for access or refresh tokens. */
export function createTokenReader(
  kind: "access" | "refresh",
  realm: ReadingRealm,
  ring: ReadingKeys,
  clock: Clock,
): TokenReader {
  const profile = realm.claims[kind];
  const claims = claimsReader(profile, realm);
  const findSigner = signerFinder(kind, realm.claims, ring);
  const refuse = (reason: Refusal) => new IdentityError(`${kind}_token_${reason}` satisfies IdentityErrorCode);
  const judge = ({ header, payload }: CompactJws, signer: RingKey | undefined, leniency: ReadLeniency): ReadToken => {
    if (signer === undefined) throw refuse("signature_invalid");
    const subject = claims.subjectOf(payload);
    if (header["typ"] !== profile.typ || !claims.hasFixedClaims(payload) || subject === undefined)
      throw refuse("wrong_kind");
    const expiresAt = payload["exp"];
    if (typeof expiresAt !== "number") throw refuse("wrong_kind");
    const read = signer.verifyOnly === true ? undefined : claims.identifierOf(payload);
    const identifier = read !== undefined && isPlausible(read, signer, expiresAt) ? read : undefined;
    if (identifier !== undefined && identifier.kind !== kind) throw refuse("wrong_kind");
    const now = toSeconds(clock.now());
    // A refresh token's row decides; refusing one because our clock stepped back would log people out.
    if (kind === "access" && isOfTheFuture(payload, now + realm.clockToleranceSeconds)) {
      throw new IdentityError("access_token_not_yet_valid");
    }
    if (expiresAt <= now && leniency.expired !== true) throw refuse("expired");
    return { claims: payload, subject, identifier, expiresAt };
  };
  return (token, leniency = {}) => {
    if (token === undefined || token === "") throw refuse("missing");
    const jws = parseCompactJws(token);
    if (jws === undefined) throw refuse("malformed");
    return whenThere(findSigner(jws), (signer) => judge(jws, signer, leniency));
  };
}

/** Finds the key that made a token's signature. */
function signerFinder(
  kind: "access" | "refresh",
  { refreshKey }: ClaimsProfile,
  ring: ReadingKeys,
): (jws: CompactJws) => Soon<RingKey | undefined> {
  const use = kind === "refresh" && refreshKey === "own" ? "refresh" : "access";
  const firstOf = (jws: CompactJws, candidates: readonly RingKey[], from = 0): Soon<RingKey | undefined> => {
    for (let at = from; at < candidates.length; at++) {
      const candidate = candidates[at]!;
      const { key, verifyOnly } = candidate;
      // A secret of another system may be short, and others may know it: no family of ours goes on by a token under it.
      if (verifyOnly === true && kind === "refresh") continue;
      // The algorithm is the key's: a header that names another one is refused before any arithmetic (RFC 8725 §3.1).
      if (key.algorithm !== jws.header.alg) continue;
      const verdict = key.verify(jws.signingInput, jws.signature);
      if (typeof verdict !== "boolean")
        return verdict.then((isSigner) => (isSigner ? candidate : firstOf(jws, candidates, at + 1)));
      if (verdict) return candidate;
    }
    return undefined;
  };
  return (jws) => {
    const { kid } = jws.header;
    if (kid !== undefined && typeof kid !== "string") return undefined;
    return whenThere(firstOf(jws, ring.verifiers(use, kid)), (found) => {
      if (found !== undefined) return found;
      // Another process may have made a key: look once, but not for a token whose kid is known here.
      if (kid !== undefined && ring.verifiers(use, kid).length > 0) return undefined;
      return ring.reload().then((changed) => (changed ? firstOf(jws, ring.verifiers(use, kid)) : undefined));
    });
  };
}

// Under a secret that another system had too, a random UUID has the layout of ours by chance; its 48 bits of time almost never lie within the last years.
function isPlausible({ familyId }: TokenIdentifier, { kid }: RingKey, expiresAt: number): boolean {
  const age = expiresAt * 1000 - familyCreatedAt(familyId);
  return kid !== undefined || (age >= -dayMilliseconds && age <= longestImaginableLife);
}

// `iat` and `nbf` of the future: a clock of ours that stepped back, or a token of another issuer.
function isOfTheFuture(payload: JsonObject, latest: number): boolean {
  return [payload["iat"], payload["nbf"]].some(
    (time) => time !== undefined && !(typeof time === "number" && time <= latest),
  );
}
