// Fields of a contract as JSON Schema and OpenAPI parameters.
import type { AnyWireOperation, FieldType, WireField, WireProfile } from "@latchkey/contracts";
import type { JsonObject, JsonValue } from "@latchkey/core";
import { fieldsOf, sourceOf } from "../request/compile-fields.ts";

const mediaTypes = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  multipart: "multipart/form-data",
} as const;

/** Parameters in path, query and headers. */
export function describeParameters(operation: AnyWireOperation): readonly JsonObject[] {
  return fieldsOf(operation).flatMap(([name, field]) => {
    const source = sourceOf(operation, field);
    if (source === "body" || source === "bearer") return [];
    return [
      {
        name,
        in: source,
        required: !field.optional,
        schema: fieldSchema(field),
        ...(field.description && { description: field.description }),
        ...(field.example !== null && { example: field.example }),
      },
    ];
  });
}

/** The body's schema; `undefined` where no field stands in the body. */
export function bodySchema(operation: AnyWireOperation, profile: WireProfile): JsonObject | undefined {
  const fields = bodyFields(operation);
  if (fields.length === 0) return undefined;
  const required = fields.filter(([, field]) => !field.optional).map(([name]) => name);
  return {
    type: "object",
    properties: Object.fromEntries(
      fields.map(([name, field]) => [
        name,
        { ...fieldSchema(field), ...(field.description && { description: field.description }) },
      ]),
    ),
    ...(required.length > 0 && { required }),
    ...(profile.unknownFields !== "ignored" && { additionalProperties: false }),
  };
}

/** The request body with its example. */
export function describeBody(operation: AnyWireOperation, profile: WireProfile, schema: JsonObject): JsonObject {
  const example = Object.fromEntries(
    bodyFields(operation)
      .filter(([, field]) => field.example !== null)
      .map(([name, field]) => [name, field.example]),
  );
  const content = Object.fromEntries(
    profile.bodies.map((form) => [
      mediaTypes[form],
      { schema, examples: { [operation.document.exampleName ?? "example"]: { value: example } } },
    ]),
  );
  return { required: !operation.bodyOptional, content };
}

function bodyFields(operation: AnyWireOperation): readonly (readonly [string, WireField])[] {
  return fieldsOf(operation).filter(([, field]) => sourceOf(operation, field) === "body");
}

function fieldSchema(field: WireField): JsonObject {
  const schema = typeSchema(field.type);
  const text = schema["type"] === "string" && !("enum" in schema);
  const whole = {
    ...schema,
    ...(text && !field.blank && { minLength: 1 }),
    ...(field.secret && { format: "password" }),
  } satisfies JsonObject;
  const nullable = field.null === "absent" || field.null === "clears";
  return nullable ? { ...whole, type: [schema["type"] as JsonValue, "null"] } : whole;
}

function typeSchema(type: FieldType): JsonObject {
  switch (type.type) {
    case "text":
      return {
        type: "string",
        ...(type.maximum !== undefined && { maxLength: type.maximum }),
        ...(type.pattern && { pattern: type.pattern.expression.source }),
      };
    case "integer":
      return {
        type: "integer",
        ...(type.minimum !== undefined && { minimum: type.minimum }),
        ...(type.maximum !== undefined && { maximum: type.maximum }),
      };
    case "boolean":
      return { type: "boolean" };
    case "choice":
      return { type: "string", enum: Object.keys(type.choices) };
    case "list":
      return { type: "array", items: typeSchema(type.of), maxItems: type.maximumItems };
    case "object": {
      const members = Object.entries(type.members).map(([name, of]) => [name, typeSchema(of)] as const);
      return {
        type: "object",
        properties: Object.fromEntries(members),
        required: members.map(([name]) => name),
      };
    }
  }
}
