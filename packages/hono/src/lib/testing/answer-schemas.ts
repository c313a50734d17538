// Holds bodies of answers against the schemas that a document promises for their operation and status.
import type { ValidateFunction } from "ajv/dist/2020.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { OpenApiDocument } from "../openapi/openapi-document.ts";

interface Described {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

/** Says what is wrong with a body; `undefined` where nothing is, or where the document has no such answer. */
export type BodyCheck = (operationId: string, status: number, body: unknown) => string | undefined;

/** Compiles the document's response schemas. */
export function compileBodyCheck(document: OpenApiDocument): BodyCheck {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "document", ...document });
  const paths = document["paths"] as unknown as Readonly<Record<string, Readonly<Record<string, Described>>>>;
  const operations = new Map(
    Object.values(paths)
      .flatMap((path) => Object.values(path))
      .map((one) => [one.operationId, one]),
  );
  const compiled = new Map<object, ValidateFunction>();
  const compile = (schema: object): ValidateFunction => {
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    const made = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object);
    compiled.set(schema, made);
    return made;
  };
  return (operationId, status, body) => {
    const response = operations.get(operationId)?.responses[status];
    if (response === undefined) return undefined;
    const schema = Object.values(response.content ?? {})[0]?.schema;
    if (schema === undefined) return body === undefined ? undefined : `${operationId} ${status} has a body`;
    const validate = compile(schema);
    return validate(body) ? undefined : `${operationId} ${status}: ${ajv.errorsText(validate.errors)}`;
  };
}
