// Checks between rows and domain values: what is read is believed only after a look at its form, so that a damaged row is an error and not a strange account.
// Knows forms (JSON, hexadecimal, closed sets of words), not features.
import type { JsonObject, JsonValue } from "@latchkey/core/ports";
import { MalformedRowError } from "./storage-error.ts";

/** Where a value was read, for the message. */
export interface Place {
  readonly table: string;
  readonly column: string;
}

function malformed(place: Place, expected: string): MalformedRowError {
  return new MalformedRowError(place.table, place.column, expected);
}

function parseJson(text: string, place: Place): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(place, "JSON");
  }
}

/** A JSON object. @throws MalformedRowError */
export function readJsonObject(text: string, place: Place): JsonObject {
  const value = parseJson(text, place);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(place, "a JSON object");
  return value as Readonly<Record<string, JsonValue>>;
}

/** A JSON object whose values are strings. @throws MalformedRowError */
export function readTexts(text: string, place: Place): Readonly<Record<string, string>> {
  const value = readJsonObject(text, place);
  for (const name in value) {
    if (typeof value[name] !== "string") throw malformed(place, "a JSON object of strings");
  }
  return value as Readonly<Record<string, string>>;
}

/** A JSON array of strings. @throws MalformedRowError */
export function readTextList(text: string, place: Place): readonly string[] {
  const value = parseJson(text, place);
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw malformed(place, "a JSON array of strings");
  }
  return value;
}

/** A word of a closed set. @throws MalformedRowError */
export function readWord<Word extends string>(text: string, words: Readonly<Record<Word, true>>, place: Place): Word {
  if (!Object.hasOwn(words, text)) throw malformed(place, "one of the known words");
  return text as Word;
}

/** The 22 hexadecimal digits of a family id that the database has turned into them. @throws MalformedRowError */
export function readFamilyHex(text: string, place: Place): string {
  if (!/^[\da-f]{22}$/.test(text)) throw malformed(place, "11 bytes");
  return text;
}

/** The 22 hexadecimal digits of a family id. @throws MalformedRowError */
export function readFamilyId(bytes: Uint8Array, place: Place): string {
  if (!(bytes instanceof Uint8Array) || bytes.length !== 11) throw malformed(place, "11 bytes");
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

/** The 11 bytes of a family id; `undefined` where the text is none, and then no row has it. */
export function familyIdBytes(id: string): Buffer | undefined {
  return /^[0-9a-f]{22}$/.test(id) ? Buffer.from(id, "hex") : undefined;
}

/** The 11 bytes of a family id that is to be written. @throws TypeError where the text is none. */
export function requireFamilyIdBytes(id: string): Buffer {
  const bytes = familyIdBytes(id);
  if (bytes === undefined) throw new TypeError("A family id is 22 lower-case hexadecimal digits");
  return bytes;
}
