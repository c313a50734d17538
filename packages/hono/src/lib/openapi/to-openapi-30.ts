// An OpenAPI 3.1 document in the words of 3.0.3, for clients that know only that: `nullable` instead of a list of types, `enum` instead of `const`.
import type { JsonObject, JsonValue } from "@latchkey/core";
import type { OpenApiDocument } from "./openapi-document.ts";

/** Translates a document. Examples and other data stay as they are. */
export function toOpenApi30(document: OpenApiDocument): OpenApiDocument {
  return { ...(translate(document) as JsonObject), openapi: "3.0.3" };
}

const data: ReadonlySet<string> = new Set(["example", "examples", "value"]);

function translate(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(translate);
  if (typeof value !== "object" || value === null) return value;
  const { type, const: only, ...others } = value as JsonObject;
  const types = Array.isArray(type) ? (type as readonly string[]) : undefined;
  const members = Object.entries(others).map(([name, member]) => [name, data.has(name) ? member : translate(member)]);
  return {
    ...(types === undefined
      ? type !== undefined && { type: translate(type) }
      : { type: types.find((one) => one !== "null")!, ...(types.includes("null") && { nullable: true }) }),
    ...(only !== undefined && { enum: [only] }),
    ...Object.fromEntries(members),
  };
}
