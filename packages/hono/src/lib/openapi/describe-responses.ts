// Every answer that an operation can give, by status, with the contract's own bodies as examples.
import type {
  AnyWireOperation,
  ProtocolProblem,
  WireContract,
  WireError,
  WireErrors,
  WireProblem,
  WireProfile,
  WireReply,
} from "@latchkey/contracts";
import { accessTokenErrors, exampleResults, operationErrors } from "@latchkey/contracts";
import type { IdentityErrorCode, JsonObject } from "@latchkey/core";
import type { DomainResult } from "../answer/answer-success.ts";
import { fieldsOf, sourceOf } from "../request/compile-fields.ts";

const requestIdHeader: JsonObject = { $ref: "#/components/headers/RequestId" };
const schemaRef = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** Responses by status. */
export function describeResponses(operation: AnyWireOperation, contract: WireContract): JsonObject {
  const profile = operation.profile ?? contract.profile;
  const byStatus = new Map<number, WireError[]>();
  for (const error of refusals(operation, contract, profile)) {
    const known = byStatus.get(error.status) ?? [];
    if (!known.some(({ name }) => name === error.name)) byStatus.set(error.status, [...known, error]);
  }
  const failures = [...byStatus].toSorted(([left], [right]) => left - right);
  return {
    [operation.reply.status]: describeSuccess(operation, profile),
    ...Object.fromEntries(
      failures.map(([status, errors]) => [status, describeFailure(status, errors, { operation, contract, profile })]),
    ),
  };
}

/** Every refusal that an operation can end with. */
function refusals(operation: AnyWireOperation, contract: WireContract, profile: WireProfile): readonly WireError[] {
  const errors: WireErrors = { ...contract.errors, ...operation.errors };
  const codes = new Set<IdentityErrorCode>(operationErrors[operation.does]);
  const sources = new Set(fieldsOf(operation).map(([, field]) => sourceOf(operation, field)));
  if (operation.authentication === "access_token") for (const code of accessTokenErrors) codes.add(code);
  if (operation.role !== undefined || operation.owner !== undefined) codes.add("forbidden");
  if (operation.does === "logIn" && contract.policy.revealsUnknownAccounts) codes.add("account_unknown");
  if (sources.size > 0 || profile.unknownFields !== "ignored") codes.add("request_malformed");
  const problems: ProtocolProblem[] = ["parameters_malformed", "credentials_malformed"];
  if (sources.has("path")) problems.push("path_unknown");
  if (profile.judgesAccept) problems.push("not_acceptable");
  if (operation.method !== "GET") {
    problems.push("body_malformed", "body_not_object", "body_too_large", "media_type_unsupported");
    if (sources.has("body") && !operation.bodyOptional && profile.emptyBody === "refused")
      problems.push("body_missing");
  }
  return [
    ...[...codes].map((code) => errors[code]),
    ...Object.values(operation.refusals ?? {}),
    ...refusalsOfUnaskedBearer(operation, errors, profile),
    ...problems.map((problem) => profile.problems[problem]),
    contract.internal,
  ];
}

// A bad Bearer header where none was asked for. Where there is none, nothing is refused.
function refusalsOfUnaskedBearer(
  { authentication = "none" }: AnyWireOperation,
  errors: WireErrors,
  { bearer }: WireProfile,
): readonly WireError[] {
  if (authentication !== "none" || !bearer.refusedWhereOpen) return [];
  const whereOpen: WireErrors = { ...errors, ...bearer.errorsWhereOpen };
  return accessTokenErrors.filter((code) => code !== "access_token_missing").map((code) => whereOpen[code]);
}

function describeSuccess(operation: AnyWireOperation, profile: WireProfile): JsonObject {
  const reply = operation.reply as WireReply<DomainResult>;
  const result = exampleResults[operation.does];
  const headers = Object.entries(reply.headers?.(result) ?? {}).map(
    ([name, example]) => [canonical(name), { schema: { type: "string" }, example }] as const,
  );
  const described = { headers: { "X-Request-Id": requestIdHeader, ...Object.fromEntries(headers) } };
  if (reply.body === null || reply.schema === undefined) {
    return { description: reply.status === 204 ? "Done; no body." : "Done.", ...described };
  }
  const value =
    operation.document.success ?? reply.body(result, { added: {}, publicUrl: "", now: Date.UTC(2026, 0, 15) });
  return {
    description: "Done.",
    ...described,
    content: {
      [profile.json.mediaType]: { schema: schemaRef(reply.schema), examples: { example: { value } } },
    },
  };
}

interface Describing {
  readonly operation: AnyWireOperation;
  readonly contract: WireContract;
  readonly profile: WireProfile;
}

function describeFailure(status: number, errors: readonly WireError[], describing: Describing): JsonObject {
  const { contract, profile } = describing;
  const schemas = [...new Set(errors.map(({ schema }) => schema ?? contract.document.errorSchema))].map(schemaRef);
  const named = new Set(errors.flatMap(({ headers }) => Object.keys(headers ?? {})));
  const headers = [...named].map((name) => [
    canonical(name),
    { schema: { type: "string" }, example: errors.find((error) => error.headers?.[name])?.headers?.[name] ?? "" },
  ]);
  const examples = errors.map((error) => [error.name, { value: error.body(exampleProblem(describing, error)) }]);
  const bodyless = errors.every((error) => error.bodyless);
  return {
    description: errors.map(({ name }) => `\`${name}\``).join(", "),
    headers: {
      "X-Request-Id": requestIdHeader,
      ...Object.fromEntries(headers),
      ...((status === 429 || status === 503) && { "Retry-After": { $ref: "#/components/headers/RetryAfter" } }),
    },
    ...(!bodyless && {
      content: {
        [profile.json.mediaType]: {
          schema: schemas.length === 1 ? schemas[0]! : { oneOf: schemas },
          examples: Object.fromEntries(examples),
        },
      },
    }),
  };
}

// The first required field is missing in the example of a malformed request; other refusals are about no field.
function exampleProblem({ operation, contract, profile }: Describing, error: WireError): WireProblem {
  const locale = contract.locales[0];
  const errors: WireErrors = { ...contract.errors, ...operation.errors };
  const missing = fieldsOf(operation).find(([, field]) => !field.optional && sourceOf(operation, field) === "body");
  const required = profile.texts[locale]?.required({ problem: "required" });
  const aboutFields = error === errors.request_malformed && missing !== undefined && required !== undefined;
  return {
    locale,
    requestId: "5b1c1a1e-7c53-4bd0-9d3b-0f3f8f0f6d2a",
    fields: aboutFields ? { [missing[0]]: [required].flat() } : undefined,
    taken: [],
    method: operation.method,
    path: operation.paths[0],
    mediaType: "text/plain",
    detail: "",
  };
}

// www-authenticate → WWW-Authenticate
function canonical(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (match) => match.toUpperCase()).replace(/^Www-/, "WWW-");
}
