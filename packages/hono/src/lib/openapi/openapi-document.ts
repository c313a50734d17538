// The OpenAPI 3.1 document of a contract, made of the same table as its routes: what it says is what is served.
import type { AnyWireOperation, WireContract } from "@latchkey/contracts";
import type { JsonObject } from "@latchkey/core";
import { fieldsOf, sourceOf } from "../request/compile-fields.ts";
import { bodySchema, describeBody, describeParameters } from "./describe-fields.ts";
import { describeResponses } from "./describe-responses.ts";

/** Options of {@link openApiDocument}. */
export interface OpenApiOptions {
  /** Where the contract is mounted. Default `/`. Becomes the relative server, so that the document holds wherever it is served. */
  readonly path?: string;
  /** Path items beside the contract's, for example health checks, as OpenAPI writes them; give them `servers` where they stand elsewhere. */
  readonly paths?: JsonObject;
}

/** An OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0). */
export type OpenApiDocument = JsonObject;

const securitySchemes = (bearer: string): JsonObject => ({
  [bearer]: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The access token of log-in, sign-up or refresh (RFC 6750).",
  },
  resourceServer: {
    type: "http",
    scheme: "basic",
    description: "Id and secret of a resource server (RFC 6749 §2.3.1).",
  },
});

const defaultBearerScheme = "accessToken";

const headers: JsonObject = {
  RequestId: {
    description: "The id under which the request is logged; one that was sent is kept where it is harmless.",
    schema: { type: "string" },
  },
  RetryAfter: { description: "Seconds after which a retry makes sense.", schema: { type: "integer", minimum: 1 } },
};

/** Makes the document: every operation with its parameters, bodies, examples, security, and every status that can occur. */
export function openApiDocument(contract: WireContract, options: OpenApiOptions = {}): OpenApiDocument {
  const requests: Record<string, JsonObject> = {};
  const paths: Record<string, JsonObject> = {};
  for (const operation of contract.operations) {
    const [path] = operation.paths;
    paths[path] = {
      ...paths[path],
      [operation.method.toLowerCase()]: describeOperation(operation, contract, requests),
    };
  }
  const { version, description, license, bearerScheme = defaultBearerScheme } = contract.document;
  const tags = new Set(contract.operations.flatMap(({ document }) => document.tag ?? []));
  return {
    openapi: "3.1.0",
    info: {
      title: contract.title,
      version,
      description,
      ...(license !== undefined && { license: { name: license } }),
    },
    servers: [{ url: options.path?.replace(/\/+$/, "") || "/" }],
    tags: [...tags].map((name) => ({ name })),
    paths: { ...paths, ...options.paths },
    components: {
      schemas: { ...contract.document.schemas, ...requests },
      securitySchemes: securitySchemes(bearerScheme),
      headers,
    },
  };
}

function describeOperation(
  operation: AnyWireOperation,
  contract: WireContract,
  requests: Record<string, JsonObject>,
): JsonObject {
  const { operationId, summary, description, tag } = operation.document;
  const profile = operation.profile ?? contract.profile;
  const parameters = describeParameters(operation);
  const schema = bodySchema(operation, profile);
  const { requestSchema: requestName = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Request` } =
    operation.document;
  if (schema !== undefined) requests[requestName] = schema;
  return {
    operationId,
    summary,
    ...(description !== undefined && { description }),
    ...(tag !== undefined && { tags: [tag] }),
    security: describeSecurity(operation, contract.document.bearerScheme ?? defaultBearerScheme),
    ...(parameters.length > 0 && { parameters }),
    ...(schema !== undefined && {
      requestBody: describeBody(operation, profile, { $ref: `#/components/schemas/${requestName}` }),
    }),
    responses: describeResponses(operation, contract),
  };
}

// An empty requirement makes security optional (OpenAPI 3.1 §4.8.30).
function describeSecurity(operation: AnyWireOperation, bearerScheme: string): readonly JsonObject[] {
  if (operation.authentication === "access_token") return [{ [bearerScheme]: [] }];
  if (operation.authentication === "client") return [{ resourceServer: [] }];
  const bearer = fieldsOf(operation).filter(([, field]) => sourceOf(operation, field) === "bearer");
  if (bearer.length === 0) return [];
  return bearer.every(([, field]) => field.optional) ? [{}, { [bearerScheme]: [] }] : [{ [bearerScheme]: [] }];
}
