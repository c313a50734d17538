// Says whether an access token is active (RFC 9068 §4, RFC 7662 §2.2): signature and time, then what was taken back.
import type { Storage } from "../../ports.ts";
import type { Account } from "../accounts/account.ts";
import { IdentityError } from "../errors/identity-error.ts";
import type { Clock } from "../kernel/clock.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { Principal } from "../provider.ts";
import type { RealmPolicy } from "../realm-policy.ts";
import type { RevocationWatch } from "../revocation/revocation-watch.ts";
import { familyCreatedAt } from "../token-family/token-identifier.ts";
import type { ReadToken, TokenReader } from "./read-token.ts";
import { createVerifiedTokenCache } from "./verified-token-cache.ts";

/** Verifies access tokens of one realm. Answers synchronously for a token that it knows. */
export type AccessTokenVerifier = (token: string | undefined) => Principal | Promise<Principal>;

/** Prepares a verifier. */
export function createAccessTokenVerifier(parts: {
  readonly realm: string;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly ring: KeyRing;
  readonly policy: RealmPolicy;
  readonly watch: RevocationWatch;
  readonly read: TokenReader;
  /** `undefined` when the keys in memory may be used. */
  readonly ready: () => Promise<void> | undefined;
}): AccessTokenVerifier {
  const { clock, ring, policy, watch, read } = parts;
  const cache = createVerifiedTokenCache<Principal>();

  const verifyFresh = async (token: string): Promise<Principal> => {
    await parts.ready();
    const { epoch } = ring;
    const principal = toPrincipal(await read(token));
    cache.set(token, principal, epoch);
    return judge(principal, token);
  };

  const judge = (principal: Principal, token: string): Principal | Promise<Principal> => {
    if (policy.accessRevocation === "none") return principal;
    if (principal.familyId === undefined || policy.accessRevocation === "strict") return judgeByStore(principal, parts);
    if (!watch.isCurrent()) return judgeAfterCatchUp(principal, token);
    return refuseRevoked(principal, watch.isRevoked(principal.familyId, principal.generation!));
  };

  const judgeAfterCatchUp = async (principal: Principal, token: string): Promise<Principal> => {
    if (!watch.status().loaded) return judgeByStore(principal, parts);
    const { epoch } = ring;
    await watch.catchUp();
    // News of a retired key: the signature is judged again by the keys that are left.
    if (ring.epoch !== epoch) return verifyFresh(token);
    return refuseRevoked(principal, watch.isRevoked(principal.familyId!, principal.generation!));
  };

  return (token = "") => {
    const known = parts.ready() === undefined ? cache.get(token, ring.epoch) : undefined;
    if (known === undefined) return verifyFresh(token);
    if (known.expiresAt * 1000 <= clock.now()) throw new IdentityError("access_token_expired");
    return judge(known, token);
  };
}

function toPrincipal(token: ReadToken): Principal {
  const roles = token.claims["roles"];
  return {
    subject: token.subject,
    familyId: token.identifier?.familyId,
    generation: token.identifier?.generation,
    roles: Array.isArray(roles) && roles.every((role) => typeof role === "string") ? roles : undefined,
    expiresAt: token.expiresAt,
    claims: token.claims,
  };
}

function refuseRevoked(principal: Principal, revoked: boolean): Principal {
  if (revoked) throw new IdentityError("access_token_revoked");
  return principal;
}

/** The strict path: the family, what names it, and the account are read from the store. */
async function judgeByStore(
  principal: Principal,
  parts: { readonly realm: string; readonly storage: Storage; readonly policy: RealmPolicy },
): Promise<Principal> {
  const { realm } = parts;
  const { read } = parts.storage;
  const { familyId } = principal;
  const subject = findSubject(principal, parts);
  if (familyId === undefined) requireLiving(await subject);
  else {
    const [account, family, entries] = await Promise.all([
      subject,
      read.families.byId({ realm, id: familyId }),
      read.revocations.concerning({ realm, familyId }),
    ]);
    // That an account is gone or switched off says more than that its families ended with it.
    requireLiving(account);
    const named = entries.some(({ target }) =>
      "familiesBefore" in target
        ? familyCreatedAt(familyId) < target.familiesBefore
        : principal.generation! <= target.throughGeneration,
    );
    const spared = family?.revokedReason === "logged_out" && !parts.policy.logoutEndsAccess;
    refuseRevoked(principal, named || family === undefined || (family.revokedAt !== null && !spared));
  }
  return principal;
}

/** The account that a token names. */
export function findSubject(
  principal: Pick<Principal, "subject">,
  parts: { readonly realm: string; readonly storage: Storage },
): Account | undefined | Promise<Account | undefined> {
  const { realm } = parts;
  const { accounts } = parts.storage.read;
  return "id" in principal.subject
    ? accounts.byId({ realm, id: principal.subject.id })
    : accounts.byNumber({ realm, number: principal.subject.number });
}

/** Whether an account of this status may hold tokens: one that waits for approval may, where the realm gives it some. */
export function isLiving(account: Account | undefined): account is Account {
  return account?.status === "active" || account?.status === "pending";
}

/** Refuses an account that is gone or switched off. @throws IdentityError access_token_account_unknown, access_token_account_disabled */
export function requireLiving(account: Account | undefined): Account {
  if (account === undefined) throw new IdentityError("access_token_account_unknown");
  if (!isLiving(account)) throw new IdentityError("access_token_account_disabled");
  return account;
}
