// Mounts a realm: its contract's operations on an application. Methods and paths are the contract's; nothing else is answered but with its refusals.
import type { AnyWireOperation, ResourceDescription, WireProfile } from "@latchkey/contracts";
import type { Context, Env, Hono } from "hono";
import { routePath } from "hono/route";
import type { Soon } from "./at-once.ts";
import { whenThere } from "./at-once.ts";
import type { FailureAnswerer } from "./answer/answer-failure.ts";
import { compileFailures } from "./answer/answer-failure.ts";
import { allowOrigins } from "./allow-origins.ts";
import { createSerialiser } from "./answer/serialise-json.ts";
import type { MountRealmOptions } from "./mount-options.ts";
import type { PathTable } from "./path-table.ts";
import { compilePaths } from "./path-table.ts";
import { fieldsOf, sourceOf } from "./request/compile-fields.ts";
import { ProtocolRefusal } from "./request/protocol-refusal.ts";
import { requestIdOf } from "./request/request-id.ts";
import type { ServeOperation } from "./serve-operation.ts";
import { compileOperation } from "./serve-operation.ts";

/** What answers one method at one path. */
interface Route {
  /** `operationId`; `undefined` where the contract has no operation. */
  readonly operation: string | undefined;
  readonly serve: ServeOperation;
}

/** What stands at one path. */
interface Resource {
  readonly methods: ReadonlyMap<string, Route>;
  /** Answers a method that the path does not have. */
  readonly otherwise: Route;
}

const noParameters: ReadonlyMap<string, string> = new Map();

/**
 * Serves every operation of the contract below `path`: its paths, methods, fields, replies and refusals, and nothing else.
 * The application's base path may be set, without parameters.
 * @throws TypeError where `path` is not absolute
 */
export function mountRealm<E extends Env>(app: Hono<E>, options: MountRealmOptions): void {
  const { contract, path = "/" } = options;
  if (!path.startsWith("/")) throw new TypeError(`mountRealm: path ${path} does not begin with a slash`);
  const below = path.replace(/\/+$/, "");
  const table = compilePaths(contract, (at) => compileResource(at, options));
  const missing = compileFailures({ ...options, profile: contract.profile });
  const origins = options.origins ?? contract.origins ?? [];
  const allow = (at: string) => (origins.length > 0 ? app.use(at, allowOrigins(origins)) : app);
  if (options.ownsPath ?? below !== "") {
    allow(`${below}/*`);
    app.all(`${below}/*`, createHandler(table, missing, options, "/*"));
    return;
  }
  for (const template of table.templates) {
    const pattern = template.replace(/\{([^}]*)\}/g, ":$1");
    allow(below + pattern);
    app.all(below + pattern, createHandler(table, missing, options, pattern));
  }
}

// `pattern` is what the route's path has beside the place where the contract's paths begin.
function createHandler(
  table: PathTable<Resource>,
  missing: FailureAnswerer,
  options: MountRealmOptions,
  pattern: string,
) {
  const { observe, provider, contract, source } = options;
  const nowhere: Route = {
    operation: undefined,
    serve: (c, _path, requestId) => missing(new ProtocolRefusal("path_unknown"), c, requestId),
  };
  let prefixLength: number | undefined;
  return (c: Context): Soon<Response> => {
    const started = observe === undefined ? 0 : performance.now();
    const requestId = requestIdOf(c, source);
    prefixLength ??= routePath(c).length - pattern.length;
    const { method, path } = c.req;
    const found = table.find(path.slice(prefixLength));
    const { operation, serve } =
      found === undefined ? nowhere : (found.resource.methods.get(method) ?? found.resource.otherwise);
    const answer = serve(c, found?.parameters ?? noParameters, requestId);
    if (observe === undefined) return answer;
    return whenThere(answer, (answered) => {
      observe({
        realm: provider.realm,
        contract: contract.id,
        operation,
        method,
        status: answered.status,
        requestId,
        durationMilliseconds: performance.now() - started,
      });
      return answered;
    });
  };
}

function compileResource(operations: readonly AnyWireOperation[], options: MountRealmOptions): Resource {
  const first = operations[0]!;
  const profile = first.profile ?? options.contract.profile;
  const methods = new Set<string>(operations.map(({ method }) => method));
  const allow = [...methods, ...(methods.has("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  const routes = new Map<string, Route>([
    ["OPTIONS", { operation: undefined, serve: compileOptionsAnswer(operations, profile, allow) }],
  ]);
  for (const operation of operations) {
    const route = { operation: operation.document.operationId, serve: compileOperation(operation, options, allow) };
    routes.set(operation.method, route);
    if (operation.method === "GET") routes.set("HEAD", route);
  }
  const otherwise = { operation: undefined, serve: compileMethodRefusal(first, options, profile, allow) };
  return { methods: routes, otherwise };
}

function compileMethodRefusal(
  first: AnyWireOperation,
  options: MountRealmOptions,
  profile: WireProfile,
  allow: string,
): ServeOperation {
  if (profile.methodJudged === "after_credentials") return compileOperation(first, options, allow, "refuse_method");
  const fail = compileFailures({ ...options, profile, allow });
  return (c, _path, requestId) => fail(new ProtocolRefusal("method_not_allowed"), c, requestId);
}

function compileOptionsAnswer(
  operations: readonly AnyWireOperation[],
  profile: WireProfile,
  allow: string,
): ServeOperation {
  const body = profile.optionsBody?.(describeResource(operations)) ?? null;
  const text = body === null ? null : createSerialiser(profile.json)(body);
  return (_c, _path, requestId) => {
    const headers: Record<string, string> = { ...profile.headers, allow, "x-request-id": requestId };
    if (text !== null) headers["content-type"] = profile.json.mediaType;
    return new Response(text, { status: text === null ? 204 : 200, headers });
  };
}

function describeResource(operations: readonly AnyWireOperation[]): ResourceDescription {
  const { summary, description = "", tag = "" } = operations[0]!.document;
  const bodies = operations.map((operation) => {
    const inBody = fieldsOf(operation).filter(([, field]) => sourceOf(operation, field) === "body");
    return [operation.method, Object.fromEntries(inBody)] as const;
  });
  const withFields = bodies.filter(([, fields]) => Object.keys(fields).length > 0);
  return { title: summary, description, tag, bodies: Object.fromEntries(withFields) };
}
