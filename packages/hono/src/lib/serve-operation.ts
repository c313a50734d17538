// One operation as a function of a request: credentials → body → fields → use case → reply. Everything that can be is worked out at mount.
import type { AnyWireOperation, WireField, WireProfile } from "@latchkey/contracts";
import type { IdentityProvider, Principal, RequestContext } from "@latchkey/core";
import { IdentityError } from "@latchkey/core/errors";
import type { Context } from "hono";
import type { Soon } from "./at-once.ts";
import { orElse, whenThere } from "./at-once.ts";
import type { FailureAnswerer } from "./answer/answer-failure.ts";
import { compileFailures } from "./answer/answer-failure.ts";
import type { DomainResult } from "./answer/answer-success.ts";
import { compileSuccess } from "./answer/answer-success.ts";
import type { MountRealmOptions } from "./mount-options.ts";
import { noteRefusal } from "./note-refusal.ts";
import type { Call } from "./perform.ts";
import { forerunners, performers } from "./perform.ts";
import type { EnteredFields, Values } from "./request/compile-fields.ts";
import { compileFields, fieldsOf, sourceOf } from "./request/compile-fields.ts";
import { bearerToken, clientCredentials, readAuthorization } from "./request/credentials.ts";
import { parseParameters } from "./request/parse-parameters.ts";
import { requestContext } from "./request/request-context.ts";
import { BearerRefusal, FieldRefusal, ForbiddenRefusal, ProtocolRefusal } from "./request/protocol-refusal.ts";
import { readBody } from "./request/read-body.ts";
import { webRequest } from "./request/request-source.ts";

/** Serves one request, at once where nothing has to be waited for. Never rejects. */
export type ServeOperation = (c: Context, path: ReadonlyMap<string, string>, requestId: string) => Soon<Response>;

const nothing: ReadonlyMap<string, string> = new Map();
const noValues: Values = Object.freeze({});

/** Compiles an operation; `refuse_method`: what another method gets at its path, where credentials are judged before. */
export function compileOperation(
  operation: AnyWireOperation,
  options: MountRealmOptions,
  allow: string,
  what: "perform" | "refuse_method" = "perform",
): ServeOperation {
  const profile = operation.profile ?? options.contract.profile;
  const fail: FailureAnswerer = compileFailures({ ...options, operation, profile, allow });
  const succeed = compileSuccess(operation, profile, { ...options, allow });
  const admit = compileAdmission(operation, profile, options.provider);
  const read = compileReading(operation, profile, options);
  const judgeSentAlong = compileSentAlong(operation, profile, options.provider);
  const perform: (call: Call) => Soon<DomainResult> = performers[operation.does];
  const { provider, uploads, source = webRequest } = options;
  const serve: ServeOperation = (c, path, requestId) => {
    let known: RequestContext | undefined;
    const context = (): RequestContext => (known ??= requestContext(c, requestId, options));
    if (profile.judgesAccept && !acceptsJson(source.header(c, "accept"))) throw new ProtocolRefusal("not_acceptable");
    const authorization = readAuthorization(c, profile.bearer, source);
    const client = operation.authentication === "client" ? clientCredentials(authorization) : undefined;
    const act = (principal: Principal | undefined, values: Values) => {
      const result = perform({ provider, values, principal, uploads, client, context });
      return whenThere(result, (found) => succeed(found, c, requestId));
    };
    return whenThere(admit({ authorization, client, path, context }), (principal) => {
      if (what === "refuse_method") throw new ProtocolRefusal("method_not_allowed");
      return whenThere(read(c, path, authorization), (values) => {
        const judging = judgeSentAlong?.(authorization, values);
        return judging === undefined ? act(principal, values) : judging.then(() => act(principal, values));
      });
    });
  };
  const refuse = (error: unknown, c: Context, requestId: string): Soon<Response> => {
    if (error instanceof IdentityError) noteRefusal(error, operation.document.operationId, c, requestId, options);
    return whenThere(forerunning(operation, provider, error), (told) => fail(told, c, requestId));
  };
  return (c, path, requestId) =>
    orElse(
      () => serve(c, path, requestId),
      (error) => refuse(error, c, requestId),
    );
}

/** What is said instead of problems with fields, where something comes before them. */
function forerunning(operation: AnyWireOperation, provider: IdentityProvider, error: unknown): unknown {
  const forerunner = error instanceof FieldRefusal ? forerunners[operation.does] : undefined;
  if (forerunner === undefined) return error;
  return forerunner({ provider, values: (error as FieldRefusal).values }).then(
    () => error,
    (earlier: unknown) => earlier,
  );
}

/** What a request may be admitted by. */
interface Credentials extends Pick<Call, "client" | "context"> {
  readonly authorization: string | undefined;
  readonly path: ReadonlyMap<string, string>;
}

type Admission = (request: Credentials) => Soon<Principal | undefined>;

// Authentication, role and ownership, judged before the body.
function compileAdmission(operation: AnyWireOperation, profile: WireProfile, provider: IdentityProvider): Admission {
  const { bearer } = profile;
  const { authentication = "none", role, owner } = operation;
  if (role !== undefined) {
    return async ({ authorization }) => {
      const principal = await provider.verifyAccessToken(bearerToken(authorization, bearer));
      if (!(await provider.hasRole(principal, role))) throw new ForbiddenRefusal(principal);
      return principal;
    };
  }
  if (authentication === "client") {
    return async ({ client, context }) => {
      await provider.authenticateClient(client, context());
      return undefined;
    };
  }
  if (owner !== undefined) {
    return async ({ authorization, path }) => {
      const principal = await provider.verifyAccessToken(bearerToken(authorization, bearer));
      if (!isSubject(principal, path.get(owner) ?? "")) throw new ForbiddenRefusal(principal);
      return principal;
    };
  }
  if (authentication === "access_token") {
    return ({ authorization }) => provider.verifyAccessToken(bearerToken(authorization, bearer));
  }
  if (!bearer.refusedWhereOpen || bearerFieldOf(operation) !== undefined) return () => undefined;
  return ({ authorization }) => {
    const token = bearerToken(authorization, bearer);
    return token === undefined ? undefined : judgeUnasked(provider, token);
  };
}

function bearerFieldOf(operation: AnyWireOperation): WireField | undefined {
  return fieldsOf(operation).find(([, field]) => sourceOf(operation, field) === "bearer")?.[1];
}

async function judgeUnasked(provider: IdentityProvider, token: string): Promise<Principal> {
  try {
    return await provider.verifyAccessToken(token);
  } catch (error) {
    throw new BearerRefusal(error);
  }
}

// A Bearer header that a field reads is the use case's to judge; where another field said the same, it was only sent along.
function compileSentAlong(
  operation: AnyWireOperation,
  { bearer }: WireProfile,
  provider: IdentityProvider,
): ((authorization: string | undefined, values: Values) => Promise<void>) | undefined {
  const field = bearerFieldOf(operation);
  if (!bearer.refusedWhereOpen || field?.to == null) return undefined;
  const { to } = field;
  return async (authorization, values) => {
    const token = bearerToken(authorization, bearer);
    if (token !== undefined && values[to] !== token) await judgeUnasked(provider, token);
  };
}

function isSubject({ subject }: Principal, named: string): boolean {
  return "id" in subject ? subject.id === named : /^\d{1,15}$/.test(named) && subject.number === Number(named);
}

type Reading = (c: Context, path: ReadonlyMap<string, string>, authorization: string | undefined) => Soon<Values>;

function compileReading(operation: AnyWireOperation, profile: WireProfile, options: MountRealmOptions): Reading {
  const fields = compileFields(operation, profile, options.provider);
  const sources = new Set(fieldsOf(operation).map(([, field]) => sourceOf(operation, field)));
  const { bodyLimitBytes: limitBytes = 65_536, source = webRequest } = options;
  const optional = operation.bodyOptional ?? !sources.has("body");
  // Where unknown fields are ignored, so is a query of which nothing is asked.
  const readsQuery = sources.has("query") || operation.method === "GET" || profile.unknownFields === "refused";
  const entered = (c: Context, path: ReadonlyMap<string, string>, authorization: string | undefined) =>
    ({
      query: readsQuery ? readQuery(c) : nothing,
      path,
      header: (name: string) => source.header(c, name),
      bearer: sources.has("bearer") ? bearerToken(authorization, profile.bearer) : undefined,
    }) satisfies Omit<EnteredFields, "body">;
  if (operation.method === "GET") {
    return (c, path, authorization) => {
      if (sources.size === 0 && !c.req.url.includes("?")) return noValues;
      return fields({ ...entered(c, path, authorization), body: nothing });
    };
  }
  return (c, path, authorization) =>
    whenThere(readBody(c, profile, { optional, limitBytes, source }), (body) =>
      fields({ ...entered(c, path, authorization), body }),
    );
}

function readQuery(c: Context): ReadonlyMap<string, string> {
  const { url } = c.req;
  const question = url.indexOf("?");
  if (question < 0) return nothing;
  const hash = url.indexOf("#", question);
  const query = parseParameters(url.slice(question + 1, hash < 0 ? undefined : hash));
  if (query === undefined) throw new ProtocolRefusal("parameters_malformed");
  return query;
}

function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || accept === "" || /(?:\*\/\*|application\/(?:\*|json))/i.test(accept);
}
