// Reads a request's body: bounded, of a media type that the profile knows, in UTF-8. Must not know fields.
import type { WireProfile } from "@latchkey/contracts";
import type { JsonValue } from "@latchkey/core";
import type { Context } from "hono";
import type { Soon } from "../at-once.ts";
import { JsonSyntaxError, parseJson } from "./parse-json.ts";
import { parseParameters } from "./parse-parameters.ts";
import { ProtocolRefusal } from "./protocol-refusal.ts";
import type { RequestSource } from "./request-source.ts";
import { webRequest } from "./request-source.ts";

/** What stood in the body: fields by name. */
export type BodyFields = ReadonlyMap<string, JsonValue>;

type Bytes = Uint8Array | ArrayBuffer;

const noFields: BodyFields = new Map();
const jsonType = /^application\/json[\t ]*(?:;[\t ]*charset[\t ]*=[\t ]*"?utf-8"?[\t ]*)?$/i;
const formType = /^application\/x-www-form-urlencoded[\t ]*(?:;[\t ]*charset[\t ]*=[\t ]*"?utf-8"?[\t ]*)?$/i;
const multipartType = /^multipart\/form-data[\t ]*;/i;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads the body. @throws ProtocolRefusal body_*, media_type_unsupported */
export function readBody(
  c: Context,
  profile: WireProfile,
  options: { readonly optional: boolean; readonly limitBytes: number; readonly source?: RequestSource },
): Soon<BodyFields> {
  const { optional, limitBytes, source = webRequest } = options;
  const mediaType = source.header(c, "content-type");
  const form = mediaType !== undefined && profile.bodies.includes("form") && formType.test(mediaType);
  const json = mediaType !== undefined && profile.bodies.includes("json") && jsonType.test(mediaType);
  const multipart = mediaType !== undefined && profile.bodies.includes("multipart") && multipartType.test(mediaType);
  const encoding = source.header(c, "content-encoding");
  const readable = (form || json || multipart) && (encoding === undefined || encoding === "identity");
  const length = source.header(c, "content-length");
  const declared = length === undefined ? undefined : Number(length);
  if (declared !== undefined && declared > limitBytes) throw new ProtocolRefusal("body_too_large");
  if (!readable && (mediaType !== undefined || encoding !== undefined) && declared !== 0) {
    throw new ProtocolRefusal("media_type_unsupported");
  }
  const understand = (bytes: Bytes | undefined): Soon<BodyFields> => {
    if (bytes === undefined || bytes.byteLength === 0) {
      if (optional || profile.emptyBody === "empty_object") return noFields;
      throw new ProtocolRefusal(readable || mediaType === undefined ? "body_missing" : "media_type_unsupported");
    }
    if (bytes.byteLength > limitBytes) throw new ProtocolRefusal("body_too_large");
    if (!readable) throw new ProtocolRefusal("media_type_unsupported");
    if (multipart) return multipartFields(bytes, mediaType);
    const text = decodeText(bytes);
    return form ? formFields(text) : jsonFields(text);
  };
  if (declared === 0) return understand(undefined);
  return (declared === undefined ? collect(c.req.raw.body, limitBytes) : source.body(c)).then(understand, endedEarly);
}

function endedEarly(error: unknown): never {
  if (error instanceof ProtocolRefusal) throw error;
  throw new ProtocolRefusal("body_malformed", "The body ended early");
}

// A chunked body says its length only at its end.
async function collect(stream: ReadableStream<Uint8Array> | null, limitBytes: number): Promise<Bytes | undefined> {
  if (stream === null) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.byteLength;
    if (length > limitBytes) throw new ProtocolRefusal("body_too_large");
    chunks.push(chunk);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

function decodeText(bytes: Bytes): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ProtocolRefusal("body_malformed", "The body is not UTF-8");
  }
}

function formFields(text: string): BodyFields {
  const fields = parseParameters(text);
  if (fields === undefined) throw new ProtocolRefusal("body_malformed", "A parameter is malformed or repeated");
  return fields;
}

// A file is no text: it stands as an object, which no field of text accepts.
async function multipartFields(bytes: Bytes, mediaType: string): Promise<BodyFields> {
  const fields = new Map<string, JsonValue>();
  for (const [name, value] of await parseMultipart(bytes, mediaType)) {
    if (fields.has(name)) throw new ProtocolRefusal("body_malformed", "A parameter is repeated");
    fields.set(name, typeof value === "string" ? value : {});
  }
  return fields;
}

async function parseMultipart(bytes: Bytes, mediaType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { "content-type": mediaType } }).formData();
  } catch {
    throw new ProtocolRefusal("body_malformed", "The parts are malformed");
  }
}

function jsonFields(text: string): BodyFields {
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolRefusal("body_not_object", typeName(value));
  }
  return new Map(Object.entries(value));
}

function parse(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new ProtocolRefusal("body_malformed", error.message);
    throw error;
  }
}

// As Python names them, for contracts that repeat it.
function typeName(value: JsonValue): string {
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "string":
      return "str";
    case "boolean":
      return "bool";
    case "number":
      return Number.isInteger(value) ? "int" : "float";
    default:
      return "NoneType";
  }
}
