// Requests made of an OpenAPI document (3.1 or 3.0.3): valid ones, ones spoiled in a place or several, and ones that are nothing of the kind.
// `@access@` and its like stand for what is good at the time of sending.
import type { JsonObject, JsonValue } from "@latchkey/core";
import fc from "fast-check";
import type { OpenApiDocument } from "../openapi/openapi-document.ts";
import { nasty, rawBodies, strangeHeaders, strangeTypes } from "./nasty-values.ts";

/** An operation as its document has it, references resolved. */
export interface DescribedOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: JsonObject }[];
  /** Whether it wants a resource server's credentials. */
  readonly isForClients: boolean;
  /** Schemas of bodies by media type. */
  readonly bodies: Readonly<Record<string, JsonObject>>;
}

/** A request before its good values are filled in. */
export interface FuzzedRequest {
  readonly operation: DescribedOperation;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  /** What must be in no answer. */
  readonly secrets: readonly string[];
}

/** Reads the operations of a document. */
export function readOperations(document: OpenApiDocument): readonly DescribedOperation[] {
  const resolve = (schema: JsonObject): JsonObject => {
    const reference = schema["$ref"];
    if (typeof reference !== "string") return schema;
    const found = reference
      .slice(2)
      .split("/")
      .reduce<JsonValue>((at, name) => (at as JsonObject)[name]!, document);
    return resolve(found as JsonObject);
  };
  const paths = document["paths"] as unknown as Record<string, Record<string, Record<string, never>>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const { content = {} } = (described["requestBody"] ?? {}) as {
        content?: Record<string, { schema: JsonObject }>;
      };
      const bodies = Object.entries(content).map(([type, { schema }]) => [type, resolve(schema)] as const);
      return {
        operationId: String(described["operationId"]),
        method: method.toUpperCase(),
        path,
        parameters: described["parameters"] ?? [],
        isForClients: JSON.stringify(described["security"]).includes("resourceServer"),
        bodies: Object.fromEntries(bodies),
      };
    }),
  );
}

type Valued = { readonly name: string; readonly value: JsonValue; readonly secret: boolean };

/** A value that a schema allows, as far as a schema says; names say which good value is meant. */
export function validValue(name: string, schema: JsonObject): fc.Arbitrary<JsonValue> {
  const type = [schema["type"]].flat().find((one) => one !== "null");
  const choices = schema["enum"] as readonly JsonValue[] | undefined;
  if (choices !== undefined) return fc.constantFrom(...choices);
  switch (type) {
    case "integer":
      return fc.integer({ min: Number(schema["minimum"] ?? 0), max: Number(schema["maximum"] ?? 1000) });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(validValue(name, schema["items"] as JsonObject), { maxLength: 3 });
    case "object": {
      const members = Object.entries((schema["properties"] ?? {}) as Record<string, JsonObject>);
      return fc.record(Object.fromEntries(members.map(([member, of]) => [member, validValue(member, of)])));
    }
    default:
      return fc.constantFrom(...goodTexts(name));
  }
}

function goodTexts(name: string): readonly [string, ...string[]] {
  const known: readonly (readonly [RegExp, readonly [string, ...string[]]])[] = [
    [/^(current_)?password$/, ["@password@"]],
    [/^new_password$/, ["@new password@"]],
    [/^refresh/i, ["@refresh@"]],
    [/^token$/, ["@access@", "@refresh@", "@code@"]],
    [/^(username|email|mobile)$/, [`@own ${name}@`, `@fresh ${name}@`]],
    [/^(id|uuid|account_id)$/, ["@id@", "@number@"]],
    [/^session$/, ["@session@"]],
    [/^key$/, ["media/images/users/profiles/profile_rVvDZa9Mk28f58ch2AXuNt.jpeg"]],
    [/^type$/, ["account.logged_in"]],
    [/^birth$/, ["1984-10-23", "2000-02-29"]],
    [/^(avatar|profile|original)$/, ["images/users/avatars/avatar_dIdjeka9Mk28fsidje8X29d.jpeg"]],
    [/^(from|until)$/, ["2026-11-21T00:00:00Z"]],
    [/^roles$/, ["USER", "ADMIN"]],
  ];
  return known.find(([pattern]) => pattern.test(name))?.[1] ?? ["홍길동", "x"];
}

/** A member of a body or a query: usually valid, sometimes spoiled, sometimes absent. */
function member(
  name: string,
  schema: JsonObject,
  secret: boolean,
  meaning: string = name,
): fc.Arbitrary<readonly Valued[]> {
  // Good cursors are the server's to make.
  const good =
    name === "cursor" ? fc.constant([]) : validValue(meaning, schema).map((value) => [{ name, value, secret }]);
  const bad = nasty.map((value) => [{ name, value: secret ? marked(value) : value, secret }]);
  return fc.oneof(
    { weight: 16, arbitrary: good },
    { weight: 3, arbitrary: bad },
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(good, bad).map((both) => both.flat()) },
  );
}

/** A secret that nothing else is: whatever repeats it, repeats a secret. */
function marked(value: JsonValue): JsonValue {
  const mark = `canary-${crypto.randomUUID()}`;
  if (typeof value === "string") return `${mark}${value}`;
  if (Array.isArray(value)) return [mark, ...(value as readonly JsonValue[])];
  return typeof value === "object" && value !== null ? { ...(value as JsonObject), [mark]: mark } : value;
}

const isSecret = (name: string, schema: JsonObject): boolean =>
  schema["format"] === "password" || /password|token|^refresh/i.test(name);

function serialise(type: string, members: readonly Valued[]): string {
  const text = (value: JsonValue) => (typeof value === "string" ? value : JSON.stringify(value));
  if (type.startsWith("multipart/"))
    return `${members
      .map(({ name, value }) => `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text(value)}\r\n`)
      .join("")}--x--\r\n`;
  if (type === "application/json")
    // Members that repeat are written twice, as no object could have them.
    return `{${members.map(({ name, value }) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;
  return members.map(({ name, value }) => `${encode(name)}=${encode(text(value))}`).join("&");
}

const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll("%40", "@").replaceAll("%20", " ");

function membersOf(schema: JsonObject): fc.Arbitrary<readonly Valued[]> {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, JsonObject>);
  const spoiled = properties.map(([name, of]) => member(name, of, isSecret(name, of)));
  const unknown = fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.string({ unit: "grapheme" }), nasty)
        .map(([name, value]) => [{ name, value, secret: false }]),
    },
  );
  // What fits nobody but a new account, or one account alone.
  const good = (whose: "own" | "fresh") =>
    fc
      .tuple(...properties.map(([name, of]) => validValue(name, of)))
      .map((values) => values.map((value, index) => ({ ...named(properties[index]!), value: meant(value, whose) })));
  return fc.oneof(
    { weight: 1, arbitrary: good("own") },
    { weight: 1, arbitrary: good("fresh") },
    { weight: 3, arbitrary: fc.tuple(...spoiled, unknown).map((found) => found.flat()) },
  );
}

const named = ([name, schema]: readonly [string, JsonObject]) => ({ name, secret: isSecret(name, schema) });

const meant = (value: JsonValue, whose: "own" | "fresh"): JsonValue =>
  typeof value === "string" ? value.replace(/^@(?:own|fresh) /, `@${whose} `) : value;

function bodyOf({
  method,
  bodies,
}: DescribedOperation): fc.Arbitrary<Pick<FuzzedRequest, "body" | "secrets"> & { type: string | undefined }> {
  const none = { type: undefined, body: undefined, secrets: [] };
  if (method === "GET") return fc.constant(none);
  const described = Object.entries(bodies).map(([type, schema]) =>
    membersOf(schema).map((members) => ({
      type: type.startsWith("multipart/") ? `${type}; boundary=x` : type,
      body: serialise(type, members) as FuzzedRequest["body"],
      secrets: members.filter(({ secret }) => secret).flatMap(({ value }) => textsIn(value)),
    })),
  );
  const good = described.length > 0 ? fc.oneof(...described) : fc.constant(none);
  return fc.oneof(
    { weight: 12, arbitrary: good },
    { weight: 1, arbitrary: fc.tuple(good, strangeTypes).map(([whole, type]) => ({ ...whole, type })) },
    { weight: 1, arbitrary: fc.tuple(good, rawBodies).map(([{ type }, body]) => ({ type, body, secrets: [] })) },
    { weight: 1, arbitrary: fc.constant(none) },
  );
}

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value as JsonObject).flatMap(textsIn) : [];
}

/** Requests of all operations. */
export function requestsOf(operations: readonly DescribedOperation[]): fc.Arbitrary<FuzzedRequest> {
  return fc.constantFrom(...operations).chain((operation) => {
    const inside = (place: string) => operation.parameters.filter((one) => one.in === place);
    const meaning = (name: string) => (operation.path.includes(`sessions/{${name}}`) ? "session" : name);
    const values = (place: string) =>
      fc
        .tuple(...inside(place).map(({ name, schema }) => member(name, schema, isSecret(name, schema), meaning(name))))
        .map((found) => found.flat());
    return fc
      .record({
        path: values("path"),
        query: values("query"),
        header: values("header"),
        sent: bodyOf(operation),
        strange: strangeHeaders,
        more: fc.oneof(
          { weight: 9, arbitrary: fc.constant("") },
          {
            weight: 1,
            arbitrary: fc.constantFrom("&", "&x=1", "&limit=1&limit=2", "&a[b][c]=1", "&%ff", "&=", "&__proto__=1"),
          },
        ),
        method: fc.oneof(
          { weight: 20, arbitrary: fc.constant(operation.method) },
          { weight: 1, arbitrary: fc.constantFrom("OPTIONS", "HEAD", "PUT", "PATCH", "DELETE", "PROPFIND") },
        ),
      })
      .map(({ path, query, header, sent, strange, more, method }) => {
        const segment = (name: string) => encode(String(path.find((one) => one.name === name)?.value ?? "x")) || "x";
        const own = Object.fromEntries(header.map(({ name, value }) => [name, headerSafe(String(value))]));
        const wanted = operation.isForClients && strange["authorization"] === "Bearer @access@";
        const credentials = wanted ? { authorization: "Basic @client@" } : {};
        const type = sent.type === undefined ? {} : { "content-type": sent.type };
        const parameters = serialise("form", query) + more;
        return {
          operation,
          method,
          path: operation.path.replace(/\{([^}]*)\}/g, (_, name: string) => segment(name).replaceAll(".", "%2E")),
          query: parameters === "" ? "" : `?${parameters}`,
          headers: { ...type, ...own, ...strange, ...credentials },
          body: method === "HEAD" ? undefined : sent.body,
          secrets: [...sent.secrets, ...header.map(({ value }) => String(value))],
        };
      });
  });
}

/** What a header can hold at all. */
export function headerSafe(text: string): string {
  return text
    .replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, "?")
    .trim()
    .slice(0, 8000);
}
