// An application's own route in the words of a contract's document, from fields and an example.
import type { AnyWireOperation, WireContract, WireField } from "@latchkey/contracts";
import type { JsonObject, JsonValue } from "@latchkey/core";
import { bodySchema, describeBody, describeParameters } from "./describe-fields.ts";

/** What readers learn of a route behind `requireAccessToken`. */
export interface OwnRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  /** Parameters and body, as an operation of a contract has them. */
  readonly fields: Readonly<Record<string, WireField>>;
  readonly success: { readonly status: number; readonly description: string; readonly example: JsonObject };
  /** Statuses of its refusals, in the contract's error format. */
  readonly refusals: readonly number[];
}

/** Makes a path item of one path's routes, for `openApiDocument(…, { paths })`. */
export function describeRoutes(contract: WireContract, routes: readonly OwnRoute[]): JsonObject {
  return Object.fromEntries(routes.map((route) => [route.method.toLowerCase(), describeRoute(contract, route)]));
}

function describeRoute({ profile, document }: WireContract, route: OwnRoute): JsonObject {
  const { operationId, summary, tag, success } = route;
  // An operation in all that describing fields looks at.
  const operation = {
    ...route,
    does: "readAccount",
    document: { operationId, summary },
  } as unknown as AnyWireOperation;
  const schema = bodySchema(operation, profile);
  const parameters = describeParameters(operation);
  const refused = { [profile.json.mediaType]: { schema: { $ref: `#/components/schemas/${document.errorSchema}` } } };
  const example = { schema: schemaOf(success.example), examples: { example: { value: success.example } } };
  return {
    operationId,
    summary,
    tags: [tag],
    security: [{ [document.bearerScheme ?? "accessToken"]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(schema !== undefined && { requestBody: describeBody(operation, profile, schema) }),
    responses: {
      [success.status]: { description: success.description, content: { [profile.json.mediaType]: example } },
      ...Object.fromEntries(route.refusals.map((status) => [status, { description: "Refused.", content: refused }])),
    },
  };
}

function schemaOf(value: JsonValue): JsonObject {
  if (value === null) return {};
  if (Array.isArray(value)) return { type: "array", items: schemaOf((value[0] as JsonValue | undefined) ?? null) };
  if (typeof value !== "object") return { type: typeof value };
  const properties = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, schemaOf(member)]));
  return { type: "object", properties, required: Object.keys(value) };
}
