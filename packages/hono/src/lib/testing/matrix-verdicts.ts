// Who calls in the ownership matrix, and with which refusals a contract's table meets each of them.
import type { AnyWireOperation, WireContract, WireError, WireField } from "@latchkey/contracts";
import type { IdentityErrorCode } from "@latchkey/core";
import { fieldsOf } from "../request/compile-fields.ts";
import { policyOf } from "./contract-people.ts";

/** Callers who are nobody, or whose tokens are no good. */
export type Stranger = "anonymous" | "garbage" | "swapped" | "foreign" | "disabled" | "withdrawn" | "logged out";

/** Everybody but the victim and administrators. */
export type Caller = Stranger | "another account";

/** Where the victim's id stands. */
export type Place = "path" | "query" | "body";

type Reason = Extract<IdentityErrorCode, `access_token_${string}` | `refresh_token_${string}` | "account_disabled">;

const refusedAccess: Readonly<Record<Stranger, readonly Reason[]>> = {
  anonymous: ["access_token_missing"],
  garbage: ["access_token_malformed"],
  swapped: ["access_token_wrong_kind", "access_token_signature_invalid"],
  foreign: ["access_token_signature_invalid"],
  disabled: ["access_token_account_disabled", "access_token_revoked"],
  withdrawn: ["access_token_account_unknown", "access_token_revoked"],
  "logged out": ["access_token_revoked"],
};
const refusedRefresh: Readonly<Record<Stranger, readonly Reason[]>> = {
  anonymous: ["refresh_token_missing"],
  garbage: ["refresh_token_malformed"],
  swapped: ["refresh_token_wrong_kind", "refresh_token_signature_invalid"],
  foreign: ["refresh_token_signature_invalid"],
  disabled: ["account_disabled", "refresh_token_revoked"],
  withdrawn: ["refresh_token_unknown", "refresh_token_revoked"],
  "logged out": ["refresh_token_revoked"],
};

/** The refusals of which the answer must be one; `undefined` where the caller may be served, of what is its own. */
export function refusalsOf(
  contract: WireContract,
  operation: AnyWireOperation,
  caller: Caller,
  place: Place,
): readonly WireError[] | undefined {
  const errors = { ...contract.errors, ...operation.errors };
  const unasked = place === "body" ? undefined : refusedWhereOpen(contract, operation, caller);
  return unasked ?? refusingCodes(contract, operation, caller, place)?.map((code) => errors[code]);
}

function refusingCodes(
  contract: WireContract,
  operation: AnyWireOperation,
  caller: Caller,
  place: Place,
): readonly IdentityErrorCode[] | undefined {
  const { authentication = "none", role, owner, does } = operation;
  const targets = new Set(fieldsOf(operation).map(([, { to }]) => to));
  const forbidden = role !== undefined || (owner !== undefined && place === "path");
  if (authentication === "client") return ["client_unauthenticated"];
  if (caller === "another account") return forbidden ? ["forbidden"] : undefined;
  if (authentication === "access_token") {
    // What the store is not asked about is found out by the use case, after ownership and fields.
    const late = ["disabled", "withdrawn"].includes(caller) && policyOf(contract).accessRevocation === "none";
    if (caller === "logged out" && !diesAtLogOut(contract)) return forbidden ? ["forbidden"] : undefined;
    return [
      ...refusedAccess[caller],
      ...(late && forbidden ? (["forbidden"] as const) : []),
      ...(late && place === "body" ? (["request_malformed"] as const) : []),
    ];
  }
  // A log-out by a session that has ended is no error in every contract, and nobody else's session.
  if (does === "logOut" && ["disabled", "withdrawn", "logged out"].includes(caller)) return undefined;
  const malformed = caller === "anonymous" || place !== "path" ? (["request_malformed"] as const) : [];
  if (targets.has("refreshToken")) return [...refusedRefresh[caller], ...malformed];
  if (targets.has("accessToken")) {
    if (caller === "logged out" && !diesAtLogOut(contract)) return undefined;
    return [...refusedAccess[caller], ...malformed];
  }
  return undefined;
}

function diesAtLogOut(contract: WireContract): boolean {
  const { accessRevocation, logoutEndsAccess } = policyOf(contract);
  return accessRevocation !== "none" && logoutEndsAccess;
}

/** Whether nothing of the operation reads a Bearer header. */
export function asksForNoToken({ authentication = "none", fields = {} }: AnyWireOperation): boolean {
  return authentication === "none" && !Object.values<WireField>(fields).some((field) => field.in === "bearer");
}

/** A bad Bearer header is refused even where none is asked, in contracts of frameworks that do. */
function refusedWhereOpen(
  contract: WireContract,
  operation: AnyWireOperation,
  caller: Caller,
): readonly WireError[] | undefined {
  const { bearer } = operation.profile ?? contract.profile;
  if (!bearer.refusedWhereOpen || !asksForNoToken(operation)) return undefined;
  if (caller === "anonymous" || caller === "another account") return undefined;
  if (caller === "logged out" && !diesAtLogOut(contract)) return undefined;
  const errors = { ...contract.errors, ...operation.errors, ...bearer.errorsWhereOpen };
  return refusedAccess[caller].map((code) => errors[code]);
}

/** Whether the answer is the refusal, in the contract's first language. Which fields are wrong is told in other tests. */
export function isRefusal(
  contract: WireContract,
  error: WireError,
  answer: { status: number; json: unknown },
): boolean {
  if (answer.status !== error.status) return false;
  const body = error.body({
    locale: contract.locales[0],
    requestId: "",
    fields: undefined,
    taken: [],
    method: "",
    path: "",
    mediaType: "",
    detail: "",
  });
  return status400(error) || JSON.stringify(body) === JSON.stringify(answer.json);
}

const status400 = ({ status }: WireError) => status === 400;
